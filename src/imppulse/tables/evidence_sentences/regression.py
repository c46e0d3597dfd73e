"""Regression: what the evidence library refuses."""

SENTENCES: dict[str, str] = {
    "repeated_column": "The column “{column}” is named twice. Name it once.",
    "unknown_reference": (
        "A reference level was given for “{column}”, "
        "which is not among the categorical covariates."
    ),
    "no_complete_answers": (
        "No row of positive weight answers all of these columns: {columns}."
    ),
    "domain_not_binary": (
        "The column of the domain must hold true and false; it holds {value}."
    ),
    "constant_column": (
        "The column “{column}” has one value only, so nothing can be compared. "
        "Leave it out."
    ),
    "missing_level": (
        "No answer has the level “{level}” of “{column}”. The levels are: {levels}."
    ),
    "collinear_columns": (
        "“{term}” says nothing that these do not say already: {others}. Leave one out."
    ),
    "separation": (
        "These settle the answer completely, so that no number describes them: "
        "{terms}. Merge levels, or leave a column out."
    ),
    "too_few_clusters": (
        "Clusters of the domain: {clusters}. After strata, they leave {free} degrees "
        "of freedom, too few for {coefficients} coefficients. Ask about less."
    ),
    "unknown_term": "There is no term “{wanted}”. The terms are: {known}.",
}
