# Polychoric correlations and ordinal factor models (WLSMV) by lavaan and psych.
# In this folder: Rscript ordinal.R BFI  (BFI: bfi.csv, 2800 answers to the Big Five inventory, of the package psych)
# Reads demo_items.csv. Writes samples.csv (thresholds, correlations, their variances), covariances.csv (sums over the
# whole covariance matrix), fits.csv, estimates.csv, psych.csv, versions.txt.
suppressPackageStartupMessages({library(lavaan); library(psych)})
bfi <- read.csv(commandArgs(TRUE)[1])
demo <- read.csv("demo_items.csv")
agreeable <- paste0("A", 1:5); conscientious <- paste0("C", 1:5)
vertical <- grep("^V", names(demo), value = TRUE)
horizontal <- grep("^H", names(demo), value = TRUE)

show <- function(x) formatC(x, digits = 10, format = "g")
factors <- function(items, prefix) {
  by <- split(items, substr(items, 1, prefix))
  paste(mapply(function(name, of) paste0(toupper(name), "f =~ ", paste(of, collapse = " + ")), names(by), by),
        collapse = "\n")
}

samples <- list(); covariances <- list()
keep_sample <- function(case, data, items, missing = "listwise") {
  fit <- lavCor(data[, items], ordered = items, output = "fit", se = "robust.sem", missing = missing)
  gamma <- unclass(lavInspect(fit, "gamma")); n <- lavInspect(fit, "nobs"); th <- lavInspect(fit, "sampstat")$th
  cor <- unclass(lavInspect(fit, "sampstat")$cov); low <- lower.tri(cor)
  values <- c(th, cor[low])
  names <- c(names(th), outer(colnames(cor), colnames(cor), function(a, b) paste(b, a, sep = "~"))[low])
  samples[[case]] <<- data.frame(case, n, name = names, estimate = show(values), variance = show(diag(gamma) / n))
  mark <- sin(seq_along(values))  # a sum in which every covariance counts with its own weight
  covariances[[case]] <<- data.frame(case, quadratic = show(c(mark %*% gamma %*% mark) / n), total = show(sum(gamma) / n))
}
keep_sample("bfi men", bfi[bfi$gender == 1, ], c(agreeable, conscientious))
keep_sample("bfi women", bfi[bfi$gender == 2, ], c(agreeable, conscientious))
keep_sample("bfi pairwise", bfi, c(agreeable, conscientious), "pairwise")
keep_sample("demo vertical", demo, vertical)
keep_sample("demo horizontal", demo, horizontal)

tables <- list(`bfi pairwise` = bfi[, c(agreeable, conscientious)], `demo vertical` = na.omit(demo[, vertical]))
by_psych <- do.call(rbind, lapply(names(tables), function(case) {
  rho <- polychoric(tables[[case]], correct = 0, max.cat = 12)$rho
  low <- lower.tri(rho)
  names <- outer(colnames(rho), colnames(rho), function(a, b) paste(b, a, sep = "~"))[low]
  alpha <- psych::alpha(rho, check.keys = FALSE, warnings = FALSE)$total$raw_alpha
  rbind(data.frame(case, name = names, estimate = show(rho[low])), data.frame(case, name = "alpha", estimate = show(alpha)))
}))

measures <- c("npar", "chisq", "df", "chisq.scaled", "pvalue.scaled", "cfi", "tli", "rmsea", "srmr", "cfi.scaled",
              "tli.scaled", "rmsea.scaled", "rmsea.ci.lower.scaled", "rmsea.ci.upper.scaled", "baseline.chisq",
              "baseline.chisq.scaled", "baseline.df")
fits <- list(); estimates <- list()
steps <- list(configural = "", metric = "loadings", scalar = c("thresholds", "loadings"))
keep_fit <- function(case, step, model, data, group = NULL, std.lv = TRUE, ...) {
  fit <- cfa(model, data, ordered = TRUE, estimator = "WLSMV", group = group, std.lv = std.lv, ...)
  adjusted <- cfa(model, data, ordered = TRUE, estimator = "WLSM", group = group, std.lv = std.lv, ...)
  key <- paste(case, step)
  fits[[key]] <<- data.frame(case, step, std_lv = std.lv, n = sum(lavInspect(fit, "nobs")),
                             t(show(fitMeasures(fit, measures))), chisq.mean = show(fitMeasures(adjusted, "chisq.scaled")))
  table <- parTable(fit); table <- table[table$free > 0, ]
  if (startsWith(case, "demo") && step != "scalar") table <- table[table$op != "|", ]  # those of the sample
  group_names <- if (is.null(group)) "all" else lavInspect(fit, "group.label")[table$group]
  estimates[[key]] <<- data.frame(case, step, group = group_names, lhs = table$lhs, op = table$op, rhs = table$rhs,
                                  est = show(table$est), se = show(table$se))
}
two <- factors(c(agreeable, conscientious), 1)
keep_fit("bfi one group", "configural", two, bfi)
for (step in names(steps)) {
  keep_fit("bfi one factor", step, factors(agreeable, 1), bfi, "gender", group.equal = steps[[step]])
  keep_fit("bfi two factors", step, two, bfi, "gender", group.equal = steps[[step]])
  keep_fit("bfi two factors, marker", step, two, bfi, "gender", std.lv = FALSE, group.equal = steps[[step]])
  keep_fit("demo vertical", step, factors(vertical, 2), demo, "wave_arm", group.equal = steps[[step]])
  keep_fit("demo horizontal", step, factors(horizontal, 2), demo, "group", group.equal = steps[[step]])
}
keep_fit("bfi two factors", "partial", two, bfi, "gender", group.equal = c("thresholds", "loadings"),
         group.partial = c(paste0("A4|t", 1:5), "Cf=~C5"))
keep_fit("bfi two factors", "means", two, bfi, "gender", group.equal = c("thresholds", "loadings", "means"))

write_all <- function(parts, file) write.csv(do.call(rbind, parts), file, row.names = FALSE, quote = TRUE)
write_all(samples, "samples.csv"); write_all(covariances, "covariances.csv")
write_all(fits, "fits.csv"); write_all(estimates, "estimates.csv")
write.csv(by_psych, "psych.csv", row.names = FALSE)
writeLines(c(R.version.string, paste("lavaan", packageVersion("lavaan")), paste("psych", packageVersion("psych"))), "versions.txt")
