# Respondent effects, covariates, ANCOVA and ordered logit in R, for tests/transforms/impact/rows.
# Run in this folder: Rscript rows.R            (reads people.csv, writes rows.json)
suppressMessages({library(sandwich); library(clubSandwich); library(estimatr); library(ordinal); library(jsonlite)})

d <- read.csv("people.csv")
d$cluster <- paste(d$place, d$village); d$block <- paste(d$place, d$stratum); d$work <- factor(d$work)
d$tp <- d$treated * d$post

read <- function(m, cluster, name) {
  cr1 <- vcovCL(m, cluster = cluster, type = "HC1")
  v <- vcovCR(m, cluster = cluster, type = "CR2", target = rep(1, length(residuals(m))))
  t <- coef_test(m, vcov = v, test = "Satterthwaite", coefs = name)
  list(coef = unname(coef(m)[name]), cr1 = sqrt(cr1[name, name]), cr2 = t$SE, df = t$df_Satt, n = length(residuals(m)))
}
of <- function(d, place) if (place == "pooled") d else d[d$place == place, ]
both <- function(d) {                      # people who answered in both waves, one row each
  b <- d[d$post == 0 & !is.na(d$score), ]; a <- d[d$post == 1 & !is.na(d$score), ]
  m <- merge(b, a[, c("person", "score", "weight")], by = "person", suffixes = c("", ".after"))
  m$w <- 2 / (1 / m$weight + 1 / m$weight.after); m$change <- m$score.after - m$score; m
}

found <- list()
for (place in c("pooled", "A", "B", "C")) {
  e <- of(d, place); m <- both(e)
  one <- length(unique(e$place)) == 1
  # with a constant for everyone, on the answers themselves: coefficients
  long <- e[e$person %in% m$person & !is.na(e$score), ]
  dummies <- lm(score ~ factor(person) + block:post + tp, data = long, weights = weight)
  changes <- lm(change ~ block + treated, data = m, weights = w)
  plain <- lm(change ~ block + treated, data = m)
  found[[place]]$dummies <- unname(coef(dummies)["tp"])
  found[[place]]$respondent <- read(changes, m$cluster, "treated")
  found[[place]]$respondent_plain <- read(plain, m$cluster, "treated")
  full <- lm(score ~ factor(person) + block:post + tp, data = long)
  v <- vcovCR(full, cluster = long$cluster, type = "CR2")
  t <- coef_test(full, vcov = v, test = "Satterthwaite", coefs = "tp")
  found[[place]]$dummies_plain <- list(coef = unname(coef(full)["tp"]), cr2 = t$SE, df = t$df_Satt)
  k <- m[!is.na(m$age), ]
  found[[place]]$covariates_panel <- read(lm(change ~ block + treated + age + work, data = k, weights = w), k$cluster, "treated")
  s <- e[!is.na(e$age) & !is.na(e$score), ]
  s$cell <- factor(paste(s$block, s$post))
  sections <- if (one) lm(score ~ cell + treated + tp + age + work, data = s, weights = weight) else
    lm(score ~ cell + place:treated + tp + age + work, data = s, weights = weight)
  found[[place]]$covariates_sections <- read(sections, s$cluster, "tp")
  ancova <- lm(score.after ~ block + treated + score, data = m, weights = w)
  found[[place]]$ancova <- read(ancova, m$cluster, "treated")
  robust <- lm_robust(score.after ~ block + treated + score, data = m, weights = w, clusters = cluster, se_type = "stata")
  found[[place]]$ancova$lm_robust <- unname(robust$std.error["treated"])
  equal <- lm_robust(score.after ~ block + treated + score, data = m, clusters = cluster, se_type = "CR2")
  found[[place]]$ancova_plain <- list(coef = unname(equal$coefficients["treated"]), cr2 = unname(equal$std.error["treated"]),
                                      df = unname(equal$df["treated"]))
  # ordered logit of the item, weighted; sandwich by cluster from the scores of rows
  o <- e[!is.na(e$item), ]; o$answer <- factor(o$item, ordered = TRUE); o$cell <- factor(paste(o$block, o$post))
  logit <- if (one) clm(answer ~ cell + treated + tp, data = o, weights = weight) else
    clm(answer ~ cell + place:treated + tp, data = o, weights = weight)
  X <- model.matrix(logit)$X; X <- X[, colnames(X) != "(Intercept)", drop = FALSE]
  X <- X[, names(logit$beta)[!is.na(logit$beta)]]
  eta <- as.vector(X %*% logit$beta[!is.na(logit$beta)])
  y <- as.integer(o$answer); cut <- c(-Inf, logit$alpha, Inf)
  up <- plogis(cut[y + 1] - eta); low <- plogis(cut[y] - eta); p <- up - low
  fu <- up * (1 - up); fl <- low * (1 - low)
  T <- sapply(seq_along(logit$alpha), function(j) (fu * (y == j) - fl * (y == j + 1)) / p)
  S <- o$weight * cbind(T, -X * (fu - fl) / p)
  stopifnot(max(abs(colSums(S))) < 1e-3)
  C <- rowsum(S, o$cluster); G <- nrow(C)
  H <- logit$Hessian; V <- solve(H) %*% crossprod(C) %*% solve(H) * G / (G - 1)
  at <- which(colnames(H) == "tp")
  found[[place]]$logit <- list(coef = unname(logit$beta["tp"]), cr1 = sqrt(V[at, at]), loglik = as.numeric(logLik(logit)),
                               n = length(y), k = length(logit$alpha) + ncol(X))
  # two answers are a logit: CR2 of the regression linearised at its fit, without weights; and of the logit itself
  o$high <- as.numeric(o$item >= 3)
  two <- if (one) glm(high ~ cell + treated + tp, family = binomial, data = o, epsilon = 1e-14) else
    glm(high ~ cell + place:treated + tp, family = binomial, data = o, epsilon = 1e-14)
  known <- !is.na(coef(two)); p <- fitted(two); root <- sqrt(p * (1 - p))
  Z <- root * model.matrix(two)[, known]; colnames(Z) <- make.names(colnames(Z))
  response <- as.vector(Z %*% coef(two)[known]) + (o$high - p) / root
  line <- lm(response ~ . - 1, data = data.frame(Z))
  t <- coef_test(line, vcov = vcovCR(line, cluster = o$cluster, type = "CR2"), test = "Satterthwaite", coefs = "tp")
  own <- coef_test(two, vcov = vcovCR(two, cluster = o$cluster, type = "CR2"), test = "Satterthwaite", coefs = "tp")
  found[[place]]$logit_two <- list(coef = unname(coef(two)["tp"]), cr2 = t$SE, df = t$df_Satt, cr2_glm = own$SE)
}
found$versions <- list(R = as.character(getRversion()),
  clubSandwich = as.character(packageVersion("clubSandwich")), sandwich = as.character(packageVersion("sandwich")),
  estimatr = as.character(packageVersion("estimatr")), ordinal = as.character(packageVersion("ordinal")))
write_json(found, "rows.json", digits = 12, auto_unbox = TRUE, pretty = TRUE)
