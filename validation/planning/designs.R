# Precision, power and smallest effects of planned designs, by R's noncentral t and, for the variances,
# by generalised least squares on the covariance of the cell means; run from this folder.
library(jsonlite)
O <- list(R = R.version.string)
power_at <- function(ratio, df, alpha) { q <- qt(1 - alpha / 2, df); 1 - pt(q, df, ratio) + pt(-q, df, ratio) }
ratio_for <- function(df, alpha, power) uniroot(function(r) power_at(r, df, alpha) - power, c(0, 60), tol = 1e-13)$root

# chances of a two-sided t test, few and many degrees of freedom
cases <- expand.grid(ratio = c(0, .7, 2.5, 4), df = c(2, 5, 14, 60, 400), alpha = c(.05, .01))
cases$power <- mapply(power_at, cases$ratio, cases$df, cases$alpha)
cases$one_tail <- mapply(function(r, d, a) 1 - pt(qt(1 - a / 2, d), d, r), cases$ratio, cases$df, cases$alpha)
O$detection <- cases

# a mean, a share: respondents, clusters of unequal size, weights
precise <- function(n, clusters, icc, cv, weights, sd, level) {
  m <- n / max(clusters, 1); clustering <- if (clusters) 1 + ((cv^2 + 1) * m - 1) * icc else 1
  df <- (if (clusters) clusters else n) - 1; se <- sd * sqrt(clustering * weights / n)
  list(n = n, clusters = clusters, icc = icc, cv = cv, weights = weights, sd = sd, level = level, deff = clustering * weights,
    std_error = se, half_width = qt((1 + level) / 2, df) * se) }
O$precision <- list(precise(400, 0, 0, 0, 1, 50, .95), precise(400, 20, .05, 0, 1, 25, .95), precise(600, 12, .08, .5, 1.3, 22, .9))
O$sd_of_share <- lapply(c(0, .03, .2, .5, .9), function(p) list(share = p, sd = 100 * sqrt(p * (1 - p))))

# Covariance of the means of one area over its waves: what it keeps, what is new in each wave, what people keep.
area <- function(waves, m, icc, cac, sd, person = 0) sd^2 * icc * (cac * matrix(1, waves, waves) + (1 - cac) * diag(waves)) +
  sd^2 * (1 - icc) / m * (person * matrix(1, waves, waves) + (1 - person) * diag(waves))
gls <- function(X, V) solve(t(X) %*% solve(V, X))
# areas by wave cells: row per cell; `start` is the wave of the start (Inf: never)
stacked <- function(starts, waves, V1) { k <- length(starts); list(V = kronecker(diag(k), V1), on = unlist(lapply(starts, function(s) as.numeric(seq_len(waves) >= s))), area = rep(seq_len(k), each = waves), wave = rep(seq_len(waves), k)) }
did_se <- function(g1, g0, m, icc, cac, sd, person = 0) {
  d <- stacked(c(rep(2, g1), rep(Inf, g0)), 2, area(2, m, icc, cac, sd, person)); treated <- as.numeric(d$area <= g1)
  sqrt(gls(cbind(d$on, 1, d$wave == 2, treated), d$V)[1, 1]) }
after_se <- function(g1, g0, m, icc, sd) { V <- diag(g1 + g0) * area(1, m, icc, 1, sd)[1, 1]; sqrt(gls(cbind(rep(1:0, c(g1, g0)), 1), V)[1, 1]) }
change_se <- function(g, m, icc, cac, sd, person = 0) { d <- stacked(rep(2, g), 2, area(2, m, icc, cac, sd, person)); sqrt(gls(cbind(d$on, 1), d$V)[1, 1]) }
stepped_se <- function(starts, m, icc, cac, sd) { waves <- max(starts); d <- stacked(starts, waves, area(waves, m, icc, cac, sd))
  sqrt(gls(cbind(d$on, model.matrix(~ factor(d$wave))), d$V)[1, 1]) }
