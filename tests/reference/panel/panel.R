# Respondent effects in R: dummies for everybody (lm) with clubSandwich and sandwich, the within transform (plm), and the
# regression of orthonormal contrasts (matrices). Run in this folder: Rscript panel.R  (reads people.csv, writes panel.json)
suppressMessages({library(sandwich); library(clubSandwich); library(plm); library(jsonlite)})

d <- read.csv("people.csv"); d <- d[!is.na(d$score), ]
d$cluster <- paste(d$place, d$village); d$block <- paste(d$place, d$stratum)
twice <- function(d) d[d$person %in% names(which(table(d$person) > 1)), ]
dummy <- function(d, block) {                         # block x later wave and treated x later wave, as columns
  for (w in sort(unique(d$wave))[-1]) {
    for (b in unique(block)) d[[paste0("w", w, make.names(b))]] <- as.numeric(block == b & d$wave == w)
    d[[paste0("tp", w)]] <- d$treated * (d$wave == w)
  }
  d
}
joint <- function(m, v, names) {
  at <- match(names, names(coef(m)[!is.na(coef(m))]))
  w <- Wald_test(m, vcov = v, constraints = constrain_zero(at), test = "HTZ")
  list(F = w$Fstat, df = w$df_denom, p = w$p_val)
}
read <- function(d, weight) {                         # lm with a dummy for everybody: clubSandwich, and CR0 of sandwich
  e <- dummy(d, d$block); x <- setdiff(names(e), names(d)); tp <- grep("^tp", x, value = TRUE)
  e$person <- factor(e$person); e$w <- weight
  m <- lm(reformulate(c("person", x), "score"), data = e, weights = w)
  v <- vcovCR(m, cluster = e$cluster, type = "CR2", target = rep(1, nrow(e)))
  t <- coef_test(m, vcov = v, test = "Satterthwaite", coefs = tp)
  b <- coef(m); b <- b[!is.na(b)]
  cr0 <- vcovCL(m, cluster = e$cluster, type = "HC0", cadjust = FALSE)
  k <- m$rank - length(unique(e$person)); n <- nrow(e) - length(unique(e$person)); G <- length(unique(e$cluster))
  f <- G / (G - 1) * (n - 1) / (n - k)
  list(coef = unname(b[tp]), cr0 = unname(sqrt(diag(cr0)[tp])), cr1 = unname(sqrt(f * diag(cr0)[tp])), cr2 = t$SE,
       df = t$df_Satt, joint = joint(m, v, tp), n = nrow(e), people = length(unique(e$person)), residual = m$df.residual)
}
plain <- function(d) {                                # plm absorbs; its clubSandwich without weights
  e <- dummy(d, d$block); x <- setdiff(names(e), names(d)); tp <- grep("^tp", x, value = TRUE)
  p <- plm(reformulate(x, "score"), data = e, index = c("person", "wave"), model = "within", effect = "individual")
  e <- e[order(e$person, e$wave), ]
  t <- coef_test(p, vcov = vcovCR(p, cluster = e$cluster, type = "CR2"), test = "Satterthwaite", coefs = tp)
  list(coef = unname(coef(p)[tp]), cr2 = t$SE, df = t$df_Satt)
}
root <- function(S) { e <- eigen(S, symmetric = TRUE); keep <- e$values > 1e-9
  V <- e$vectors[, keep, drop = FALSE]; V %*% (t(V) / sqrt(e$values[keep])) }
contrasts_cr2 <- function(d, weight) {                # full matrices: contrasts of everybody, identity working variance
  e <- dummy(d, d$block); x <- setdiff(names(e), names(d)); tp <- grep("^tp", x, value = TRUE)
  o <- order(d$cluster, d$person); e <- e[o, ]; weight <- weight[o]
  people <- unique(e$person)
  parts <- lapply(people, function(i) { at <- which(e$person == i); T <- length(at)
    F <- t(qr.Q(qr(cbind(1, contr.helmert(T))))[, -1, drop = FALSE]); X <- as.matrix(e[at, x, drop = FALSE])
    W <- solve(F %*% diag(1 / weight[at], T) %*% t(F)); list(z = F %*% e$score[at], X = F %*% X, W = W, g = e$cluster[at[1]]) })
  z <- unlist(lapply(parts, `[[`, "z")); X <- do.call(rbind, lapply(parts, `[[`, "X"))
  g <- rep(sapply(parts, `[[`, "g"), sapply(parts, function(p) length(p$z)))
  W <- matrix(0, length(z), length(z)); s <- 0
  for (p in parts) { k <- length(p$z); W[s + 1:k, s + 1:k] <- p$W; s <- s + k }
  M <- solve(t(X) %*% W %*% X); b <- M %*% t(X) %*% W %*% z; H <- X %*% M %*% t(X) %*% W
  R <- diag(length(z)) - H; r <- z - X %*% b; c <- diag(length(x))[match(tp, x), , drop = FALSE]
  A <- lapply(unique(g), function(h) { at <- g == h; root(tcrossprod(R[at, , drop = FALSE])) })
  se <- df <- numeric(length(tp))
  for (j in seq_along(tp)) {
    L <- sapply(seq_along(A), function(i) { at <- g == unique(g)[i]
      t(R[at, , drop = FALSE]) %*% A[[i]] %*% W[at, at, drop = FALSE] %*% X[at, , drop = FALSE] %*% M %*% c[j, ] })
    P <- t(L) %*% L; df[j] <- sum(diag(P))^2 / sum(P^2)
    se[j] <- sqrt(sum(sapply(seq_along(A), function(i) { at <- g == unique(g)[i]
      (c[j, ] %*% M %*% t(X[at, , drop = FALSE]) %*% W[at, at, drop = FALSE] %*% A[[i]] %*% r[at])^2 })))
  }
  list(coef = as.vector(b[match(tp, x)]), cr2 = se, df = df)
}

found <- list()
for (place in c("pooled", "A", "B", "C")) {
  e <- twice(if (place == "pooled") d else d[d$place == place, ])
  found[[place]] <- list(own = read(e, e$weight), plain = read(e, rep(1, nrow(e))), plm = plain(e), moving = read(e, e$moving),
                         contrasts = contrasts_cr2(e, e$moving), contrasts_own = contrasts_cr2(e, e$weight))
}
found$versions <- list(R = as.character(getRversion()), plm = as.character(packageVersion("plm")),
  clubSandwich = as.character(packageVersion("clubSandwich")), sandwich = as.character(packageVersion("sandwich")))
write_json(found, "panel.json", digits = 12, auto_unbox = TRUE, pretty = TRUE)
