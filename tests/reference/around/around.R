# Intra-cluster correlation, weighted logit and tests of loss in R, for tests/transforms/impact/around/tables.
# Run in this folder: Rscript around.R            (reads people.csv, writes around.json)
suppressMessages({library(clubSandwich); library(jsonlite)})

d <- read.csv("people.csv")
d$group <- factor(d$cluster)

# ICC by analysis of variance (Donner 1986): clusters within arms; unequal sizes after leaving every seventh person out.
icc <- function(d) {
  a <- anova(lm(before ~ factor(treated) + group, data = d))
  between <- a["group", "Mean Sq"]; within <- a["Residuals", "Mean Sq"]
  n <- table(droplevels(d$group)); arm <- tapply(d$treated, droplevels(d$group), mean)
  m0 <- (sum(n) - sum(tapply(n^2, arm, sum) / tapply(n, arm, sum))) / (length(n) - 2)
  (between - within) / (between + (m0 - 1) * within)
}
some <- d[seq_len(nrow(d)) %% 7 != 0 & !(d$cluster < 9 & seq_len(nrow(d)) %% 2 == 0), ]

# Weighted logit: fitted chances of the first people.
logit <- glm(treated ~ age + woman, family = quasibinomial, data = d, weights = weight,
             control = glm.control(epsilon = 1e-14, maxit = 100))

# Linear model on rows with covariates: CR2, Satterthwaite t and HTZ test of the last two coefficients.
d$lost <- as.numeric(d$after < quantile(d$after, 0.2))
m <- lm(lost ~ treated + age + woman + treated:age + treated:woman, data = d, weights = weight)
v <- vcovCR(m, cluster = d$cluster, type = "CR2", target = rep(1, nrow(d)))
t <- coef_test(m, vcov = v, test = "Satterthwaite")
w <- Wald_test(m, constraints = constrain_zero(5:6), vcov = v, test = "HTZ")

write_json(list(
  icc = icc(d), icc_unequal = icc(some), n_unequal = nrow(some),
  chance = unname(head(fitted(logit), 10)),
  coef = unname(coef(m)), se = t$SE, df = t$df_Satt, htz = c(w$Fstat, w$df_denom, w$p_val),
  versions = list(R = as.character(getRversion()), clubSandwich = as.character(packageVersion("clubSandwich")))
), "around.json", digits = 12, auto_unbox = TRUE, pretty = TRUE)
