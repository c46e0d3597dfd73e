# Calibration as R's survey package does it, where ../oracle has no answer:
# raking through calibrate(calfun = "raking"), trimming after it, and means by domain.
#   Rscript validation/calibration/survey.R   (from the root of the repository)
suppressMessages(library(survey))
data <- "validation/oracle/data/"
st <- read.csv(paste0(data, "apistrat.csv")); c1 <- read.csv(paste0(data, "apiclus1.csv"))
for (name in c("stype", "sch.wide", "comp.imp")) { st[[name]] <- factor(st[[name]]); c1[[name]] <- factor(c1[[name]]) }
# exact population sizes, so that bounds mean the same on both sides
st$pw <- st$pw * 6194 / sum(st$pw); c1$pw <- c1$pw * 6194 / sum(c1$pw)
designs <- list(
  strat = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = st),
  strat_fpc = svydesign(ids = ~1, strata = ~stype, weights = ~pw, data = st, fpc = ~fpc),
  clus1 = svydesign(ids = ~dnum, weights = ~pw, data = c1))
margins <- c(`(Intercept)` = 6194, stypeH = 755, stypeM = 1018, sch.wideYes = 5122, comp.impYes = 4259 + 0)
pop <- read.csv(paste0(data, "apipop.csv"))
margins["stypeH"] <- sum(pop$stype == "H"); margins["stypeM"] <- sum(pop$stype == "M")
margins["sch.wideYes"] <- sum(pop$sch.wide == "Yes"); margins["comp.impYes"] <- sum(pop$comp.imp == "Yes")
stat <- function(s) list(est = unname(as.numeric(coef(s))), se = unname(as.numeric(SE(s))))
estimates <- function(d) list(
  weights = as.numeric(weights(d)),
  mean = stat(svymean(~api00, d)), total = stat(svytotal(~enroll, d)),
  ratio = stat(svyratio(~api.stu, ~enroll, d)),
  mean_by_stype = stat(svyby(~api00, ~stype, d, svymean)),
  total_by_sch_wide = stat(svyby(~enroll, ~sch.wide, d, svytotal)),
  deff = as.numeric(deff(svymean(~api00, d, deff = "replace"))))
answer <- function(d) {
  raked <- calibrate(d, ~stype + sch.wide + comp.imp, margins, calfun = "raking", epsilon = 1e-13, maxit = 200)
  greg <- calibrate(d, ~stype + api99, c(margins[1:3], api99 = sum(pop$api99)), calfun = "linear", epsilon = 1e-13)
  bounded <- calibrate(d, ~stype + sch.wide, margins[1:4], calfun = "logit", bounds = c(.5, 2), epsilon = 1e-13, maxit = 200)
  crossed <- postStratify(d, ~stype + sch.wide, xtabs(~stype + sch.wide, pop))
  mean_weight <- mean(weights(raked))
  trimmed <- trimWeights(raked, lower = 0.3 * mean_weight, upper = 1.3 * mean_weight)
  list(rake = estimates(raked), greg = estimates(greg), bounded = estimates(bounded),
       crossed_weights = as.numeric(weights(crossed)), trim = estimates(trimmed))
}
answers <- c(list(R = R.version.string, survey = as.character(packageVersion("survey"))), lapply(designs, answer))
writeLines(jsonlite::toJSON(answers, auto_unbox = TRUE, digits = 15), "validation/calibration/survey.json")
