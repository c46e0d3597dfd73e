# Simulated data for the methods on effects. Run from this folder: Rscript data.R
set.seed(20260301)
# A panel: 14 districts in 2 strata, two waves; some persons do not answer again, weights differ between waves.
d <- data.frame(cluster = 1:14, stratum = rep(1:2, each = 7), arm = rep(c("pilot", "comparison"), 7))
p <- merge(data.frame(person = 1:140, cluster = rep(1:14, times = c(8, 12, 10, 9, 11, 10, 10, 7, 13, 10, 10, 12, 8, 10))), d)
shift <- rnorm(14, 0, 3)[p$cluster]; moved <- rnorm(14, 2, 2)[p$cluster] + 4 * (p$arm == "pilot")
base <- 50 + shift + rnorm(140, 0, 12)
one <- data.frame(p, wave = 1, weight = round(runif(140, .5, 2), 3), trust = round(base + rnorm(140, 0, 5), 2))
two <- data.frame(p, wave = 2, weight = round(runif(140, .5, 2), 3), trust = round(base + moved + rnorm(140, 0, 5), 2))
two <- two[runif(140) > .15, ]; one$trust[sample(140, 6)] <- NA; two$trust[sample(nrow(two), 5)] <- NA
all <- rbind(one, two); all <- all[order(all$wave, all$person), ]
all$satisfied <- as.integer(all$trust > 52)
write.csv(all, "data/panel.csv", row.names = FALSE, quote = FALSE)
# Staggered starts: 24 districts, 6 waves of fresh samples; starts in wave 3, 4, 5 or never (0).
s <- expand.grid(district = 1:24, wave = 1:6)
s$start <- c(3, 4, 5, 0)[(s$district - 1) %% 4 + 1]; s$stratum <- (s$district - 1) %/% 12 + 1
s$level <- 45 + rnorm(24, 0, 4)[s$district] + c(0, 1, 0, 2, 3, 2)[s$wave] + rnorm(nrow(s), 0, 1.5)
s$level <- s$level + ifelse(s$start > 0 & s$wave >= s$start, 3 + (s$wave - s$start), 0)
r <- s[rep(seq_len(nrow(s)), 3 + rpois(nrow(s), 3)), ]
r$trust <- round(r$level + rnorm(nrow(r), 0, 10), 1); r$weight <- round(runif(nrow(r), .5, 2), 3)
r$trust[sample(nrow(r), 20)] <- NA
write.csv(r[, c("district", "stratum", "wave", "start", "weight", "trust")], "data/staggered.csv", row.names = FALSE, quote = FALSE)
# An interrupted series: 36 months, the pilot begins in month 19; a comparison town beside.
e <- as.vector(arima.sim(list(ar = .4), 36, sd = 2)); f <- as.vector(arima.sim(list(ar = .4), 36, sd = 2)); t <- 1:36
write.csv(data.frame(month = t, complaints = round(60 - .3 * t - 6 * (t >= 19) - .4 * pmax(t - 19, 0) + e, 3), elsewhere = round(55 - .2 * t + f, 3)),
  "data/series.csv", row.names = FALSE, quote = FALSE)
