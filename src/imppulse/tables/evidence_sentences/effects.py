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
}
