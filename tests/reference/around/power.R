# Standard errors of planned designs by the variance inflation of Teerenstra, Eldridge, Graff, de Hoop & Borm (2012),
# 2 sigma^2 / m (1 + (m - 1) rho) (1 - r), and the effect found with 80 % power by the exact noncentral t of
# stats::power.t.test on changes of cluster means (for unequal arms by pt() and uniroot()).
# In this folder: Rscript power.R
designs <- list(
  list(treated = 18, comparison = 18, m = 30, icc = 0.05, c = 0.7, s = 0.5),
  list(treated = 6, comparison = 6, m = 30, icc = 0.05, c = 0.7, s = 0.0),
  list(treated = 4, comparison = 4, m = 50, icc = 0.20, c = 0.3, s = 0.4),
  list(treated = 8, comparison = 16, m = 12, icc = 0.02, c = 0.9, s = 0.5),
  list(treated = 30, comparison = 30, m = 10, icc = 0.10, c = 0.0, s = 0.0)
)
one <- function(d) {
  inflation <- 1 + (d$m - 1) * d$icc
  r <- (d$m * d$icc * d$c + (1 - d$icc) * d$s) / inflation
  change <- 2 / d$m * inflation * (1 - r)
  se <- sqrt(change * (1 / d$treated + 1 / d$comparison))
  df <- d$treated + d$comparison - 2
  power <- function(effect) {
    limit <- qt(0.975, df)
    1 - pt(limit, df, effect / se) + pt(-limit, df, effect / se)
  }
  exact <- uniroot(function(effect) power(effect) - 0.8, c(1e-6, 20 * se), tol = 1e-12)$root
  if (d$treated == d$comparison) {
    base <- power.t.test(n = d$treated, sd = sqrt(change), power = 0.8, strict = TRUE, tol = 1e-12)$delta
    stopifnot(abs(base - exact) < 1e-6)
  }
  # The power that an effect of (t(0.975) + t(0.8)) standard errors has.
  c(d, std_error = se, exact = exact, power = power((qt(0.975, df) + qt(0.8, df)) * se))
}
found <- list(R = R.version.string, designs = lapply(designs, one))
writeLines(jsonlite::toJSON(found, auto_unbox = TRUE, digits = NA, pretty = TRUE), "power.json")
