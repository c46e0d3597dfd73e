# R's answers for the methods on effects. Run from this folder, after data.R: Rscript effects.R
suppressMessages({library(survey); library(jsonlite); library(sandwich); library(nlme); library(clubSandwich)})
options(survey.lonely.psu = "fail"); num <- function(x) unname(as.vector(x)); O <- list()
tested <- function(b, se, df) { h <- qt(.975, df) * se; list(estimate = b, std_error = se, ci_low = b - h, ci_high = b + h, df = df, p_value = 2 * pt(-abs(b / se), df)) }
P <- read.csv("data/panel.csv", stringsAsFactors = FALSE)

# --- panels: paired differences; the sample is that of the first wave ---------
one <- P[P$wave == 1, ]; two <- P[P$wave == 2, ]; k <- match(one$person, two$person)
one$moved <- two$trust[k] - one$trust; one$w <- ifelse(is.na(k), one$weight, two$weight[k])
des <- subset(svydesign(ids = ~cluster, strata = ~stratum, weights = ~w, data = one), !is.na(moved))
m <- svymean(~moved, des); by <- svyby(~moved, ~arm, des, svymean, covmat = TRUE); z <- svycontrast(by, c(-1, 1))
O$panel <- list(change = tested(num(coef(m)), num(SE(m)), degf(des)), did = tested(num(coef(z)), num(SE(z)), degf(des)), n = sum(!is.na(one$moved)))

# --- difference in differences by regression, clubSandwich --------------------
A <- P[!is.na(P$trust), ]; A$after <- as.integer(A$wave == 2); A$pilot <- as.integer(A$arm == "pilot"); A$effect <- A$after * A$pilot
f <- lm(trust ~ effect + after + pilot, A, weights = weight)
cr <- function(type) { t <- coef_test(f, vcov = vcovCR(f, cluster = A$cluster, type = type), coefs = "effect"); list(estimate = t$beta, std_error = t$SE, df = t$df_Satt, p_value = t$p_Satt) }
O$regression <- list(CR2 = cr("CR2"), CR0 = num(sqrt(vcovCL(f, A$cluster, type = "HC0", cadjust = FALSE)["effect", "effect"])), CR1 = num(sqrt(vcovCL(f, A$cluster, type = "HC1")["effect", "effect"])))

# --- wild cluster bootstrap with weights, every draw enumerated ---------------
wild <- function(D, values, null = TRUE, b = 0) {
  D <- D[order(D$cluster), ]; g <- match(D$cluster, unique(D$cluster)); G <- max(g); X <- cbind(D$effect, D$after, 1, D$pilot); w <- D$weight; n <- nrow(X)
  M <- solve(crossprod(X, w * X)); fac <- G / (G - 1) * (n - 1) / (n - 4)
  fit <- function(y) { c <- M %*% crossprod(X, w * y); s <- rowsum(X * as.vector(w * (y - X %*% c)), g); c(c[1], sqrt((M %*% crossprod(s) %*% M)[1, 1] * fac)) }
  o <- fit(D$trust); t0 <- (o[1] - b) / o[2]
  X0 <- if (null) X[, -1] else X; y0 <- if (null) D$trust - b * X[, 1] else D$trust
  c0 <- solve(crossprod(X0, w * X0), crossprod(X0, w * y0)); fitted <- as.vector(X0 %*% c0); u <- y0 - fitted; if (null) fitted <- fitted + b * X[, 1]
  W <- as.matrix(expand.grid(rep(list(values), G))); target <- if (null) b else o[1]
  ts <- apply(W, 1, function(z) { s <- fit(fitted + u * z[g]); (s[1] - target) / s[2] })
  list(estimate = o[1], std_error = o[2], t = t0, p_value = mean(abs(ts) >= abs(t0) - 1e-10), draws = nrow(W)) }