told <- function(given, se, df, alpha = .05, power = .8) { r <- ratio_for(df, alpha, power)
  c(given, list(std_error = se, df = df, alpha = alpha, power = power, smallest = r * se, chance_of_half = power_at(r / 2, df, alpha))) }
O$did <- list(
  told(list(treated = 4, comparison = 8, people = 25, icc = .05, cac = .8, sd = 25, person = 0), did_se(4, 8, 25, .05, .8, 25), 10),
  told(list(treated = 2, comparison = 2, people = 60, icc = .1, cac = 1, sd = 22, person = 0), did_se(2, 2, 60, .1, 1, 22), 2),
  told(list(treated = 8, comparison = 8, people = 20, icc = .05, cac = .7, sd = 25, person = .6), did_se(8, 8, 20, .05, .7, 25, .6), 14, .01, .9))
O$after <- list(told(list(treated = 6, comparison = 9, people = 30, icc = .04, sd = 20), after_se(6, 9, 30, .04, 20), 13))
O$change <- list(told(list(areas = 20, people = 20, icc = .05, cac = .6, sd = 25, person = 0), change_se(20, 20, .05, .6, 25), 19),
  told(list(areas = 8, people = 20, icc = .05, cac = .5, sd = 25, person = .4), change_se(8, 20, .05, .5, 25, .4), 7))
# stepped starts: degrees of freedom are cells minus areas minus waves
step <- function(counts, m, icc, cac, sd) { starts <- rep(seq_along(counts) + 1, counts); waves <- max(starts)
  told(list(starts = counts, people = m, icc = icc, cac = cac, sd = sd), stepped_se(starts, m, icc, cac, sd), length(starts) * waves - length(starts) - waves) }
O$stepped <- list(step(c(3, 3, 3), 20, .05, 1, 25), step(c(1, 2, 1, 2), 15, .1, .7, 20))
# analysis of covariance on the measure before: what is left of the variance after, and the price of the slope
ancova <- function(g, m, icc, cac, sd) { V <- area(2, m, icc, cac, sd); units <- 2 * g
  se <- sqrt(2 / g * (V[2, 2] - V[1, 2]^2 / V[1, 1]) * (1 + 1 / (units - 4))); told(list(areas = g, people = m, icc = icc, cac = cac, sd = sd), se, units - 3) }
O$adjusted <- list(ancova(8, 20, .05, .8, 25), ancova(20, 15, .1, .5, 22))
# an interrupted series without shocks: least squares on level, trend and step (the slope stays)
series <- function(before, after, people, sd) { t <- seq_len(before + after) - before - 1; on <- as.numeric(t >= 0); X <- cbind(1, t, on); list(before = before, after = after, people = people, sd = sd, std_error = sd / sqrt(people) * sqrt(solve(crossprod(X))[3, 3])) }
O$series <- list(series(12, 12, 100, 25), series(8, 20, 60, 30))
# Neyman's shares, proportional shares and Kish's size of a cluster
N <- c(1200, 5300, 900, 14000); S <- c(30, 12, 25, 18); C <- c(4, 9, 4, 6)
share <- function(x, n = 600) n * x / sum(x)
whole <- function(x) { k <- floor(x); up <- order(k - x)[seq_len(sum(x) - sum(k))]; k[up] <- k[up] + 1; k }   # largest remainders
errors <- function(n) sqrt(S^2 / n * (1 - n / N))
O$allocation <- list(N = N, S = S, C = C, n = 600, neyman = whole(share(N * S)), cost = whole(share(N * S / sqrt(C))), proportional = whole(share(N)),
  errors = errors(whole(share(N))), error = sqrt(sum((N / sum(N))^2 * errors(whole(share(N)))^2)))
best <- optimize(function(m) (1 + (m - 1) * .05) / m * (100 + 10 * m), c(1, 100), tol = 1e-12)
O$cluster_size <- list(cluster_cost = 100, interview_cost = 10, icc = .05, people = best$minimum)
writeLines(toJSON(O, digits = I(15), auto_unbox = TRUE, pretty = TRUE), "designs.json")
