# Rscript tests/reference/inference/inference.R FOLDER_OF_THE_API_DATA writes inference.json beside this file
# clubSandwich's CR2 (Satterthwaite, HTZ), CR3 and sandwich's CR1 of weighted and unweighted regressions.
suppressMessages({library(clubSandwich); library(sandwich); library(jsonlite)})
args <- commandArgs(FALSE)
here <- dirname(sub("--file=", "", args[grep("--file=", args)]))
api <- commandArgs(TRUE)[1]

frames <- list()
for (name in c("clusters_36", "clusters_12", "clusters_8", "one_treated"))
  frames[[name]] <- read.csv(file.path(here, paste0(name, ".csv")))
school <- function(file, types) {
  d <- read.csv(file.path(api, file))
  f <- data.frame(cluster = d$dnum, weight = d$pw, y = d$api00, x1 = 1, x2 = 1 * (d$stype == "H"),
                  x3 = 1 * (d$stype == "M"), x4 = d$ell, x5 = d$meals)
  if (types) f else { f$x2 <- f$x4; f$x3 <- f$x5; f$x4 <- f$x5 <- NULL; f }
}
frames$apistrat <- school("apistrat.csv", TRUE)
frames$apiclus1 <- school("apiclus1.csv", FALSE)

results <- function(frame, weighted) {
  x <- grep("^x[0-9]", names(frame), value = TRUE)
  formula <- reformulate(c("0", x), "y")
  frame$one <- if (weighted) frame$weight else 1
  model <- if (weighted) lm(formula, data = frame, weights = one) else lm(formula, data = frame)
  p <- length(x)
  tail_rows <- function(q) diag(p)[(p - q + 1):p, , drop = FALSE]
  two <- tail_rows(2)
  cr2 <- vcovCR(model, cluster = frame$cluster, type = "CR2")
  tests <- coef_test(model, vcov = cr2, test = "Satterthwaite")
  wald <- function(constraints) {
    w <- tryCatch(Wald_test(model, constraints = constraints, vcov = cr2, test = "HTZ"), error = function(e) NULL)
    if (is.null(w)) NULL else list(statistic = w$Fstat, df = w$df_denom, p = w$p_val)
  }
  three <- tail_rows(3)
  cr3 <- tryCatch(sqrt(diag(as.matrix(vcovCR(model, cluster = frame$cluster, type = "CR3")))),
                  error = function(e) rep(NA, p))
  list(coef = unname(coef(model)), cr2_se = tests$SE, cr2_df = tests$df_Satt, cr2_p = tests$p_Satt,
       cr2_vcov = unname(unclass(as.matrix(cr2))), cr3_se = unname(cr3),
       cr1_se = unname(sqrt(diag(vcovCL(model, cluster = frame$cluster, type = "HC1")))),
       zero_2 = wald(two), equal_3 = wald(three[-1, ] - three[c(1, 1), ]), zero_3 = wald(three))
}
found <- list(versions = list(R = as.character(getRversion()), clubSandwich = as.character(packageVersion("clubSandwich")),
                              sandwich = as.character(packageVersion("sandwich"))))
for (name in names(frames)) for (weighted in c(TRUE, FALSE))
  found[[paste0(name, if (weighted) "_weighted" else "_unweighted")]] <- results(frames[[name]], weighted)
writeLines(toJSON(found, digits = I(15), auto_unbox = TRUE, pretty = FALSE, na = "null"), file.path(here, "inference.json"))
