"""Calibration: what the evidence library refuses."""

SENTENCES: dict[str, str] = {
    # what is known of the population
    "calibration_without_targets": (
        "Nothing is known of the population. Give margins or totals."
    ),
    "margin_too_short": (
        "The margin “{margin}” has too few levels ({levels}). Give two at least."
    ),
    "population_not_positive": (
        "The population of “{margin}”, level “{level}”, must be above 0, not {count}."
    ),
    "population_total_not_finite": (
        "The population total of “{column}” must be a number, not {total}."
    ),
    "shares_do_not_sum": (
        "The shares of the margin “{margin}” sum to {sum}, not to 1. Correct them."
    ),
    "margins_disagree": (
        "The margins add up to different populations ({stated}). Make them agree."
    ),
    "one_margin_needed": (
        "Post-stratification takes one margin and no totals; "
        "there are {margins} and {totals}. Rake instead."
    ),
    # the sample against it
    "missing_margin_value": (
        "The column “{column}” has no value in some rows ({rows}), "
        "so they cannot be weighted. Fill it."
    ),
    "constant_total": (
        "The column “{column}” is {value} for everybody. Leave its total out."
    ),
    "level_without_margin": (
        "Levels of “{margin}” in the sample that its margin does not give: {levels}. "
        "Add their population, or merge levels."
    ),
    "level_without_answers": (
        "Levels of the margin “{margin}” that nobody in the sample has: {levels}. "
        "Merge them with a neighbour."
    ),
    "weight_not_positive": (
        "The column “{column}” holds weights that are not above 0; rows: {rows}. "
        "Correct them or remove the rows."
    ),
    # the weights
    "calibration_did_not_converge": (
        "After {iterations} rounds the weights still miss a target by {percent} percent. "
        "The targets contradict each other, or this sample cannot reach them: "
        "merge levels, leave a margin out, or widen the bounds."
    ),
    "calibrated_weight_not_positive": (
        "This method gives some rows ({rows}) a weight of 0 or less "
        "(lowest ratio: {lowest}). Rake, or set bounds."
    ),
    "effective_n_too_small": (
        "The weights leave {n} answers worth {effective_n}, below the {minimum} "
        "asked for. Merge levels, or leave a margin out."
    ),
    "bounds_out_of_range": (
        "The bounds must lie on both sides of 1 and not below 0, not {low} and {high}."
    ),
    # trimming
    "trimming_needs_weights": "There are no weights to trim. Name their column.",
    "trimming_out_of_range": (
        "Weights are trimmed at multiples of their mean, one below 1 and one above, "
        "not {lower} and {upper}."
    ),
    "trimming_leaves_nobody": (
        "Between {lower} and {upper} every weight would be cut. Widen the bounds."
    ),
    "already_trimmed": "The weights in “{column}” are trimmed already.",
    # replicates
    "unknown_centre": "“{given}” is no centre. Choose one of: {choices}.",
    "unknown_statistic": "“{given}” is no statistic. Choose one of: {choices}.",
    "too_few_replicates": "Two replicates are needed at least, not {replicates}.",
    "replicates_with_lonely_strata": (
        "Strata with a single cluster: {strata}. Replicates need two in each: "
        "merge strata, or hold these fixed with the choice “remove”."
    ),
    "fay_out_of_range": "Fay’s coefficient must be from 0 to below 1, not {fay}.",
    "replicates_without_fpc": (
        "Balanced replicates take no population size. Use the jackknife or the bootstrap."
    ),
    "two_clusters_needed": (
        "Balanced replicates need two clusters in every stratum. Not so in: {strata}."
    ),
    "missing_replicate_weight": (
        "Rows without a replicate weight, in {replicates} replicates. Fill them."
    ),
    "replicate_weights_vary": (
        "In {clusters} clusters the replicate weights are not one multiple of the weight. "
        "Check the column of clusters."
    ),
    "replicate_scales_differ": (
        "As many scales as replicates are needed; there are {scales} and {replicates}."
    ),
    "function_not_finite": (
        "The function has no finite value on {wrong} of {of} replicates."
    ),
}
