# First principal component (prcomp, and princomp with weights), and Rubin's rules (mice::pool.scalar).
# In this folder: Rscript alternatives.R
library(jsonlite)
library(mice)

items <- read.csv("items.csv")
x <- as.matrix(items[, 1:10])
plain <- prcomp(x, center = TRUE, scale. = TRUE)
weighted <- eigen(cov.wt(x, wt = items$weight, cor = TRUE)$cor)
turn <- function(v) v * sign(sum(v))

found <- read.csv("estimates.csv")
pool <- function(dfcom) {
  out <- pool.scalar(found$estimate, found$variance, n = dfcom + 1, k = 1, rule = "rubin1987")
  list(dfcom = dfcom, estimate = out$qbar, variance = out$t, df = out$df)
}

# Mean of the items' mean after imputation by chained normal regressions, which for items without restrictions draws
# from the same normal model as data augmentation.
gaps <- read.csv("gaps.csv")
imputed <- mice(gaps, m = 200, maxit = 15, method = "norm", seed = 20260401, printFlag = FALSE)
scores <- lapply(1:200, function(at) rowMeans(complete(imputed, at)))
filled <- pool.scalar(sapply(scores, mean), sapply(scores, var) / nrow(gaps), n = nrow(gaps), k = 1)

out <- list(
  loadings = turn(plain$rotation[, 1]),
  explained = plain$sdev[1]^2 / sum(plain$sdev^2),
  scores = head(plain$x[, 1] * sign(sum(plain$rotation[, 1])), 20),
  weighted_loadings = turn(weighted$vectors[, 1]),
  weighted_explained = weighted$values[1] / 10,
  covariance_weights = colSums(solve(cov(scale(x)))) / sum(solve(cov(scale(x)))),
  pooled = lapply(c(5, 21.7, 34, 1000), pool),
  filled = list(estimate = filled$qbar, within = filled$ubar, between = filled$b),
  versions = list(R = R.version.string, mice = as.character(packageVersion("mice")))
)
write_json(out, "alternatives.json", digits = 15, auto_unbox = TRUE, pretty = TRUE)