webb <- c(-sqrt(1.5), -1, -sqrt(.5), sqrt(.5), 1, sqrt(1.5)); eight <- A[A$cluster <= 8, ]; four <- A[A$cluster <= 4, ]
O$wild <- list(rademacher8 = wild(eight, c(-1, 1)), rademacher8_unrestricted = wild(eight, c(-1, 1), FALSE), rademacher8_at_3 = wild(eight, c(-1, 1), b = 3), webb4 = wild(four, webb))

# --- randomisation inference: districts' changes, blocks are strata -----------
cell <- tapply(A$trust * A$weight, list(A$cluster, A$wave), sum) / tapply(A$weight, list(A$cluster, A$wave), sum); change <- cell[, 2] - cell[, 1]
of <- A[match(1:14, A$cluster), ]; first <- combn(1:7, sum(of$pilot[1:7])); second <- combn(8:14, sum(of$pilot[8:14]))
stat <- function(y, chosen) mean(sapply(list(1:7, 8:14), function(b) mean(y[intersect(b, chosen)]) - mean(y[setdiff(b, chosen)])))
rand <- function(y) { all <- unlist(lapply(seq_len(ncol(first)), function(i) sapply(seq_len(ncol(second)), function(j) stat(y, c(first[, i], second[, j]))))); s <- stat(y, which(of$pilot == 1)); list(estimate = s, p_value = mean(abs(all) >= abs(s) - 1e-9), assignments = length(all)) }
O$randomisation <- list(blocked = rand(change), blocked_at_2 = rand(change - 2 * of$pilot))

# --- effect sizes: wave 2, pilot against comparison ---------------------------
two$a1 <- (two$arm == "pilot" & !is.na(two$trust)) + 0; two$a2 <- (two$arm != "pilot" & !is.na(two$trust)) + 0; y <- ifelse(is.na(two$trust), 0, two$trust); s <- ifelse(is.na(two$satisfied), 0, two$satisfied)
for (k in 1:2) { a <- two[[paste0("a", k)]]; two[[paste0("y", k)]] <- y * a; two[[paste0("q", k)]] <- y^2 * a; two[[paste0("s", k)]] <- s * a }
D2 <- svydesign(ids = ~cluster, strata = ~stratum, weights = ~weight, data = two); T2 <- svytotal(~a1 + y1 + q1 + s1 + a2 + y2 + q2 + s2, D2)
n1 <- sum(two$a1); n2 <- sum(two$a2); N <- n1 + n2 - 2; J <- exp(lgamma(N / 2) - lgamma((N - 1) / 2)) / sqrt(N / 2); df <- degf(subset(D2, !is.na(trust)))
expr <- list(g = bquote(.(J) * (y1 / a1 - y2 / a2) / sqrt((.(n1) * (q1 / a1 - (y1 / a1)^2) + .(n2) * (q2 / a2 - (y2 / a2)^2)) / .(N))),
  risk_difference = quote(s1 / a1 - s2 / a2), log_risk_ratio = quote(log(s1 / a1) - log(s2 / a2)), log_odds_ratio = quote(log(s1 / (a1 - s1)) - log(s2 / (a2 - s2))))
e <- svycontrast(T2, expr); O$sizes <- Map(function(b, se) tested(b, se, df), as.list(coef(e)), as.list(num(SE(e)))); O$sizes$J <- J
glm2 <- svyglm(satisfied ~ I(arm == "pilot"), design = subset(D2, !is.na(satisfied)), family = quasibinomial(), control = list(epsilon = 1e-14)); O$sizes$svyglm <- list(estimate = num(coef(glm2)[2]), std_error = num(SE(glm2)[2]))
hedges <- function(diff, s, m, nt, nc, r) { N <- nt + nc; w <- sqrt(1 - 2 * (m - 1) * r / (N - 2)); d <- diff / s * w
  v <- N / (nt * nc) * (1 + (m - 1) * r) + d^2 * ((N - 2) * (1 - r)^2 + m * (N - 2 * m) * r^2 + 2 * (N - 2 * m) * r * (1 - r)) / (2 * (N - 2) * ((N - 2) - 2 * (m - 1) * r)); list(estimate = d, std_error = sqrt(v)) }
O$hedges2007 <- hedges(4, 20, 25, 200, 250, .05)

