# Raked weights and shares by R's survey. Run in this folder: Rscript raking.R
suppressMessages(library(survey))
people <- read.csv("input.csv")
design <- svydesign(id = ~psu, strata = ~strata, weights = ~weight, data = people, nest = TRUE)
total <- sum(people$weight)
sex <- data.frame(sex = c("female", "male"), Freq = total * c(0.52, 0.48))
age <- data.frame(age = c("old", "middle", "young"), Freq = total * c(0.2, 0.35, 0.45))
raked <- rake(design, list(~sex, ~age), list(sex, age), control = list(maxit = 200, epsilon = 1e-12))
write.csv(data.frame(weight = sprintf("%.12f", weights(raked))), "raked.csv", row.names = FALSE, quote = FALSE)

shares <- NULL
for (arm in unique(people$arm)) for (code in 0:2) {
  p <- svyciprop(as.formula(sprintf("~I(answer == %d)", code)), subset(design, arm == get("arm", envir = globalenv())),
                 method = "logit", df = degf(subset(design, arm == get("arm", envir = globalenv()))))
  shares <- rbind(shares, data.frame(arm, code, share = as.numeric(p), std_error = as.numeric(SE(p)),
                                     conf_low = confint(p)[1], conf_high = confint(p)[2],
                                     df = degf(subset(design, arm == get("arm", envir = globalenv())))))
}
write.csv(format(shares, digits = 12), "shares.csv", row.names = FALSE, quote = FALSE)
means <- svymean(~answer, design, deff = "replace")
write.csv(data.frame(mean = sprintf("%.12f", coef(means)), std_error = sprintf("%.12f", SE(means)),
                     deff = sprintf("%.12f", deff(means))), "deff.csv", row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("survey", packageVersion("survey"))), "versions.txt")
