# Contrasts of domain means that the library is pinned to. Run from this folder: Rscript did.R
suppressMessages({library(survey); library(jsonlite)})
city <- read.csv("../../tests/evidence/reference/citysim.csv", stringsAsFactors = FALSE)
city$psu_population <- 20
designs <- list(
  strata_clusters = svydesign(ids = ~psu, strata = ~stratum, weights = ~w, data = city),
  strata_clusters_fpc = svydesign(ids = ~psu, strata = ~stratum, weights = ~w, fpc = ~psu_population, data = city),
  clusters = svydesign(ids = ~psu, weights = ~w, data = city),
  rows = svydesign(ids = ~1, weights = ~w, data = city))

result <- function(contrast, df) {
  estimate <- as.vector(coef(contrast)); std_error <- as.vector(SE(contrast))
  reach <- qt(.975, df) * std_error
  list(estimate = estimate, std_error = std_error, df = df, ci_low = estimate - reach, ci_high = estimate + reach,
       p_value = 2 * pt(-abs(estimate / std_error), df))
}
# The missing leave the domain, never the design: subset(), not a filter on the data.
domains <- function(design, formula, by) svyby(formula, by, design, svymean, covmat = TRUE)

one <- function(design) {
  answered <- subset(design, !is.na(trust1))
  cells <- domains(answered, ~trust1, ~pilot + wave)      # order: pilot 0, 1 before; pilot 0, 1 after
  within <- subset(answered, city %in% c("C2", "C5"))
  own <- domains(within, ~trust1, ~pilot + wave)
  waves <- domains(answered, ~trust1, ~wave)
  sides <- domains(answered, ~trust1, ~mig)
  # misperception: what mig = 1 says on fair1 against what mig = 0 says on trust1
  crossed <- subset(design, (mig == 1 & !is.na(fair1)) | (mig == 0 & !is.na(trust1)))
  crossed <- update(crossed, crossed_answer = ifelse(mig == 1, fair1, trust1))
  means <- domains(crossed, ~crossed_answer, ~mig)
  shares <- lapply(c(C1 = "C1", C2 = "C2", C5 = "C5"), function(name) {
    share <- svyciprop(~I(as.numeric(trust1 >= 4)), subset(answered, city == name), method = "xlogit")
    list(estimate = as.vector(coef(share)), std_error = as.vector(SE(share)), ci = as.vector(confint(share)),
         df = degf(subset(answered, city == name))) })
  list(
    difference_in_differences = result(svycontrast(cells, c(1, -1, -1, 1)), degf(answered)),
    difference_in_differences_within = result(svycontrast(own, c(1, -1, -1, 1)), degf(within)),
    change = result(svycontrast(waves, c(-1, 1)), degf(answered)),
    gap = result(svycontrast(sides, c(1, -1)), degf(answered)),
    misperception = result(svycontrast(means, c(-1, 1)), degf(crossed)),
    shares = shares)
}
versions <- list(R = R.version.string, survey = as.character(packageVersion("survey")), jsonlite = as.character(packageVersion("jsonlite")))
writeLines(toJSON(c(list(versions = versions), lapply(designs, one)), digits = NA, auto_unbox = TRUE, pretty = TRUE), "did.json")
