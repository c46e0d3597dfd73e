# Two-stage designs: domains, lonely units and samples of a whole stage, as R's survey has them.
#   Rscript validation/two_stage/two_stage.R     (from the repository root; writes two_stage.json)
suppressMessages({library(survey); library(jsonlite)})
rd <- function(f) read.csv(file.path("validation/oracle/data", f))
stat <- function(x) list(est = as.numeric(coef(x)), se = as.numeric(SE(x)), vcov = unname(as.matrix(vcov(x))))
O <- list(meta = list(R = R.version.string, survey = as.character(packageVersion("survey"))))

api <- rd("apiclus2.csv")
two <- svydesign(ids = ~dnum + snum, fpc = ~fpc1 + fpc2, weights = ~pw, data = api)
O$by_comp <- stat(svyby(~api00, ~comp.imp, two, svymean, covmat = TRUE))
O$deff <- as.numeric(deff(svymean(~api00, two, deff = TRUE)))
O$ratio_by_awards <- stat(svyby(~api00, ~awards, two, svyratio, denominator = ~api99, covmat = TRUE))
O$without_fpc <- stat(svymean(~api00, svydesign(ids = ~dnum + snum, weights = ~pw, data = api)))

# strata of first-stage clusters: 40 districts in two halves, the halves as populations of their own
api$half <- ifelse(api$dnum <= median(unique(api$dnum)), 1, 2)
api$half_fpc <- ifelse(api$half == 1, 60, 200)
strat <- svydesign(ids = ~dnum + snum, strata = ~half, fpc = ~half_fpc + fpc2, weights = ~pw, data = api)
O$stratified <- c(stat(svymean(~api00, strat)), degf = degf(strat))

# a unit drawn alone out of several (the first district with one school is said to have three)
alone <- names(which(table(api$dnum) == 1))[1]
api$fpc2_lonely <- ifelse(api$dnum == as.integer(alone), 3, api$fpc2)
O$lonely_district <- as.integer(alone)
O$lonely <- list()
for (choice in c("adjust", "remove")) {
  options(survey.lonely.psu = choice)
  lonely <- svydesign(ids = ~dnum + snum, fpc = ~fpc1 + fpc2_lonely, weights = ~pw, data = api)
  O$lonely[[choice]] <- stat(svymean(~api00, lonely))
}
options(survey.lonely.psu = "fail")

# every cluster drawn: the second stage is all there is; every unit drawn: the first is
api$all1 <- 40
O$whole_first <- stat(svymean(~api00, svydesign(ids = ~dnum + snum, fpc = ~all1 + fpc2, weights = ~pw, data = api)))
api$all2 <- ave(api$snum, api$dnum, FUN = length)
O$whole_second <- stat(svymean(~api00, svydesign(ids = ~dnum + snum, fpc = ~fpc1 + all2, weights = ~pw, data = api)))

# totals, quantiles, independence and a regression with both stages
O$total <- stat(svytotal(~api00, two)); O$total_by_comp <- stat(svyby(~api00, ~comp.imp, two, svytotal, covmat = TRUE))
O$total_missing <- stat(svytotal(~enroll, two, na.rm = TRUE)); O$total_stratified <- stat(svytotal(~api00, strat))
q <- svyquantile(~api00, two, c(.25, .5, .75), ci = TRUE, qrule = "math", interval.type = "mean")$api00
O$quantiles <- list(quantile = unname(q[, "quantile"]), low = unname(q[, "ci.2.5"]), high = unname(q[, "ci.97.5"]), se = unname(q[, "se"]))
chi <- svychisq(~stype + awards, two); O$independence <- list(f = unname(chi$statistic), df = unname(chi$parameter), p = unname(chi$p.value))
fit <- svyglm(api00 ~ meals + mobility, design = two); O$linear <- list(est = unname(coef(fit)), se = unname(SE(fit)), df = fit$df.residual)

mu <- rd("mu284.csv"); mu$big <- as.integer(mu$y1 > 40); mu$w <- mu$n1 / 5 * mu$n2 / 3
O$mu284_by_big <- stat(svyby(~y1, ~big, svydesign(ids = ~id1 + id2, fpc = ~n1 + n2, data = mu), svymean, covmat = TRUE))
write(toJSON(O, digits = I(15), auto_unbox = TRUE, pretty = TRUE), "validation/two_stage/two_stage.json")
