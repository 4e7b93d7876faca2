# Design-based means in R, for tests/transforms/impact/test_levels_against_r.py.
# Run in this folder: Rscript levels.R DIR         (DIR holds apiclus1.csv and apistrat.csv; writes levels.json)
suppressMessages({library(survey); library(jsonlite)})
options(survey.lonely.psu = "adjust")
folder <- commandArgs(trailingOnly = TRUE)[1]

row <- function(domain, design) {
  m <- svymean(~y, design, na.rm = TRUE)
  list(domain = domain, mean = unname(coef(m)), std_error = unname(c(SE(m))), df = degf(design))
}

# The mean of everyone and of each value of `by`; svyby gives the same numbers as the subset, and is checked to.
rows <- function(design, by) {
  values <- sort(unique(as.character(design$variables[[by]])))
  out <- lapply(values, function(v) row(v, subset(design, design$variables[[by]] == v)))
  table <- svyby(~y, as.formula(paste0("~", by)), design, svymean, na.rm = TRUE)
  stopifnot(all.equal(unname(SE(table)), sapply(out, function(o) o$std_error)))
  c(list(row("all", design)), out)
}

clus1 <- read.csv(file.path(folder, "apiclus1.csv")); clus1$y <- clus1$api00
strat <- read.csv(file.path(folder, "apistrat.csv")); strat$y <- strat$api00
ours <- read.csv("input.csv"); ours <- ours[ours$post == 0, ]
alone <- ours; alone$stratum[alone$cluster == "A00"] <- "alone"; alone$population <- 40

out <- list(
  versions = list(R = as.character(getRversion()), survey = as.character(packageVersion("survey"))),
  apiclus1 = rows(svydesign(id = ~dnum, weights = ~pw, data = clus1, fpc = ~fpc), "stype"),
  apiclus1_missing = rows(svydesign(id = ~dnum, weights = ~pw, data = transform(clus1, y = acs.46), fpc = ~fpc), "yr.rnd"),
  apistrat = rows(svydesign(id = ~1, strata = ~stype, weights = ~pw, data = strat, fpc = ~fpc), "sch.wide"),
  synthetic = rows(svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = ours, nest = TRUE), "group"),
  single_psu = rows(svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = alone, nest = TRUE), "group"),
  single_psu_fpc = rows(svydesign(id = ~cluster, strata = ~stratum, weights = ~weight, data = alone, nest = TRUE,
                                  fpc = ~population), "group")
)
print(unlist(out$versions))
write(toJSON(out, digits = I(15), auto_unbox = TRUE, pretty = TRUE), "levels.json")
