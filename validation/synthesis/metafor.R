# Reference values for imppulse.evidence.synthesis.
# Run from the repository root:  Rscript validation/synthesis/metafor.R
suppressMessages({library(metafor); library(jsonlite)})

reml <- list(threshold = 1e-14, maxiter = 10000)
tight <- list(tol = 1e-13, maxiter = 100000)
tests <- c("classical" = "z", "knapp-hartung-plain" = "knha", "knapp-hartung" = "adhoc")

bounds <- function(fit) {
  limits <- suppressWarnings(tryCatch(confint(fit, control = tight)$random["tau^2", ], error = function(e) NULL))
  if (is.null(limits)) c(NA, NA) else unname(c(limits["ci.lb"], limits["ci.ub"]))
}

one <- function(yi, sei, method, test) {
  fit <- rma(yi = yi, sei = sei, method = method, test = tests[[test]],
             control = if (method == "PM") list(tol = 1e-14, maxiter = 10000) else reml)
  predicted <- predict(fit)
  list(method = method, test = test, k = fit$k, estimate = c(fit$beta), std_error = fit$se,
       ci_low = fit$ci.lb, ci_high = fit$ci.ub, p_value = fit$pval, statistic = fit$zval,
       pi_low = predicted$pi.lb, pi_high = predicted$pi.ub,
       tau2 = fit$tau2, tau2_ci = bounds(fit), i2 = fit$I2, q = fit$QE, q_p_value = fit$QEp,
       weights = unname(weights(fit)))
}

every <- function(yi, sei) {
  grid <- expand.grid(method = c("REML", "DL", "PM"), test = names(tests), stringsAsFactors = FALSE)
  list(estimates = yi, std_errors = sei,
       fits = Map(function(method, test) one(yi, sei, method, test), unname(grid$method), unname(grid$test)) |> unname())
}

metaketa <- read.csv("tests/evidence/reference/metaketa/metaketa4_study_estimates.csv")
sets <- lapply(split(metaketa, metaketa$hypothesis), function(rows) every(rows$estimate, rows$std_error))

bcg <- escalc(measure = "RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
sets$bcg <- every(c(bcg$yi), sqrt(c(bcg$vi)))

# Five close results: tau2 is 0 and the plain Knapp-Hartung standard error is below the classical one.
sets$five <- every(c(.12, .05, .21, .09, -.02), sqrt(c(.004, .006, .010, .003, .008)))

write_json(list(R = R.version.string, metafor = as.character(packageVersion("metafor")), sets = sets),
           "validation/synthesis/expected.json", digits = NA, auto_unbox = TRUE, na = "null", pretty = TRUE)
