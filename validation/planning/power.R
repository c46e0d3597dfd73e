# R's power of two-group tests, with and without the other tail; run from this folder.
library(jsonlite)
cases <- list(
  list(n = 10, delta = 1.5, sd = 1), list(n = 200, delta = .2, sd = 1), list(n = 3, delta = 9, sd = 4),
  list(n = 60, delta = 4, sd = 22), list(n = 1500, delta = 1, sd = 25))
shares <- list(list(n = 400, p1 = .40, p2 = .48), list(n = 50, p1 = .1, p2 = .3), list(n = 900, p1 = .62, p2 = .58))
O <- list(R = R.version.string)
O$means <- lapply(cases, function(k) c(k, list(
  power = power.t.test(n = k$n, delta = k$delta, sd = k$sd)$power,
  strict = power.t.test(n = k$n, delta = k$delta, sd = k$sd, strict = TRUE)$power,
  people = power.t.test(delta = k$delta, sd = k$sd * 4, power = .9, tol = 1e-12)$n)))
O$shares <- lapply(shares, function(k) c(k, list(
  power = power.prop.test(n = k$n, p1 = k$p1, p2 = k$p2)$power,
  strict = power.prop.test(n = k$n, p1 = k$p1, p2 = k$p2, strict = TRUE)$power,
  people = power.prop.test(p1 = k$p1, p2 = k$p2, power = .9, tol = 1e-12)$n)))
writeLines(toJSON(O, digits = 15, auto_unbox = TRUE, pretty = TRUE), "power.json")
