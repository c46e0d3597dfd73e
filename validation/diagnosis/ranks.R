# Indices, factors by size and spread, and joint ranks, in R. Run from this folder: Rscript ranks.R
suppressMessages({library(survey); library(jsonlite)})
O <- list(R = R.version.string, survey = as.character(packageVersion("survey"))); num <- function(x) unname(as.vector(x))
C <- read.csv("../oracle/data/citysim.csv")

# --- indices of 0 to 100: the second item reversed, at least two of three answered
scale <- function(x, reversed = FALSE) { s <- 100 * (x - 1) / 4; if (reversed) 100 - s else s }
index <- function(a, b, c) { m <- cbind(scale(a), scale(b, TRUE), scale(c)); ifelse(rowSums(!is.na(m)) >= 2, rowMeans(m, na.rm = TRUE), NA) }
C$trust <- index(C$trust1, C$trust2, C$trust3); C$fair <- index(C$fair1, C$fair2, C$fair3); C$effective <- index(C$eff1, C$eff2, C$eff3)
names <- c("trust", "fair", "effective")
O$index <- lapply(names, function(n) list(index = n, mean = mean(C[[n]], na.rm = TRUE), sd = sd(C[[n]], na.rm = TRUE), n = sum(!is.na(C[[n]])), checksum = sum(C[[n]] * seq_along(C[[n]]), na.rm = TRUE)))

# --- size and spread of factors: design-weighted means ------------------------------
for (n in names) C[[paste0("under_", n)]] <- as.integer(C[[n]] < 50)
D <- svydesign(ids = ~psu, strata = ~stratum, weights = ~w, nest = TRUE, data = C)
O$priorities <- lapply(names, function(n) list(factor = n, size = 100 - num(coef(svymean(reformulate(n), D, na.rm = TRUE))), spread = num(coef(svymean(reformulate(paste0("under_", n)), D, na.rm = TRUE)))))

# --- joint ranks: intervals at Bonferroni's level, who lies entirely above or below --
joint <- function(x, se, df, level = .95) { k <- length(x); h <- qt(1 - (1 - level) / k / 2, df) * se; lo <- x - h; hi <- x + h
  list(estimate = x, std_error = se, df = df, level = level, rank = rank(-x, ties.method = "min"), low = sapply(1:k, function(i) 1 + sum(lo > hi[i])), high = sapply(1:k, function(i) k - sum(hi < lo[i]))) }
set.seed(20261122)
O$joint <- list(joint(c(62, 55, 55, 48, 31), c(1, 2, 2, 1.5, 2), c(20, 8, 30, 12, 5)), joint(rnorm(12, 50, 10), runif(12, .5, 3), sample(3:60, 12), .9), joint(c(4, 1), c(.2, .3), c(1, 1)))
writeLines(toJSON(O, digits = NA, auto_unbox = TRUE, pretty = TRUE), "ranks.json"); cat("ok\n")
