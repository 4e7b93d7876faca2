# Ordinal factor models with survey weights (WLSMV, sampling.weights) by lavaan, of complete answers and pair by pair.
# In this folder: Rscript weighted.R BFI  (BFI: bfi.csv, 2800 answers to the Big Five inventory, of the package psych)
# The weights are made of the row number and the age, so that they go with the answers: no survey made them.
# Writes weighted_samples.csv (thresholds, correlations, their variances, by gender), weighted_covariances.csv (sums
# over the whole covariance matrix), weighted_fits.csv and weighted_estimates.csv.
suppressPackageStartupMessages(library(lavaan))
bfi <- read.csv(commandArgs(TRUE)[1])
bfi$weight <- exp(sin(seq_len(nrow(bfi))) / 2) * bfi$age / 30
items <- c(paste0("A", 1:5), paste0("C", 1:5))
model <- "Af =~ A1 + A2 + A3 + A4 + A5\nCf =~ C1 + C2 + C3 + C4 + C5"
show <- function(x) formatC(x, digits = 10, format = "g")
measures <- c("chisq", "df", "chisq.scaled", "pvalue.scaled", "cfi", "tli", "rmsea", "srmr", "cfi.scaled", "tli.scaled",
              "rmsea.scaled", "baseline.chisq", "baseline.chisq.scaled", "baseline.df")
steps <- list(configural = "", metric = "loadings", scalar = c("thresholds", "loadings"))
samples <- list(); covariances <- list(); fits <- list(); estimates <- list()
for (missing in c("listwise", "pairwise")) for (step in names(steps)) {
  # Weights add up to the respondents of each group ("group"), as ours do; lavaan's default is to those of all groups.
  fit <- cfa(model, bfi, ordered = TRUE, estimator = "WLSMV", group = "gender", std.lv = TRUE, missing = missing,
             group.equal = steps[[step]], sampling.weights = "weight", sampling.weights.normalization = "group")
  key <- paste(missing, step)
  fits[[key]] <- data.frame(missing, step, n = sum(lavInspect(fit, "nobs")), t(show(fitMeasures(fit, measures))))
  table <- parTable(fit); table <- table[table$free > 0, ]
  estimates[[key]] <- data.frame(missing, step, group = lavInspect(fit, "group.label")[table$group], lhs = table$lhs,
                                 op = table$op, rhs = table$rhs, est = show(table$est), se = show(table$se))
  if (step == "configural") for (gender in 1:2) {
    of <- lavInspect(fit, "sampstat")[[gender]]; n <- lavInspect(fit, "nobs")[gender]
    gamma <- unclass(lavInspect(fit, "gamma")[[gender]]); cor <- unclass(of$cov); low <- lower.tri(cor)
    values <- c(of$th, cor[low])
    names <- c(names(of$th), outer(colnames(cor), colnames(cor), function(a, b) paste(b, a, sep = "~"))[low])
    samples[[paste(key, gender)]] <- data.frame(missing, gender, n, name = names, estimate = show(values),
                                                variance = show(diag(gamma) / n))
    mark <- sin(seq_along(values))  # a sum in which every covariance counts with its own weight
    covariances[[paste(key, gender)]] <- data.frame(missing, gender, quadratic = show(c(mark %*% gamma %*% mark) / n),
                                                    total = show(sum(gamma) / n))
  }
}
write_all <- function(parts, file) write.csv(do.call(rbind, parts), file, row.names = FALSE, quote = TRUE)
write_all(samples, "weighted_samples.csv"); write_all(covariances, "weighted_covariances.csv")
write_all(fits, "weighted_fits.csv"); write_all(estimates, "weighted_estimates.csv")
writeLines(c(R.version.string, paste("lavaan", packageVersion("lavaan"))), "weighted_versions.txt")
