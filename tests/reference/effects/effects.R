# Cluster-robust difference-in-differences in R, for tests/transforms/impact/test_effects_against_r.py.
# Run in this folder: Rscript effects.R            (reads input.csv, writes effects.json)
suppressMessages({library(sandwich); library(clubSandwich); library(jsonlite)})

d <- read.csv("input.csv")
d$cell <- interaction(d$stratum, d$post, drop = TRUE)   # stratum x wave effects; strata lie within governorates
d$effect <- d$treated * d$post

# Coefficients named `wanted`, their CR1 and classical covariance: G/(G-1) x (N-1)/(N-K), HC1 with cluster adjustment.
report <- function(model, cluster, wanted) {
  v <- vcovCL(model, cluster = cluster, type = "HC1", cadjust = TRUE)
  g <- length(unique(cluster))
  list(
    names = wanted,
    coef = unname(coef(model)[wanted]),
    vcov = unname(v[wanted, wanted, drop = FALSE]),
    classical = unname(vcov(model)[wanted, wanted, drop = FALSE]),
    p = unname(2 * pt(-abs(coef(model)[wanted] / sqrt(diag(v)[wanted])), g - 1)),
    n = nobs(model), k = model$rank, clusters = g
  )
}

effect_columns <- function(model, text) grep(text, names(coef(model)), value = TRUE, fixed = TRUE)

all_models <- function(d) {
  out <- list()
  for (place in sort(unique(d$governorate))) {
    inside <- droplevels(d[d$governorate == place, ])
    m <- lm(y ~ 0 + cell + treated + effect, data = inside, weights = w)
    out[[place]] <- report(m, inside$cluster, "effect")
  }
  pooled <- lm(y ~ 0 + cell + governorate:treated + effect, data = d, weights = w)
  out$pooled <- report(pooled, d$cluster, "effect")
  full <- lm(y ~ 0 + cell + governorate:treated + governorate:effect, data = d, weights = w)
  columns <- effect_columns(full, ":effect")
  out$interacted <- report(full, d$cluster, columns)

  v <- vcovCL(full, cluster = d$cluster, type = "HC1", cadjust = TRUE)
  b <- coef(full)[columns]; v <- v[columns, columns]
  l <- rbind(c(-1, 1, 0), c(-1, 0, 1)); q <- nrow(l); g <- length(unique(d$cluster))
  f <- drop(t(l %*% b) %*% solve(l %*% v %*% t(l), l %*% b)) / q
  m <- rep(1 / 3, 3)
  out$equal_weight <- list(coef = sum(m * b), std_error = sqrt(drop(t(m) %*% v %*% m)))
  constraints <- matrix(0, q, full$rank); constraints[, match(columns, names(coef(full)))] <- l
  naive <- Wald_test(full, constraints = constraints, vcov = vcovCR(full, cluster = d$cluster, type = "CR1S"),
                     test = "Naive-F")
  out$equality <- list(F = f, df1 = q, df2 = g - 1, p = pf(f, q, g - 1, lower.tail = FALSE),
                       clubSandwich_F = naive$Fstat, clubSandwich_p = naive$p_val)

  d$group_cell <- interaction(d$cell, d$group, drop = TRUE)
  d$place_group <- interaction(d$governorate, d$group, drop = TRUE)
  d$effect_displaced <- d$effect * (d$group == "displaced")
  triple <- lm(y ~ 0 + group_cell + place_group:treated + effect + effect_displaced, data = d, weights = w)
  out$displaced_minus_host <- report(triple, d$cluster, "effect_displaced")

  change <- lm(y ~ 0 + governorate + post, data = d, weights = w)
  out$change <- report(change, d$cluster, "post")
  out
}

weighted <- d; weighted$w <- d$weight
unweighted <- d; unweighted$w <- 1
versions <- list(R = as.character(getRversion()), sandwich = as.character(packageVersion("sandwich")),
                 clubSandwich = as.character(packageVersion("clubSandwich")))
print(unlist(versions))
result <- list(versions = versions, weighted = all_models(weighted), unweighted = all_models(unweighted))
write(toJSON(result, digits = I(15), auto_unbox = TRUE, pretty = TRUE), "effects.json")
