# Reference values for factor_analysis, equality_tests and reliability that validation/oracle lacks.
# Run from the repository root:  Rscript validation/factor/lavaan.R
# "validation/ paths: the repository is the working directory.
suppressMessages({library(lavaan); library(psych); library(survey); library(jsonlite)})

city <- read.csv("validation/oracle/data/citysim.csv")
items <- c(paste0("fair", 1:3), paste0("eff", 1:3), paste0("trust", 1:3))
complete <- city[complete.cases(city[, items]), ]
model <- "F =~ fair1 + fair2 + fair3\nE =~ eff1 + eff2 + eff3\nT =~ trust1 + trust2 + trust3"

indices <- function(fit) {
  wanted <- c("chisq", "df", "pvalue", "chisq.scaled", "pvalue.scaled", "chisq.scaling.factor", "cfi", "tli", "rmsea",
              "rmsea.ci.lower", "rmsea.ci.upper", "cfi.robust", "tli.robust", "rmsea.robust", "rmsea.ci.lower.robust",
              "rmsea.ci.upper.robust", "srmr", "logl", "aic", "bic", "npar")
  all <- fitMeasures(fit)
  as.list(unclass(all[intersect(wanted, names(all))]))
}
parameters <- function(fit) {
  all <- parameterEstimates(fit, standardized = TRUE)
  all <- all[all$op %in% c("=~", "~~", "~1"), ]
  list(lhs = all$lhs, op = all$op, rhs = all$rhs, group = all$group, est = all$est, se = all$se, std = all$std.all)
}
one <- function(fit) list(fit = indices(fit), parameters = parameters(fit))
several <- function(equal = "", partial = "", ...)
  cfa(model, complete, group = "city", group.equal = equal, group.partial = partial, ...)
metric <- "loadings"
scalar <- c("loadings", "intercepts")
strict <- c("loadings", "intercepts", "residuals")
mlr <- list(estimator = "MLR", sampling.weights = "w")
robust <- function(...) do.call(several, c(list(...), mlr))
clustered <- function(...) do.call(several, c(list(...), mlr, list(cluster = "psu")))

fits <- list(
  single_weighted = cfa(model, complete, estimator = "MLR", sampling.weights = "w", meanstructure = TRUE),
  single_clustered = cfa(model, complete, estimator = "MLR", sampling.weights = "w", cluster = "psu", meanstructure = TRUE),
  one_factor = cfa("T =~ trust1 + trust2 + trust3 + fair1 + fair2", complete, group = "city", group.equal = scalar,
                   estimator = "MLR", sampling.weights = "w"),
  configural = robust(), metric = robust(equal = metric), scalar = robust(equal = scalar),
  strict = robust(equal = strict), partial = robust(equal = scalar, partial = "fair3 ~ 1"),
  partial_loading = robust(equal = scalar, partial = c("F =~ fair3", "fair3 ~ 1", "eff2 ~ 1")),
  clustered_configural = clustered(), clustered_scalar = clustered(equal = scalar))

difference <- function(tight, loose) {
  tested <- lavTestLRT(fits[[tight]], fits[[loose]], method = "satorra.bentler.2001")
  list(chi_square = tested[2, "Chisq diff"], df = tested[2, "Df diff"], p = tested[2, "Pr(>Chisq)"])
}

score <- function(fit) {
  table <- partable(fit)
  single <- lavTestScore(fit)$uni
  place <- match(single$rhs, table$plabel)
  list(lhs = table$lhs[place], op = table$op[place], rhs = table$rhs[place], group = table$group[place], x2 = single$X2)
}
whole <- function(fit, item) {
  table <- partable(fit)
  single <- lavTestScore(fit)$uni
  place <- match(single$rhs, table$plabel)
  chosen <- which(table$lhs[place] == item & table$op[place] == "~1")
  tested <- lavTestScore(fit, release = chosen)$test
  list(x2 = tested$X2, df = tested$df)
}
plain_scalar <- several(equal = scalar)

answers <- as.matrix(complete[, items])
of_psych <- psych::alpha(answers)
design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = complete)
weighted <- cov.wt(answers, wt = complete$w / sum(complete$w), method = "ML")$cov
weighted_omega <- local({
  fit <- cfa("f =~ trust1 + trust2 + trust3 + fair1 + fair2", complete, std.lv = TRUE, sampling.weights = "w")
  loading <- inspect(fit, "est")$lambda
  sum(loading)^2 / (sum(loading)^2 + sum(diag(inspect(fit, "est")$theta)))
})

# The linearised variance of alpha, by survey's own delta method: alpha is k/(k-1) (1 - sum of variances / variance of the sum).
linearised <- local({
  centre <- colSums(answers * complete$w) / sum(complete$w)
  apart <- sweep(answers, 2, centre)
  design <- update(design, parts = rowSums(apart^2), whole = rowSums(apart)^2)
  found <- svyratio(~parts, ~whole, design)
  k <- length(items)
  list(alpha = k / (k - 1) * (1 - unname(coef(found))), std_error = k / (k - 1) * c(SE(found)), df = degf(design))
})

write_json(list(
  meta = list(R = R.version.string, lavaan = as.character(packageVersion("lavaan")), psych = as.character(packageVersion("psych")),
              survey = as.character(packageVersion("survey"))),
  fits = lapply(fits, one),
  differences = list(metric = difference("metric", "configural"), scalar = difference("scalar", "metric"),
                     partial = difference("partial", "metric")),
  score = score(plain_scalar),
  score_items = list(fair3 = whole(plain_scalar, "fair3"), eff1 = whole(plain_scalar, "eff1")),
  reliability = list(
    total = as.list(of_psych$total[c("raw_alpha", "std.alpha", "G6(smc)")]),
    dropped = list(raw_alpha = of_psych$alpha.drop$raw_alpha),
    item = list(r.drop = of_psych$item.stats$r.drop, mean = of_psych$item.stats$mean, sd = of_psych$item.stats$sd),
    weighted_omega = weighted_omega, weighted_std = local({ r <- cov2cor(weighted); k <- ncol(r); k / (k - 1) * (1 - k / sum(r)) }),
    weighted_rest = sapply(items, function(item) cov.wt(cbind(answers[, item], rowSums(answers) - answers[, item]),
                                                        wt = complete$w / sum(complete$w), cor = TRUE)$cor[1, 2]) |> unname(),
    linearised = linearised)
), "validation/factor/lavaan.json", digits = 15, auto_unbox = TRUE, na = "null")
