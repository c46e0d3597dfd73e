# Totals, quantiles, intervals of shares and tests of independence in domains. Run from this folder: Rscript estimators.R
suppressMessages({library(survey); library(jsonlite)})
rd <- function(f) read.csv(file.path("../oracle/data", f), stringsAsFactors = FALSE)
num <- function(x) unname(as.vector(x))
st <- rd("apistrat.csv"); c1 <- rd("apiclus1.csv"); ci <- rd("citysim.csv")
D <- list(
  strat = svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = st),
  strat_nofpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = st),
  clus1 = svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = c1),
  clus1_nofpc = svydesign(ids = ~dnum, weights = ~pw, data = c1))
probabilities <- c(.1, .25, .5, .75, .9)
quantiles <- function(d) unclass(svyquantile(~api00, d, probabilities, interval.type = "mean", qrule = "math")[[1]])[, 1:4]
O <- list(meta = list(R = R.version.string, survey = as.character(packageVersion("survey"))))
for (k in names(D)) { d <- D[[k]]
  how <- if (grepl("nofpc", k)) "replace" else TRUE
  by <- svyby(~enroll + api00, ~comp.imp, subset(d, !is.na(enroll)), svytotal, covmat = TRUE)
  kept <- subset(d, !is.na(enroll))
  O[[k]] <- list(
    total = list(est = num(coef(by)), se = num(SE(by)), vcov = unname(vcov(by)),
      deff = num(deff(svytotal(~enroll + api00, kept, deff = how)))),
    domain_deff = num(deff(svytotal(~api00, subset(d, comp.imp == "Yes"), deff = how))),
    quantiles = list(No = quantiles(subset(d, comp.imp == "No")), Yes = quantiles(subset(d, comp.imp == "Yes"))),
    beta = lapply(setNames(nm = c("No", "Yes")), function(g) {
      z <- svyciprop(~I(sch.wide == "Yes"), subset(d, awards == g), method = "beta"); num(confint(z)) }))
}
# Where weights are equal, steps of the distribution fall on .1 or .9 exactly: R meets them with weights of 1, and misses them
# by rounding with weights of 30.97 (apisrs) or 33.847 (apiclus1). The quantiles do not depend on the scale of the weights.
sr <- rd("apisrs.csv"); sr$one <- 1; c1$one <- 1
O$unit_weights <- list(
  srs = quantiles(svydesign(ids = ~1, fpc = ~fpc, weights = ~one, data = sr)),
  clus1 = quantiles(subset(svydesign(ids = ~dnum, fpc = ~fpc, weights = ~one, data = c1), comp.imp == "No")),
  clus1_nofpc = quantiles(subset(svydesign(ids = ~dnum, weights = ~one, data = c1), comp.imp == "No")))
test <- function(f, d) { t <- svychisq(f, d); list(stat = num(t$statistic), ndf = num(t$parameter[1]), ddf = num(t$parameter[2]), p = t$p.value) }
ci$answer <- ci$trust1; ci$answer[ci$city == "C1" & ci$answer == 5] <- 4  # one empty cell
dc <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = ci)
O$city <- list(
  trust_by_city = test(~trust1 + city, subset(dc, !is.na(trust1))),
  with_an_empty_cell = test(~answer + city, subset(dc, !is.na(answer))),
  by_age = test(~trust1 + age, subset(dc, !is.na(trust1) & wave == 1)))
writeLines(toJSON(O, digits = NA, auto_unbox = TRUE, na = "null", force = TRUE), "estimators.json")
