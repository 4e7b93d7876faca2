# Factor models of several groups by lavaan. In this folder: Rscript factors.R FOLDER
# FOLDER holds holzinger_swineford_1939.csv, which is not part of this project.
library(lavaan)
library(jsonlite)

indices <- c("chisq", "df", "pvalue", "cfi", "tli", "rmsea", "rmsea.ci.lower", "rmsea.ci.upper", "srmr", "baseline.chisq", "baseline.df")
robust <- c("chisq", "chisq.scaled", "chisq.scaling.factor", "baseline.chisq.scaled", "baseline.chisq.scaling.factor",
            "cfi.scaled", "tli.scaled", "rmsea.scaled")

steps <- function(model, data, group, parts = list(configural = "", metric = "loadings", scalar = c("loadings", "intercepts"),
                                                    means = c("loadings", "intercepts", "means"))) {
  lapply(parts, function(equal) {
    ml <- cfa(model, data, group = group, group.equal = equal, meanstructure = TRUE)
    mlr <- cfa(model, data, group = group, group.equal = equal, meanstructure = TRUE, estimator = "MLR")
    list(ml = as.list(fitMeasures(ml, indices)), mlr = as.list(fitMeasures(mlr, robust)))
  })
}

# Score tests of every equality, together by item over all groups, in a model of standardised factors.
released <- function(model, data, group, equal, op) {
  fit <- cfa(model, data, group = group, group.equal = equal, std.lv = TRUE)
  table <- parTable(fit)
  equalities <- table[table$op == "==", ]
  name <- function(label) {
    row <- table[match(label, table$plabel), ]
    ifelse(row$op == "=~" & op == "=~", row$rhs, ifelse(row$op == "~1" & op == "~1", row$lhs, NA))
  }
  of <- name(equalities$lhs)
  items <- unique(of[!is.na(of)])
  sapply(items, function(item) {
    test <- lavTestScore(fit, release = which(of == item))$test
    c(statistic = test$X2, df = test$df)
  }, simplify = FALSE)
}

estimates <- function(fit) {
  raw <- parameterEstimates(fit)
  std <- standardizedSolution(fit)
  keep <- raw$op == "=~"
  group <- if (is.null(raw$group)) 1 else raw$group[keep]
  data.frame(item = raw$rhs[keep], factor = raw$lhs[keep], group = group, loading = raw$est[keep], std_error = raw$se[keep],
             standardised = std$est.std[std$op == "=~"], standardised_std_error = std$se[std$op == "=~"])
}

hs <- read.csv(file.path(commandArgs(TRUE)[1], "holzinger_swineford_1939.csv"))
hs_model <- "visual =~ x1 + x2 + x3\n textual =~ x4 + x5 + x6\n speed =~ x7 + x8 + x9"
answers <- read.csv("answers.csv")
answers$place <- paste(answers$wave, answers$arm)
model <- paste("trust =~", paste0("V1_0", 1:5, collapse = " + "), "\n fairness =~", paste0("V2_0", 1:8, collapse = " + "),
               "\n effectiveness =~", paste0("V3_0", 1:4, collapse = " + "), "\n cooperation =~", paste0("V4_0", 1:7, collapse = " + "))
partial <- cfa(model, answers, group = "place", group.equal = c("loadings", "intercepts"), std.lv = TRUE,
               group.partial = c("V2_03 ~ 1"))
one <- cfa("f =~ V1_01 + V1_02 + V1_03 + V1_04 + V1_05", answers, std.lv = TRUE)
written <- list(
  holzinger = steps(hs_model, hs, "school"),
  holzinger_configural = estimates(cfa(hs_model, hs, group = "school", std.lv = TRUE)),
  holzinger_metric_mlr = estimates(cfa(hs_model, hs, group = "school", group.equal = "loadings", estimator = "MLR")),
  holzinger_together = list(ml = as.list(fitMeasures(cfa(hs_model, hs, meanstructure = TRUE), indices)),
                            mlr = as.list(fitMeasures(cfa(hs_model, hs, estimator = "MLR"), robust))),
  holzinger_loadings = released(hs_model, hs, "school", "loadings", "=~"),
  holzinger_intercepts = released(hs_model, hs, "school", c("loadings", "intercepts"), "~1"),
  answers = steps(model, answers, "place"),
  answers_loadings = released(model, answers, "place", "loadings", "=~"),
  answers_intercepts = released(model, answers, "place", c("loadings", "intercepts"), "~1"),
  answers_partial = as.list(fitMeasures(partial, indices)),
  answers_configural_mlr = estimates(cfa(model, answers, group = "place", std.lv = TRUE, estimator = "MLR")),
  one_factor = list(fit = as.list(fitMeasures(one, indices)), estimates = estimates(one), n = nobs(one)),
  versions = list(R = R.version.string, lavaan = as.character(packageVersion("lavaan")))
)
writeLines(toJSON(written, auto_unbox = TRUE, digits = 10, pretty = TRUE), "factors.json")
