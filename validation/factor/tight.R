# Parameters of lavaan where its own gradient is nought, which its optimiser does not reach.
# Run from the repository root:  Rscript validation/factor/tight.R     (writes tight.json)
# "validation/ paths: the repository is the working directory.
suppressMessages({library(lavaan); library(jsonlite)})
city <- read.csv("validation/oracle/data/citysim.csv")
items <- c(paste0("fair", 1:3), paste0("eff", 1:3), paste0("trust", 1:3))
complete <- city[complete.cases(city[, items]), ]
model <- "F =~ fair1 + fair2 + fair3\nE =~ eff1 + eff2 + eff3\nT =~ trust1 + trust2 + trust3"
# nlminb stops where the likelihood no longer moves, 1e-7 to 1e-5 from the best parameters. Newton's steps on lavaan's own
# gradient go on from there: its gradient is analytic, its Hessian (differences) only directs the steps.
tight <- function(...) {
  ask <- function(...) cfa(model, complete, meanstructure = TRUE, se = "none", test = "none", ...)
  fit <- ask(...); H <- lavInspect(fit, "hessian"); table <- parTable(fit)
  K <- if (fit@Model@eq.constraints) fit@Model@eq.constraints.K else diag(nrow(H))   # parameters held equal move together
  steep <- function(fit) t(K) %*% as.vector(lavInspect(fit, "gradient"))
  for (again in 1:25) {
    g <- steep(fit); if (max(abs(g)) < 1e-14) break
    step <- K %*% solve(t(K) %*% H %*% K, g)
    free <- which(table$free > 0); table$est[free] <- table$est[free] - step[table$free[free]]
    table$start <- table$est; fit <- ask(start = table, do.fit = FALSE, ...) }
  all <- parTable(fit); all <- all[all$op %in% c("=~", "~~", "~1"), ]
  list(lhs = all$lhs, op = all$op, rhs = all$rhs, group = all$group, est = all$est, gradient = max(abs(steep(fit))))
}
fits <- list(one = tight(), one_weighted = tight(sampling.weights = "w"), configural = tight(group = "city"), configural_weighted = tight(group = "city", sampling.weights = "w"),
  metric = tight(group = "city", group.equal = "loadings"), scalar_weighted = tight(group = "city", group.equal = c("loadings", "intercepts"), sampling.weights = "w"))
sapply(fits, function(f) f$gradient)
fits$versions <- list(R = R.version.string, lavaan = as.character(packageVersion("lavaan")))
write(toJSON(fits, digits = NA, auto_unbox = TRUE, pretty = TRUE), "validation/factor/tight.json")
