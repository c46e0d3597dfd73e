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
}
