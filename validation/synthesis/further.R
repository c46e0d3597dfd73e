# Reference values for meta-regression, subgroups, influence, small-study tests, conversions,
# permutation, several levels and small areas.
# Run from the repository root:  Rscript validation/synthesis/further.R
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
tight <- list(threshold = 1e-14, maxiter = 10000)
flat <- function(x) unname(as.vector(x))
out <- list(R = R.version.string, metafor = as.character(packageVersion("metafor")),
            clubSandwich = as.character(packageVersion("clubSandwich")))
data_of <- function(name) read.csv(file.path("validation/oracle/data", paste0(name, ".csv")))
trials <- data_of("dat.bcg")
bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = trials)
bcg$yi <- c(bcg$yi)

# Estimators of tau2: intervals of I2, and fits the oracle lacks.
out$i2 <- list()
for (method in c("REML", "DL", "PM", "ML")) {
  control <- if (method == "PM") list(tol = 1e-14, maxiter = 10000) else tight
  fit <- rma(yi, vi, data = bcg, method = method, test = "adhoc", control = control)
  ends <- confint(fit, control = list(tol = 1e-13, maxiter = 100000))$random
  predicted <- predict(fit)
  out$i2[[method]] <- list(tau2 = fit$tau2, estimate = flat(fit$beta), se = fit$se, i2 = fit$I2,
                           pi = c(predicted$pi.lb, predicted$pi.ub), i2_ci = flat(ends["I^2(%)", 2:3]),
                           tau2_ci = flat(ends["tau^2", 2:3]))
}
fixed <- rma(yi, vi, data = bcg, method = "EE", test = "knha")
out$equal_effects_knha <- list(estimate = flat(fixed$beta), se = fixed$se, p = fixed$pval, i2 = fixed$I2)

# Meta-regression with a class and a number, four estimators.
out$metareg <- list()
for (method in c("REML", "DL", "PM", "ML")) {
  control <- if (method == "PM") list(tol = 1e-14, maxiter = 10000) else tight
  fit <- rma(yi, vi, mods = ~ ablat + alloc, data = bcg, method = method, test = "adhoc", control = control)
  out$metareg[[method]] <- list(beta = flat(fit$beta), se = fit$se, p = fit$pval, tau2 = fit$tau2, i2 = fit$I2,
    r2 = fit$R2, qe = fit$QE, qep = fit$QEp, qm = flat(fit$QM), qmdf = flat(fit$QMdf), qmp = fit$QMp,
    ci_low = fit$ci.lb, ci_high = fit$ci.ub)
}

# Subgroups by latitude.
bcg$band <- as.character(cut(trials$ablat, c(0, 20, 40, 60), c("a: hot", "b: mild", "c: cold")))
between <- function(test) {
  fit <- rma(yi, vi, mods = ~ 0 + band, data = bcg, control = tight, test = test)
  contrast <- rma(yi, vi, mods = ~ band, data = bcg, control = tight, test = test)
  list(names = sub("band", "", rownames(fit$beta)), estimate = flat(fit$beta), se = fit$se, ci_low = fit$ci.lb,
       tau2 = fit$tau2, q = flat(contrast$QM), df = flat(contrast$QMdf), p = contrast$QMp)
}
apart <- function(test) {
  fits <- lapply(split(bcg, bcg$band), function(part) rma(yi, vi, data = part, control = tight, test = test))
  estimates <- sapply(fits, function(f) flat(f$beta)); errors <- sapply(fits, function(f) f$se)
  whole <- rma(estimates, sei = errors, mods = ~ names(fits), method = "FE")
  welch <- oneway_summary(estimates, errors, sapply(fits, function(f) f$k - 1))
  list(names = names(fits), estimate = flat(estimates), se = flat(errors), tau2 = flat(sapply(fits, function(f) f$tau2)),
       q = flat(whole$QM), p = whole$QMp, welch = welch)
}
# Welch (1951), written out.
oneway_summary <- function(mean, se, df) {
  w <- 1 / se^2; k <- length(mean); grand <- sum(w * mean) / sum(w)
  doubt <- sum((1 - w / sum(w))^2 / df)
  f <- sum(w * (mean - grand)^2) / (k - 1) / (1 + 2 * (k - 2) * doubt / (k^2 - 1))
  df2 <- (k^2 - 1) / (3 * doubt)
  c(f, k - 1, df2, pf(f, k - 1, df2, lower.tail = FALSE))
}
out$subgroups <- list(common = list(classical = between("z"), knapp_hartung = between("adhoc")),
                      separate = list(classical = apart("z"), knapp_hartung = apart("adhoc")))

# Influence and leaving one out.
out$influence <- lapply(list(classical = "z", "knapp-hartung-plain" = "knha", "knapp-hartung" = "adhoc"), function(test) {
  fit <- rma(yi, vi, data = bcg, control = tight, test = test)
  found <- influence(fit); without <- leave1out(fit)
  list(rstudent = found$inf$rstudent, dffits = found$inf$dffits, cook = found$inf$cook.d, cov_r = found$inf$cov.r,
       tau2 = found$inf$tau2.del, q = found$inf$QE.del, hat = found$inf$hat, weight = found$inf$weight,
       dfbetas = found$dfbs$intrcpt, influential = found$is.infl,
       estimate = without$estimate, se = without$se, p = without$pval, ci_low = without$ci.lb, ci_high = without$ci.ub,
       i2 = without$I2)
})

