"""Effects: what the evidence library refuses."""

SENTENCES: dict[str, str] = {
    # panels
    "person_repeated": (
        "In wave {wave}, persons with several rows in “{column}”: {persons}. "
        "Keep one row per person and wave."
    ),
    "no_pairs": (
        "Nobody answered “{item}” in both waves. "
        "Check that “{column}” names the same persons in both."
    ),
    # regression and few clusters
    "too_few_rows_for_terms": (
        "There are {answers} answers for {terms} quantities to estimate. "
        "Add answers, or compare fewer units."
    ),
    "collinear_terms": (
        "These columns follow from the others: {terms}. Leave them out."
    ),
    "unknown_variance": "“{given}” is no kind of variance. Choose one of: {choices}.",
    "unknown_multipliers": (
        "“{given}” is no kind of multiplier. Choose one of: {choices}."
    ),
    "too_few_draws": "{draws} draws are too few: at least {least} are needed.",
    "no_variance": (
        "All clusters move alike: there is no variance to compare the effect with. "
        "Check the column of clusters."
    ),
    "cluster_in_two_groups": (
        "Clusters in several arms or blocks: {clusters}. "
        "A cluster belongs to one arm and one block."
    ),
    "empty_arm": "No cluster with answers can be compared with the arm “{arm}”.",
    # sensitivity, equivalence, several outcomes
    "areas_not_positive": "“{field}” must be at least 1, not {count}.",
    "not_an_effect": (
        "An effect needs an estimate, a standard error above 0 and at least 1 degree "
        "of freedom; given: {estimate}, {std_error}, {df}."
    ),
    "margin_not_around_zero": (
        "The margin must lie around 0, not between {low} and {high}."
    ),
    "unknown_adjustment": (
        "“{given}” is no way to adjust p values. Choose one of: {choices}."
    ),
    "no_p_values": "There is no p value to adjust. Give at least one.",
    "p_value_out_of_range": "A p value lies between 0 and 1, not {value}.",
    # effect sizes and balance
    "no_spread": (
        "The answers ({answers}) are too few, or all alike: there is no standard "
        "deviation to measure with."
    ),
    "impossible_study": "A study cannot have “{field}” = {value}.",
    "not_a_share": "This effect size compares shares. Estimate a proportion first.",
    "share_at_the_edge": (
        "Shares of {first} and {second} have no such ratio: one of them is 0 or 1. "
        "Compare them by their difference."
    ),
    "too_few_waves": (
        "There are too few waves for this: {waves}. At least {least} are needed."
    ),
    # interrupted series
    "series_too_short": (
        "The series has {before} points before the start and {after} from it on; at "
        "least {least} are needed on each side."
    ),
    "series_uneven": (
        "The points of the series must follow at equal distances, each once. "
        "Look at {time}."
    ),
    "series_incomplete": "The series has no value at {time}. Complete it.",
    "unknown_errors": "“{given}” is no kind of errors. Choose one of: {choices}.",
    "lag_out_of_range": "The lag must lie between 0 and {most}, not {lag}.",
    "no_residuals": "The points lie on the lines exactly: there is no error to estimate.",
    # staggered starts
    "no_group": "No group starts after the first wave. Check the column “{column}”.",
    "no_controls": (
        "No group can be compared: nobody starts later or never. "
        "Check the column “{column}”."
    ),
    "unknown_control": "“{given}” is no comparison. Choose one of: {choices}.",
    "unknown_base": "“{given}” is no base wave. Choose one of: {choices}.",
    "unknown_aggregation": "“{given}” is no summary. Choose one of: {choices}.",
    "no_wave_before": "No wave before the start can be tested. Add earlier waves.",
}