# --- staggered starts: every number from the weighted totals of the cells -----
S <- read.csv("data/staggered.csv"); ok <- !is.na(S$trust); G <- c(3, 4, 5, 0); W <- 1:6; nm <- character()
for (g in G) for (t in W) { a <- (S$start == g & S$wave == t & ok) + 0; S[[sprintf("n%d_%d", g, t)]] <- a; S[[sprintf("y%d_%d", g, t)]] <- ifelse(ok, S$trust, 0) * a; nm <- c(nm, sprintf("n%d_%d", g, t), sprintf("y%d_%d", g, t)) }
DS <- svydesign(ids = ~district, strata = ~stratum, weights = ~weight, data = S); TS <- svytotal(reformulate(nm), DS)
pl <- function(p, gs, t) paste0("(", paste(sprintf("%s%d_%d", p, gs, t), collapse = "+"), ")"); mn <- function(gs, t) paste0("(", pl("y", gs, t), "/", pl("n", gs, t), ")")
ctrl <- function(g, t, b, kind) if (kind == "never") 0 else G[(G == 0 | G > max(t, b)) & G != g]
att <- function(g, t, b, kind) { c <- ctrl(g, t, b, kind); sprintf("(%s-%s-(%s-%s))", mn(g, t), mn(g, b), mn(c, t), mn(c, b)) }
size <- function(g) paste0("(", paste(pl("n", g, W)[1], paste(sprintf("n%d_%d", g, W[-1]), collapse = "+"), sep = "+"), ")"); size <- function(g) paste0("(", paste(sprintf("n%d_%d", g, W), collapse = "+"), ")")
stag <- function(kind, base) { cells <- expand.grid(t = W, g = c(3, 4, 5)); cells$b <- ifelse(cells$t >= cells$g | base == "universal", cells$g - 1, cells$t - 1); cells <- cells[cells$b >= 1 & cells$b != cells$t, ]
  cells$e <- mapply(att, cells$g, cells$t, cells$b, MoreArgs = list(kind = kind)); post <- cells$t >= cells$g
  avg <- function(k) sprintf("((%s)/(%s))", paste(size(cells$g[k][1]), "*", cells$e[k][1], if (length(k) > 1) paste0("+", sapply(k[-1], function(i) paste0(size(cells$g[i]), "*", cells$e[i])), collapse = "") else "", sep = ""), paste(sapply(k, function(i) size(cells$g[i])), collapse = "+"))
  byg <- sapply(c(3, 4, 5), function(g) { k <- which(post & cells$g == g); sprintf("((%s)/%d)", paste(cells$e[k], collapse = "+"), length(k)) })
  ev <- sort(unique(cells$t - cells$g)); evs <- sapply(ev, function(e) avg(which(cells$t - cells$g == e)))
  cal <- sapply(3:6, function(t) avg(which(post & cells$t == t))); over <- sprintf("((%s)/(%s))", paste(mapply(function(g, e) paste0(size(g), "*", e), c(3, 4, 5), byg), collapse = "+"), paste(sapply(c(3, 4, 5), size), collapse = "+"))
  dyn <- sprintf("((%s)/%d)", paste(evs[ev >= 0], collapse = "+"), sum(ev >= 0))
  all <- c(cells$e, avg(which(post)), byg, over, cal, evs, dyn); r <- svycontrast(TS, setNames(lapply(all, function(x) parse(text = x)[[1]]), paste0("x", seq_along(all)))); b <- num(coef(r)); V <- vcov(r); se <- sqrt(diag(V)); nc <- nrow(cells); at <- function(i) list(estimate = b[i], std_error = num(se)[i])
  pre <- which(ev < 0) + nc + 8; wald <- num(b[pre] %*% solve(V[pre, pre], b[pre])); d <- degf(subset(DS, ok)); q <- length(pre)
  list(group = cells$g, wave = cells$t, cells = at(1:nc), simple = at(nc + 1), by_group = at(nc + 2:4), group_overall = at(nc + 5), calendar = at(nc + 6:9), event_time = ev, event = at(nc + 9 + seq_along(ev)), event_overall = at(length(b)), df = d,
    pre_trend = { pre <- nc + 9 + which(ev < 0); w <- num(b[pre] %*% solve(V[pre, pre], b[pre])); list(f = w / q * (d - q + 1) / d, df1 = q, df2 = d - q + 1, p_value = pf(w / q * (d - q + 1) / d, q, d - q + 1, lower.tail = FALSE)) }) }
