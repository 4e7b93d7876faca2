# Factor models of answers some of which are missing, by lavaan. In this folder: Rscript incomplete.R FOLDER
# FOLDER holds bfi.csv (2800 answers to the Big Five inventory, of the package psych) and
# holzinger_swineford_1939.csv, which are not part of this project. Reads also ../ordinal/demo_items.csv (synthetic).
# Writes incomplete.json: continuous answers by MLR with missing = "fiml", with weights (those of a group made to add up
# to its respondents) and clusters or without; ordered answers by WLSMV with missing = "pairwise". About 5 minutes.
suppressPackageStartupMessages({library(lavaan); library(jsonlite)})
folder <- commandArgs(TRUE)[1]
bfi <- read.csv(file.path(folder, "bfi.csv"))
row <- seq_len(nrow(bfi))
bfi$weight <- 0.5 + (row %% 7) / 7           # of nobody: to have weights and clusters anyone can make again
bfi$cluster <- paste(bfi$gender, (row * 13) %% 40)
pupils <- read.csv(file.path(folder, "holzinger_swineford_1939.csv"))
demo <- read.csv("../ordinal/demo_items.csv")
items <- function(prefix) grep(paste0("^", prefix), names(demo), value = TRUE)
factors <- function(names) {
  by <- split(names, substr(names, 1, 2))
  paste(mapply(function(name, of) paste0(name, "f =~ ", paste(of, collapse = " + ")), names(by), by), collapse = "\n")
}
two <- "Af =~ A1 + A2 + A3 + A4 + A5\n Cf =~ C1 + C2 + C3 + C4 + C5"
abilities <- "visual =~ x1 + x2 + x3\n textual =~ x4 + x5 + x6\n speed =~ x7 + x8 + x9"

linear <- c("ntotal", "chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr",
            "chisq.scaled", "pvalue.scaled", "chisq.scaling.factor", "cfi.scaled", "tli.scaled", "rmsea.scaled",
            "baseline.chisq", "baseline.chisq.scaling.factor")
ordinal <- c("ntotal", "chisq", "df", "chisq.scaled", "chisq.scaling.factor", "pvalue.scaled", "cfi.scaled", "tli.scaled",
             "rmsea.scaled", "srmr", "baseline.chisq", "baseline.chisq.scaled")

kept <- function(fit, measures) {
  table <- parTable(fit); rows <- which(table$free > 0)
  group <- lavInspect(fit, "group.label")
  list(measures = as.list(fitMeasures(fit, measures)),
       estimates = data.frame(group = if (length(group)) group[table$group[rows]] else "all", lhs = table$lhs[rows],
                              op = table$op[rows], rhs = table$rhs[rows], est = table$est[rows], se = table$se[rows]))
}
steps <- function(last, one) {
  list(configural = one(""), metric = one("loadings"), scalar = one(c("loadings", last)))
}
mlr <- function(model, data, group, ...) steps("intercepts", function(equal) {
  kept(cfa(model, data, group = group, group.equal = equal, std.lv = TRUE, estimator = "MLR", missing = "fiml", ...), linear)
})
wlsmv <- function(model, data, group) steps("thresholds", function(equal) {
  kept(cfa(model, data, group = group, group.equal = equal, std.lv = TRUE, estimator = "WLSMV", ordered = TRUE,
           missing = "pairwise"), ordinal)
})

# Score tests of every equality, together by item over all groups, by the expected information.
released <- function(model, data, group, equal, op) {
  fit <- cfa(model, data, group = group, group.equal = equal, std.lv = TRUE, missing = "fiml", information = "expected")
  table <- parTable(fit)
  equalities <- table[table$op == "==", ]
  name <- function(label) {
    row <- table[match(label, table$plabel), ]
    ifelse(row$op == "=~" & op == "=~", row$rhs, ifelse(row$op == "~1" & op == "~1", row$lhs, NA))
  }
  of <- name(equalities$lhs)
  sapply(unique(of[!is.na(of)]), function(item) {
    test <- lavTestScore(fit, release = which(of == item))$test
    c(statistic = test$X2, df = test$df)
  }, simplify = FALSE)
}
each <- list(sampling.weights = "weight", sampling.weights.normalization = "group")
written <- list(  # the demo's vertical items take longest
  bfi = mlr(two, bfi, "gender"),
  bfi_weighted = do.call("mlr", c(list(two, bfi, "gender"), each)),
  bfi_clusters = mlr(two, bfi, "gender", cluster = "cluster"),
  bfi_weighted_clusters = do.call("mlr", c(list(two, bfi, "gender", cluster = "cluster"), each)),
  bfi_one_group = list(configural = kept(cfa(two, bfi, std.lv = TRUE, estimator = "MLR", missing = "fiml"), linear)),
  holzinger = mlr(abilities, pupils, "school"),
  demo_vertical = list(configural = kept(cfa(factors(items("V")), demo, std.lv = TRUE, estimator = "MLR", missing = "fiml"), linear)),
  demo_horizontal = mlr(factors(items("H")), demo, "group"),
  loadings = released(two, bfi, "gender", "loadings", "=~"),
  intercepts = released(two, bfi, "gender", c("loadings", "intercepts"), "~1"),
  bfi_ordinal = wlsmv(two, bfi, "gender"),
  demo_horizontal_ordinal = wlsmv(factors(items("H")), demo, "group"),
  versions = list(R = R.version.string, lavaan = as.character(packageVersion("lavaan")))
)
writeLines(toJSON(written, auto_unbox = TRUE, digits = 10, pretty = TRUE), "incomplete.json")
