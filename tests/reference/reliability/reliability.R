# Alpha, omega total, ordinal alpha and item-rest correlations by psych and lavaan.
# In this folder: Rscript reliability.R FOLDER  (FOLDER holds sai.csv and bfi.csv, of the packages psychTools and psych)
# Reads ../ordinal/demo_items.csv, the items of the synthetic demo. Writes reliability.csv, versions.txt.
suppressPackageStartupMessages({library(lavaan); library(psych)})
folder <- commandArgs(TRUE)[1]
show <- function(x) formatC(x, digits = 10, format = "g")

rows <- list()
keep <- function(case, set, x) {
  pairwise <- cov(x, use = "pairwise")
  items <- names(x)
  n <- sum(rowSums(!is.na(x)) > 0)
  model <- paste("f =~", paste(items, collapse = " + "))
  fit <- cfa(model, sample.cov = pairwise, sample.nobs = n, std.lv = TRUE, sample.cov.rescale = FALSE)
  theta <- diag(lavInspect(fit, "est")$theta)
  own <- sum(theta[items]) / sum(pairwise)
  alpha <- psych::alpha(x, check.keys = FALSE, warnings = FALSE)
  r <- cov2cor(pairwise)
  omega <- function(fm) suppressMessages(suppressWarnings(
    psych::omega(r, nfactors = 1, fm = fm, plot = FALSE, n.obs = n, flip = FALSE)$omega.tot))
  rest <- function(i) {  # of an item with the sum of the others, from the same pairwise covariances
    others <- setdiff(items, i)
    sum(pairwise[i, others]) / sqrt(pairwise[i, i] * sum(pairwise[others, others]))
  }
  item_rest <- sapply(items, rest)
  steps <- as.data.frame(lapply(x, function(answers) as.integer(factor(answers))))  # it counts answers by whole codes
  rho <- suppressWarnings(psych::polychoric(steps, correct = 0, max.cat = 12)$rho)
  ordinal <- psych::alpha(rho, check.keys = FALSE, warnings = FALSE)$total$raw_alpha
  rows[[length(rows) + 1]] <<- data.frame(
    case, set, n, items = length(items), alpha = show(alpha$total$raw_alpha), omega = show(1 - own),
    omega_psych_ml = show(omega("ml")), omega_psych_minres = show(omega("minres")), ordinal_alpha = show(ordinal),
    item_rest_min = show(min(item_rest)), item_rest_item = items[which.min(item_rest)])
}

sai <- read.csv(file.path(folder, "sai.csv"))
up <- c("anxious", "jittery", "nervous", "tense", "upset")
down <- c("at.ease", "calm", "confident", "content", "relaxed")
keep("sai", "all", cbind(sai[, up] - 1, 4 - sai[, down]) / 3)

bfi <- read.csv(file.path(folder, "bfi.csv"))
directed <- cbind(A1 = 6 - bfi$A1, bfi[, paste0("A", 2:5)] - 1) / 5
keep("bfi", "all", directed)
for (sex in 1:2) keep(paste("bfi gender", sex), "all", directed[bfi$gender == sex, ])

demo <- read.csv("../ordinal/demo_items.csv")
wave <- sub(" .*", "", demo$wave_arm)
arm <- sub(".* ", "", demo$wave_arm)
whose <- list("all all all" = rep(TRUE, nrow(demo)), "baseline all all" = wave == "baseline",
              "endline all all" = wave == "endline", "endline treated all" = wave == "endline" & arm == "treated",
              "baseline all displaced" = wave == "baseline" & demo$group == "displaced",
              "baseline comparison displaced" = wave == "baseline" & arm == "comparison" & demo$group == "displaced")
for (prefix in c("V", "H")) {
  items <- grep(paste0("^", prefix), names(demo), value = TRUE)
  scaled <- demo[, items]
  for (item in items) scaled[[item]] <- scaled[[item]] / if (max(demo[[item]], na.rm = TRUE) > 4) 10 else 4
  for (name in names(whose)) {
    keep(name, prefix, scaled[whose[[name]], ])
    for (of in unique(substr(items, 1, 2)))
      keep(name, of, scaled[whose[[name]], substr(items, 1, 2) == of])
  }
}
write.csv(do.call(rbind, rows), "reliability.csv", row.names = FALSE)
writeLines(c(R.version.string, paste("psych", packageVersion("psych")), paste("lavaan", packageVersion("lavaan"))),
           "versions.txt")
