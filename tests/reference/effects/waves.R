# Pairs of governorates and pre-trends with CR2 in R, for tests/transforms/impact/effects/test_waves_against_r.py.
# Run in this folder: Rscript waves.R            (reads waves.csv, writes waves.json)
suppressMessages({library(clubSandwich); library(jsonlite)})

d <- read.csv("waves.csv")
d$cell <- interaction(d$stratum, d$wave, drop = TRUE)   # stratum x wave effects; strata lie within governorates
for (wave in 1:3) d[[paste0("t", wave)]] <- d$treated * (d$wave == wave)

# A linear combination of coefficients with CR2, Satterthwaite's df, CR1 and CR3.
combination <- function(model, cluster, weights) {
  b <- coef(model); l <- matrix(0, 1, length(b)); l[, match(names(weights), names(b))] <- weights
  error <- function(type) {
    sqrt(drop(l %*% as.matrix(vcovCR(model, cluster = cluster, type = type)) %*% t(l)))
  }
  # of one constraint, HTZ is the square of the t test with Satterthwaite's degrees of freedom
  test <- Wald_test(model, constraints = l, vcov = vcovCR(model, cluster = cluster, type = "CR2"), test = "HTZ")
  list(coef = drop(l %*% b), std_error = error("CR2"), df = test$df_denom, p = test$p_val,
       cr1 = error("CR1S"), cr3 = error("CR3"), n = nobs(model), clusters = length(unique(cluster)))
}

# All of several coefficients are zero: HTZ with CR2, and the Wald F with CR1.
joint <- function(model, cluster, names) {
  l <- matrix(0, length(names), length(coef(model)))
  l[cbind(seq_along(names), match(names, names(coef(model))))] <- 1
  htz <- Wald_test(model, constraints = l, vcov = vcovCR(model, cluster = cluster, type = "CR2"), test = "HTZ")
  plain <- Wald_test(model, constraints = l, vcov = vcovCR(model, cluster = cluster, type = "CR1S"), test = "Naive-F")
  list(F = htz$Fstat, df = htz$df_denom, p = htz$p_val, cr1_F = plain$Fstat)
}

all_models <- function(d) {
  out <- list(pairs = list(), places = list())
  places <- sort(unique(d$governorate))
  for (i in 1:2) for (j in (i + 1):3) {
    both <- droplevels(d[d$governorate %in% places[c(i, j)], ])
    both$later <- as.numeric(both$governorate == places[j])
    m <- lm(y ~ 0 + cell + governorate:treated + t1 + t2 + t3 + later:t1 + later:t2 + later:t3, data = both, weights = w)
    out$pairs[[paste(places[j], "-", places[i])]] <- combination(m, both$cluster, c("t3:later" = 1))
  }
  pooled <- lm(y ~ 0 + cell + governorate:treated + t1 + t2 + t3, data = d, weights = w)
  for (wave in 1:3) out[[paste0("wave", wave)]] <- combination(pooled, d$cluster, setNames(1, paste0("t", wave)))
  out$joint <- joint(pooled, d$cluster, c("t1", "t2"))
  for (place in places) {
    inside <- droplevels(d[d$governorate == place, ])
    m <- lm(y ~ 0 + cell + treated + t1 + t2 + t3, data = inside, weights = w)
    out$places[[place]] <- joint(m, inside$cluster, c("t1", "t2"))
  }
  out
}

weighted <- d; weighted$w <- d$weight
unweighted <- d; unweighted$w <- 1
versions <- list(R = as.character(getRversion()), clubSandwich = as.character(packageVersion("clubSandwich")))
print(unlist(versions))
result <- list(versions = versions, weighted = all_models(weighted), unweighted = all_models(unweighted))
write(toJSON(result, digits = I(15), auto_unbox = TRUE, pretty = TRUE), "waves.json")
