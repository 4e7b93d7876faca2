# What R's packages say of the demo, of Afrobarometer Mali and of the school data, for
# tests/transforms/impact/inference/test_packages.py. Run in this folder: Rscript packages.R SHARED_DATA MALI.csv
# MALI.csv: mali.csv as test_packages.py describes it; neither it nor the school data are kept here.
suppressMessages({library(sandwich); library(clubSandwich); library(estimatr); library(survey); library(jsonlite)})
options(survey.lonely.psu = "adjust")
args <- commandArgs(TRUE)
api <- function(name) read.csv(file.path(args[1], "references", name))

demo <- read.csv("demo.csv")
demo$post <- as.integer(demo$wave == "endline"); demo$treated <- as.integer(demo$arm == "treated")
demo$effect <- demo$treated * demo$post
demo$cell <- interaction(demo$strata, demo$post, drop = TRUE)
mali <- read.csv(args[2])
strat <- api("apistrat.csv"); clus <- api("apiclus1.csv")

# One regression by every package: a coefficient and its errors
regression <- function(formula, data, cluster, weight, last) {
  data$.c <- data[[cluster]]; data$.w <- data[[weight]]
  model <- lm(formula, data = data, weights = .w)
  cr2 <- coef_test(model, vcov = vcovCR(model, cluster = data$.c, type = "CR2"), test = "Satterthwaite")
  robust <- function(type) {
    m <- lm_robust(formula, data = data, weights = .w, clusters = .c, se_type = type)
    list(coef = unname(coef(m)[last]), std_error = unname(m$std.error[last]), df = unname(m$df[last]), p = unname(m$p.value[last]))
  }
  glm <- svyglm(formula, design = svydesign(id = ~.c, weights = ~.w, data = data))
  at <- which(rownames(cr2) == last | cr2$Coef == last)[1]
  list(n = nobs(model), k = model$rank, clusters = length(unique(data$.c)), coef = unname(coef(model)[last]),
       sandwich_cr1 = sqrt(vcovCL(model, cluster = data$.c, type = "HC1", cadjust = TRUE)[last, last]),
       clubsandwich_cr2 = cr2$SE[at], clubsandwich_df = cr2$df_Satt[at], clubsandwich_p = cr2$p_Satt[at],
       lm_robust_stata = robust("stata"), lm_robust_cr2 = robust("CR2"), svyglm = unname(sqrt(vcov(glm)[last, last])))
}

shares <- function(design, variable) {
  found <- list()
  for (value in sort(unique(na.omit(design$variables[[variable]])))) {
    design$variables$.is <- design$variables[[variable]] == value
    p <- svyciprop(~.is, subset(design, !is.na(.is)), method = "logit", df = degf(subset(design, !is.na(.is))))
    found[[as.character(value)]] <- list(share = as.numeric(p), std_error = as.numeric(SE(p)), low = unname(confint(p)[1]), high = unname(confint(p)[2]))
  }
  found
}
means <- function(formula, by, design) {
  m <- svyby(formula, by, design, svymean, na.rm = TRUE)
  list(domain = as.character(m[[1]]), mean = unname(m[[2]]), std_error = unname(SE(m)))
}

pooled <- function(y) regression(reformulate(c("0", "cell", "governorate:treated", "effect"), y), demo, "cluster", "weight", "effect")
demo_design <- svydesign(id = ~psu, strata = ~strata, weights = ~weight, data = demo, nest = TRUE)
mali_design <- svydesign(id = ~region, weights = ~weight, data = mali)
strat_design <- svydesign(id = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = strat)
clus_design <- svydesign(id = ~dnum, weights = ~pw, fpc = ~fpc, data = clus)
found <- list(
  versions = lapply(list(R = getRversion(), sandwich = packageVersion("sandwich"), clubSandwich = packageVersion("clubSandwich"),
                  estimatr = packageVersion("estimatr"), survey = packageVersion("survey")), as.character),
  demo = list(vertical = pooled("vertical"), horizontal = pooled("horizontal"),
              baseline_by_arm = means(~vertical, ~arm, subset(demo_design, wave == "baseline"))),
  mali = list(change = regression(trust ~ urban + post, mali, "region", "weight", "post"),
              by_post = means(~trust, ~post, mali_design), shares = shares(subset(mali_design, post == 1), "trust")),
  apistrat = list(regression = regression(api00 ~ ell + meals + mobility, strat, "dnum", "pw", "mobility"),
                  by_type = means(~api00, ~stype, strat_design), shares = shares(strat_design, "awards")),
  apiclus1 = list(regression = regression(api00 ~ ell + meals + mobility, clus, "dnum", "pw", "mobility"),
                  by_type = means(~api00, ~stype, clus_design), shares = shares(clus_design, "awards"),
                  mean = list(mean = unname(coef(svymean(~api00, clus_design))), std_error = unname(SE(svymean(~api00, clus_design))[1]))))
writeLines(toJSON(found, digits = I(15), auto_unbox = TRUE, pretty = TRUE, na = "null"), "packages.json")
