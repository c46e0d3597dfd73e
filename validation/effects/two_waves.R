# R's answers for pilots measured twice, for the courses before a start, for people lost on the way and for area
# shocks. Run from this folder: Rscript two_waves.R (writes data/two_waves.csv and two_waves.json)
suppressMessages({library(survey); library(clubSandwich); library(jsonlite)})
options(survey.lonely.psu = "fail"); num <- function(x) unname(as.vector(x)); O <- list()
tested <- function(b, se, df) { h <- qt(.975, df) * se; list(estimate = b, std_error = se, ci_low = b - h, ci_high = b + h, df = df, p_value = 2 * pt(-abs(b / se), df)) }

# --- degrees of freedom of two groups of areas: Satterthwaite's of CR2 ----------
pairs <- list(c(2, 2), c(2, 5), c(3, 5), c(4, 4), c(2, 12), c(7, 9)); set.seed(20261122)
O$df <- lapply(pairs, function(k) { y <- rnorm(sum(k)); pilot <- rep(1:0, k); f <- lm(y ~ pilot)
  list(treated = k[1], comparison = k[2], df = coef_test(f, vcov = "CR2", cluster = seq_along(y), coefs = "pilot")$df_Satt) })

# --- a pilot in 3 areas against 5, equal numbers of people: changes of areas -----
areas <- 8; people <- 15; D <- expand.grid(person = 1:people, wave = 1:2, area = 1:areas); D$arm <- ifelse(D$area <= 3, "pilot", "comparison")
shift <- rnorm(areas * 2, sd = 8); D$score <- round(50 + shift[(D$area - 1) * 2 + D$wave] + 5 * (D$arm == "pilot") * (D$wave == 2) + rnorm(nrow(D), sd = 15), 2)
write.csv(D, "data/two_waves.csv", row.names = FALSE, quote = FALSE)
m <- tapply(D$score, list(D$area, D$wave), mean); A <- data.frame(change = m[, 2] - m[, 1], pilot = as.integer(1:areas <= 3))
t <- coef_test(lm(change ~ pilot, A), vcov = "CR2", cluster = 1:areas, coefs = "pilot"); O$areas <- tested(t$beta, t$SE, t$df_Satt)

# --- courses before the start: slopes of weighted means, in the sample's covariance
S <- read.csv("data/staggered.csv"); S <- S[S$start %in% c(5, 0), ]; S$arm <- ifelse(S$start == 5, 1, 0); waves <- 1:4
S$cell <- S$wave * 10 + S$arm
des <- svydesign(ids = ~district, strata = ~stratum, weights = ~weight, data = S); by <- svyby(~trust, ~cell, subset(des, wave %in% waves), svymean, na.rm = TRUE, covmat = FALSE)
tot <- S; for (k in by$cell) { a <- (tot$cell == k & !is.na(tot$trust)) + 0; tot[[paste0("n", k)]] <- a; tot[[paste0("y", k)]] <- ifelse(is.na(tot$trust), 0, tot$trust) * a }
TD <- svytotal(reformulate(c(paste0("n", by$cell), paste0("y", by$cell))), svydesign(ids = ~district, strata = ~stratum, weights = ~weight, data = tot))
slope <- (waves - mean(waves)) / sum((waves - mean(waves))^2); parts <- unlist(lapply(seq_along(waves), function(i) c(sprintf("(%.17g)*y%d/n%d", slope[i], waves[i] * 10 + 1, waves[i] * 10 + 1), sprintf("(%.17g)*y%d/n%d", -slope[i], waves[i] * 10, waves[i] * 10))))
z <- svycontrast(TD, list(course = parse(text = paste(parts, collapse = "+"))[[1]])); O$course <- list(estimate = num(coef(z)), std_error = num(SE(z)))

# --- people lost: shares by arm ---------------------------------------------------
P <- read.csv("data/panel.csv", stringsAsFactors = FALSE); one <- P[P$wave == 1, ]; two <- P[P$wave == 2 & !is.na(P$trust), ]; one$again <- as.integer(one$person %in% two$person)
dp <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = one); b <- svyby(~again, ~arm, dp, svymean, covmat = TRUE)
z <- svycontrast(b, c(1, -1)); overall <- svymean(~again, dp)   # arms in alphabetical order: comparison, pilot
O$lost <- list(comparison = 1 - num(coef(b))[1], pilot = 1 - num(coef(b))[2], overall = 1 - num(coef(overall)), difference = tested(num(coef(z)), num(SE(z)), degf(dp)))

# --- area shocks: where the interval touches zero, by search -----------------------
shock <- function(b, se, df, g1, g0) { q <- qt(.975, df); list(estimate = b, std_error = se, df = df, treated = g1, comparison = g0,
  sd = uniroot(function(s) abs(b) - q * sqrt(se^2 + s^2 * (1 / g1 + 1 / g0)), c(0, 1000), tol = 1e-13)$root, common = uniroot(function(c) abs(b) - c - q * se, c(-1000, 1000), tol = 1e-13)$root) }
O$shocks <- list(shock(6, 1.5, 10, 4, 8), shock(-3, .4, 22, 1, 12))
O$versions <- list(R = R.version.string, survey = as.character(packageVersion("survey")), clubSandwich = as.character(packageVersion("clubSandwich")))
writeLines(toJSON(O, digits = NA, auto_unbox = TRUE, pretty = TRUE), "two_waves.json"); cat("ok\n")
