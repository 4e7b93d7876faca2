# Interviewers' share of variance: sums of squares by aov (interviewers after places), expected mean squares in full
# matrices (Searle, Casella & McCulloch 1992), and REML by lme4, which agrees exactly where numbers are equal.
suppressMessages(library(lme4))
d <- read.csv("interviews.csv")
out <- list()
for (case in unique(d$case)) {
  x <- d[d$case == case, ]
  x$place <- factor(x$place); x$interviewer <- factor(x$interviewer)
  one <- nlevels(x$place) == 1
  full <- if (one) aov(answer ~ interviewer, x) else aov(answer ~ place + interviewer, x)
  a <- summary(full)[[1]]
  rownames(a) <- trimws(rownames(a))
  X <- if (one) matrix(1, nrow(x), 1) else model.matrix(~ place, x)
  Z <- model.matrix(~ interviewer - 1, x)
  M <- diag(nrow(x)) - X %*% solve(crossprod(X), t(X))
  trace <- sum(diag(t(Z) %*% M %*% Z))
  ms <- a["Residuals", "Mean Sq"]
  between <- (a["interviewer", "Sum Sq"] - a["interviewer", "Df"] * ms) / trace
  reml <- if (one) lmer(answer ~ 1 + (1 | interviewer), x) else lmer(answer ~ place + (1 | interviewer), x)
  v <- as.data.frame(VarCorr(reml))$vcov
  loads <- table(x$interviewer)
  rho <- between / (between + ms)
  m <- sum(loads^2) / sum(loads)
  out[[case]] <- data.frame(case, df_between = a["interviewer", "Df"], df_within = a["Residuals", "Df"],
    statistic = a["interviewer", "F value"], p_value = a["interviewer", "Pr(>F)"], rho_raw = rho,
    per_interviewer = m, design_effect = 1 + rho * (m - 1), rho_reml = v[1] / sum(v))
}
write.csv(format(do.call(rbind, out), digits = 15), "interviewers.csv", row.names = FALSE, quote = FALSE)
writeLines(c(R.version.string, paste("lme4", packageVersion("lme4"))), "versions.txt")