# Small-study effects.
rehabilitation <- data_of("dat.landenberger2005")
cbt <- escalc(measure = "OR", ai = n.cbt.rec, bi = n.cbt.non, ci = n.ctrl.rec, di = n.ctrl.non, data = rehabilitation)
small <- function(data) {
  egger <- regtest(rma(yi, vi, data = data), model = "lm"); line <- summary(egger$fit)$coefficients
  # Ties among the variances: R then gives the normal approximation with a warning.
  rank <- suppressWarnings(ranktest(data$yi, data$vi, exact = !anyDuplicated(data$vi)))
  list(yi = flat(data$yi), vi = flat(data$vi), slope = line[2, 1], slope_se = line[2, 2], t = egger$zval, p = egger$pval,
       limit = egger$est, limit_ci = c(egger$ci.lb, egger$ci.ub), tau = flat(rank$tau), rank_p = rank$pval)
}
tied <- bcg; tied$vi <- signif(tied$vi, 1)
out$small_studies <- list(bcg = small(bcg), landenberger = small(cbt), tied = small(tied))

# Exact permutation.
permuted <- function(data, method) {
  set.seed(1)
  permutest(rma(yi, vi, data = data, method = method, control = if (method == "DL") list() else tight),
            exact = TRUE, progbar = FALSE)$pval
}
out$permutation <- list(bcg_8_reml = permuted(bcg[1:8, ], "REML"), bcg_8_dl = permuted(bcg[1:8, ], "DL"),
                        bcg_10_reml = permuted(bcg[4:13, ], "REML"))

# Effect sizes: escalc.
r <- c(-.7, -.1, 0, .25, .6, .93); n <- c(12, 40, 25, 200, 8, 61)
both <- function(e) list(estimate = flat(e$yi), variance = flat(e$vi))
ai <- c(4, 12, 30, 3); bi <- c(119, 30, 11, 41); ci <- c(11, 13, 22, 9); di <- c(128, 31, 17, 25)
m1 <- c(4.1, 2.2, 3.3); m2 <- c(3.5, 2.4, 3.3); s1 <- c(1.2, .8, 2); s2 <- c(1.1, .9, 1.7); n1 <- c(20, 33, 8); n2 <- c(25, 31, 12)
pooled <- sqrt(((n1 - 1) * s1^2 + (n2 - 1) * s2^2) / (n1 + n2 - 2)); d <- (m1 - m2) / pooled
out$conversions <- list(r = r, n = n, COR = both(escalc(measure = "COR", ri = r, ni = n)),
  ZCOR = both(escalc(measure = "ZCOR", ri = r, ni = n)),
  cells = list(ai, bi, ci, di), OR = both(escalc(measure = "OR", ai = ai, bi = bi, ci = ci, di = di)),
  OR2DL = both(escalc(measure = "OR2DL", ai = ai, bi = bi, ci = ci, di = di)),
  d = d, n1 = n1, n2 = n2,
  D2ORL = both(escalc(measure = "D2ORL", m1i = m1, m2i = m2, sd1i = s1, sd2i = s2, n1i = n1, n2i = n2)),
  RPB = both(escalc(measure = "RPB", m1i = m1, m2i = m2, sd1i = s1, sd2i = s2, n1i = n1, n2i = n2, vtype = "ST")))

# Several levels, with a moderator.
schools <- data_of("dat.konstantopoulos2011")
best <- list(optimizer = "optim", optmethod = "BFGS", reltol = 1e-15)
with_year <- rma.mv(yi, vi, mods = ~ I(year - 1990), random = ~ 1 | district/school, data = schools, control = best)
robust_tests <- function(fit, cluster) {
  tests <- coef_test(fit, vcov = "CR2", cluster = cluster)
  list(beta = flat(fit$beta), se = fit$se, sigma2 = fit$sigma2, logLik = c(logLik(fit)),
       cr2_se = tests$SE, cr2_df = tests$df_Satt, cr2_p = tests$p_Satt)
}
# Two effects in some units: the lowest level then is not the row.
schools$unit <- ceiling(schools$school / 2)
in_units <- rma.mv(yi, vi, random = ~ 1 | district/unit, data = schools, control = best)
out$levels <- list(year = robust_tests(with_year, schools$district), units = robust_tests(in_units, schools$district))

# Fay-Herriot: mean squared error with REML, g1 + g2 + 2 g3 written out (Rao & Molina 2015, section 6.2.1).
milk <- data_of("milk")
fit <- rma(yi, sei = SD, mods = ~ factor(MajorArea), data = milk, control = tight)
x <- model.matrix(~ factor(MajorArea), milk); v <- milk$SD^2; total <- fit$tau2 + v
gamma <- fit$tau2 / total
g1 <- gamma * v
g2 <- (1 - gamma)^2 * diag(x %*% solve(t(x) %*% (x / total)) %*% t(x))
g3 <- v^2 / total^3 * 2 / sum(1 / total^2)
out$fay_herriot <- list(g1 = flat(g1), g2 = flat(g2), g3 = flat(g3), mse = flat(g1 + g2 + 2 * g3),
                        eblup = flat(blup(fit)$pred), tau2 = fit$tau2)

write_json(out, "validation/synthesis/further.json", digits = NA, auto_unbox = TRUE, na = "null", pretty = TRUE)
