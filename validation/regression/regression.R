# Regressions that validation/oracle lacks: domains, lonely strata, ordinal outcomes.
# Run from this folder: Rscript regression.R
suppressMessages({library(survey); library(jsonlite); library(ordinal)})
rd <- function(f) read.csv(file.path("../oracle/data", f), stringsAsFactors = FALSE)
num <- function(x) unname(as.vector(x))
tight <- glm.control(epsilon = 1e-14, maxit = 100)
glmo <- function(m) list(names = names(coef(m)), est = num(coef(m)), se = num(SE(m)), vcov = unname(vcov(m)),
                         df_resid = m$df.residual, p = num(coef(summary(m))[, 4]), ci = unname(confint(m)))
st <- rd("apistrat.csv"); c1 <- rd("apiclus1.csv"); nh <- rd("nhanes.csv"); ci <- rd("citysim.csv")
strat <- svydesign(ids = ~1, strata = ~stype, weights = ~pw, fpc = ~fpc, data = st)
clus1 <- svydesign(ids = ~dnum, weights = ~pw, fpc = ~fpc, data = c1)
nhanes <- svydesign(ids = ~SDMVPSU, strata = ~SDMVSTRA, weights = ~WTMEC2YR, nest = TRUE, data = nh)
O <- list(meta = list(R = R.version.string, survey = as.character(packageVersion("survey")), ordinal = as.character(packageVersion("ordinal"))))
O$domain <- list(
  strat_linear = glmo(svyglm(api00 ~ ell + meals, subset(strat, comp.imp == "Yes"))),
  strat_high_logit = glmo(svyglm(I(sch.wide == "Yes") ~ meals, subset(strat, stype == "H"), family = quasibinomial(), control = tight)),
  clus1_logit = glmo(svyglm(I(sch.wide == "Yes") ~ ell + meals, subset(clus1, comp.imp == "No"), family = quasibinomial(), control = tight)),
  nhanes_women = glmo(svyglm(HI_CHOL ~ factor(race) + agecat, subset(nhanes, RIAGENDR == 2), family = quasibinomial(), control = tight)))
c1$h <- ifelse(c1$dnum == c1$dnum[1], "a", ifelse(c1$dnum %in% unique(c1$dnum)[2:8], "b", "c"))
O$lonely <- lapply(setNames(nm = c("adjust", "average", "remove")), function(o) {
  options(survey.lonely.psu = o); glmo(svyglm(api00 ~ ell + factor(stype), svydesign(ids = ~dnum, strata = ~h, weights = ~pw, data = c1))) })
# svyolr stops early unless told otherwise; its Hessian stays numerical.
city <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = ci)
ordered <- svyolr(factor(trust1) ~ fair1 + mig + contact + wave, subset(city, !is.na(trust1) & !is.na(fair1)), control = list(reltol = 1e-16, maxit = 1000))
levels3 <- svyolr(factor(trust1) ~ factor(age) + mig, subset(city, !is.na(trust1)), control = list(reltol = 1e-16, maxit = 1000))
olr <- function(m) list(names = names(coef(m)), beta = num(m$coefficients), zeta = num(m$zeta), se = num(SE(m)))
O$ordinal <- list(continuous = olr(ordered), categorical = olr(levels3))
F <- ci[complete.cases(ci[, c("trust1", "age", "mig")]), ]; F$wn <- F$w / mean(F$w); F$y <- factor(F$trust1, ordered = TRUE)
k <- suppressWarnings(clm(y ~ factor(age) + mig, data = F, weights = wn, control = clm.control(gradTol = 1e-12)))
O$ordinal$categorical_clm <- list(est = num(coef(k)), logLik = num(logLik(k)))
# DIF between several groups, and the nominal effects of a clear case
C <- ci[complete.cases(ci[, c("fair1", "fair2", "fair3", "city")]), ]; C$rest <- C$fair1 + C$fair2; C$yy <- factor(C$fair3, ordered = TRUE)
tight_clm <- clm.control(gradTol = 1e-12)
m0 <- clm(yy ~ rest, data = C, control = tight_clm); m1 <- clm(yy ~ rest + city, data = C, control = tight_clm); m2 <- clm(yy ~ rest * city, data = C, control = tight_clm)
null <- clm(yy ~ 1, data = C)
mh <- mantelhaen.test(table(C$city, C$fair3, C$rest))
O$dif <- list(n = nrow(C), uniform_LR = 2 * num(logLik(m1) - logLik(m0)), nonuniform_LR = 2 * num(logLik(m2) - logLik(m1)), b = num(coef(m1)[paste0("cityC", 2:6)]),
  se = num(sqrt(diag(vcov(m1)))[paste0("cityC", 2:6)]), p_uniform = pchisq(2 * num(logLik(m1) - logLik(m0)), 5, lower.tail = FALSE),
  mcfadden = num((logLik(m2) - logLik(m0)) / -logLik(null)), mantel = list(stat = num(mh$statistic), df = num(mh$parameter), p = mh$p.value))
writeLines(toJSON(O, digits = 15, auto_unbox = TRUE, pretty = FALSE, na = "null", force = TRUE), "regression.json"); cat("ok\n")
