# Indices and alpha computed without any of our code, for tests/transforms/measure/test_reference.py.
# Run in this folder: Rscript measure.R [folder with sai.csv and bfi.csv]
# Writes measure_answers.csv (invented answers), measure_scores.csv, measure_alpha.csv, measure_versions.txt.

# --- Invented answers: two waves, two arms, weights, missing answers, two scales, reversed items -----------------
set.seed(20260101)
n <- 240
wave <- rep(c("before", "after"), each = n / 2)
arm <- rep(c("comparison", "treated"), times = n / 2)
weight <- round(runif(n, 0.3, 3), 2)
level <- rnorm(n) + 0.4 * (wave == "after") + 0.3 * (wave == "after" & arm == "treated")
ask <- function(low, high, sign) {
  answer <- round((low + high) / 2 + (high - low) / 5 * (sign * level + rnorm(n)))
  answer <- pmin(pmax(answer, low), high)
  answer[runif(n) < 0.15] <- NA
  answer
}
answers <- data.frame(
  wave, arm, weight,
  a1 = ask(1, 5, 1), a2 = ask(1, 5, -1), a3 = ask(0, 10, 1),
  b1 = ask(1, 4, 1), b2 = ask(1, 4, 1), b3 = ask(1, 4, -1), b4 = ask(0, 10, -1),
  c1 = ask(1, 5, 1), c2 = ask(1, 5, 1),
  d1 = ask(0, 1, 1)
)
write.csv(answers, "measure_answers.csv", row.names = FALSE, na = "")

# --- Nested and flat summary index (Kling, Liebman & Katz 2007), in base R -----------------------------------------
items <- list(
  a = list(a1 = c(1, 5, 1), a2 = c(1, 5, -1), a3 = c(0, 10, 1)),
  b = list(b1 = c(1, 4, 1), b2 = c(1, 4, 1), b3 = c(1, 4, -1), b4 = c(0, 10, -1)),
  c = list(c1 = c(1, 5, 1), c2 = c(1, 5, 1)),
  d = list(d1 = c(0, 1, 1))
)
unit <- function(name, key) {
  share <- (answers[[name]] - key[1]) / (key[2] - key[1])
  if (key[3] > 0) share else 1 - share
}
reference <- answers$wave == "before" & answers$arm == "comparison"
standardise <- function(x) {
  use <- reference & !is.na(x)
  w <- answers$weight[use]
  w <- w / sum(w) * length(w) # Stata's aweights add up to n
  m <- weighted.mean(x[use], w)
  (x - m) / sqrt(sum(w * (x[use] - m)^2) / (length(w) - 1))
}
row_mean <- function(x, need) {
  ifelse(rowSums(!is.na(x)) >= need, rowMeans(x, na.rm = TRUE), NA)
}
shares <- lapply(items, function(group) mapply(unit, names(group), group))
need <- c(a = 2, b = 3, c = 2, d = 1) # two thirds and two, or all
dimensions <- mapply(function(x, k) row_mean(x, k), shares, need)
z <- apply(dimensions, 2, standardise)
nested <- standardise(row_mean(z, 3)) # three quarters of four
flat_z <- apply(do.call(cbind, shares), 2, standardise)
flat <- standardise(row_mean(flat_z, 7)) # two thirds of ten
complete <- standardise(row_mean(flat_z, 10))
scores <- data.frame(z, nested, nested_pomp = 100 * row_mean(dimensions, 3), flat, complete)
write.csv(scores, "measure_scores.csv", row.names = FALSE, na = "")

# --- Alpha ----------------------------------------------------------------------------------------------------------
alpha_base <- function(x) {
  covariance <- cov(x, use = "pairwise.complete.obs")
  k <- ncol(x)
  k / (k - 1) * (1 - sum(diag(covariance)) / sum(covariance))
}
item_rest <- function(x) { # with complete answers
  sapply(seq_len(ncol(x)), function(i) cor(x[, i], rowSums(x[, -i, drop = FALSE])))
}
rows <- list()
note <- function(data, scale, x) {
  psych_alpha <- suppressWarnings(psych::alpha(as.data.frame(x), check.keys = FALSE, warnings = FALSE))
  complete <- x[complete.cases(x), ]
  rows[[length(rows) + 1]] <<- data.frame(
    data = data, scale = scale, n = sum(rowSums(!is.na(x)) > 0), items = ncol(x),
    alpha = alpha_base(x), alpha_psych = psych_alpha$total$raw_alpha,
    n_complete = nrow(complete), alpha_complete = alpha_base(complete), item_rest_min_complete = min(item_rest(complete))
  )
}
for (name in c("a", "b", "c")) {
  for (when in c("before", "after")) {
    note(paste("invented", when), name, shares[[name]][answers$wave == when, ])
  }
}
folder <- commandArgs(trailingOnly = TRUE)
if (length(folder)) {
  sai <- read.csv(file.path(folder[1], "sai.csv"))
  up <- c("anxious", "jittery", "nervous", "tense", "upset")
  down <- c("at.ease", "calm", "confident", "content", "relaxed")
  note("sai.csv", "state anxiety", cbind(sai[up], 5 - sai[down]))
  bfi <- read.csv(file.path(folder[1], "bfi.csv"))
  note("bfi.csv", "agreeableness", cbind(A1 = 7 - bfi$A1, bfi[c("A2", "A3", "A4", "A5")]))
}
write.csv(do.call(rbind, rows), "measure_alpha.csv", row.names = FALSE)
writeLines(c(R.version.string, paste("psych", packageVersion("psych"))), "measure_versions.txt")