O$staggered <- list(not_yet_universal = stag("not_yet", "universal"), never_varying = stag("never", "varying"))

# --- interrupted series -------------------------------------------------------
Y <- read.csv("data/series.csv"); Y$since <- pmax(Y$month - 19, 0); Y$on <- as.integer(Y$month >= 19); Y$trend <- Y$month - 19; Y$gap <- Y$complaints - Y$elsewhere
its <- function(v) { Y$v <- Y[[v]]; m <- lm(v ~ trend + on + since, Y); nw <- function(l) NeweyWest(m, lag = l, prewhite = FALSE, adjust = TRUE); end <- c(0, 0, 1, max(Y$since))
  r <- gls(v ~ trend + on + since, Y, correlation = corAR1(form = ~month), control = glsControl(tolerance = 1e-13, msTol = 1e-13, msMaxIter = 500, opt = "optim", apVar = FALSE))
  x <- gls(v ~ trend + on + since, Y, correlation = corAR1(.3, form = ~month, fixed = TRUE), control = glsControl(apVar = FALSE)); V3 <- nw(3)
  list(coef = num(coef(m)), lag3_se = num(sqrt(diag(V3))), lag3_end = list(estimate = num(end %*% coef(m)), std_error = num(sqrt(end %*% V3 %*% end))), lag2_se = num(sqrt(diag(nw(2)))), reml = list(rho = num(coef(r$modelStruct$corStruct, unconstrained = FALSE)), coef = num(coef(r)), se = num(sqrt(diag(r$varBeta)))), rho03 = list(coef = num(coef(x)), se = num(sqrt(diag(x$varBeta))))) }
O$series <- list(alone = its("complaints"), against_elsewhere = its("gap"))

# --- several outcomes, equivalence, balance -----------------------------------
p <- c(.001, .008, .039, .041, .042, .06, .074, .205, .212, .216, .222, .251, .269, .275, .34, .341, .384, .569, .594, .696, .762, .94, .942, .975, .986)
O$adjusted <- list(p = p, holm = p.adjust(p, "holm"), bh = p.adjust(p, "BH"), bonferroni = p.adjust(p, "bonferroni"), hochberg = p.adjust(p, "hochberg"))
O$equivalence <- list(estimate = 1.2, std_error = .8, df = 14, margin = 3, p_low = pt((1.2 + 3) / .8, 14, lower.tail = FALSE), p_high = pt((1.2 - 3) / .8, 14), smallest = 1.2 + qt(.95, 14) * .8)
w1 <- one[!is.na(one$trust), ]; v <- function(a) { k <- w1$arm == a; c <- cov.wt(w1[k, "trust", drop = FALSE], w1$weight[k], method = "ML"); n <- sum(k); c(num(c$center), num(c$cov) * n / (n - 1)) }
a <- v("pilot"); b <- v("comparison"); O$balance <- list(treated = a[1], comparison = b[1], standardised = (a[1] - b[1]) / sqrt((a[2] + b[2]) / 2), unweighted = { x <- split(w1$trust, w1$arm); (mean(x$pilot) - mean(x$comparison)) / sqrt((var(x$pilot) + var(x$comparison)) / 2) })
O$versions <- list(R = R.version.string, survey = as.character(packageVersion("survey")), sandwich = as.character(packageVersion("sandwich")), nlme = as.character(packageVersion("nlme")), clubSandwich = as.character(packageVersion("clubSandwich")))
writeLines(toJSON(O, digits = NA, auto_unbox = TRUE, pretty = TRUE), "effects.json"); cat("ok\n")
