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
    # ordered answers
    "empty_category": (
        "Nobody gave some answers of the scale of “{column}”: {categories}. "
        "Merge them with their neighbours."
    ),
    "unknown_category": (
        "“{column}” holds answers beyond its scale: {categories}. Correct them, or "
        "declare them missing."
    ),
    "too_many_categories": (
        "“{column}” has {categories} different answers; an ordered scale has "
        "{most} at most. Use a linear regression."
    ),
    "short_scale": (
        "A rest score needs a scale of three items or more. These were named: {items}."
    ),
    # relative importance
    "no_predictors": "No predictor was named. Name at least one column.",
    "too_many_predictors": (
        "{predictors} predictors are too many to compare in every order; "
        "{most} at most."
    ),
    "impossible_replicates": (
        "The number of bootstrap draws cannot be {replicates}. Write 500."
    ),
    "mantel_shape": (
        "The cells must stand by score, group and answer, with two groups and two "
        "answers at least; these have the shape {shape}."
    ),
    "mantel_not_counts": "Every cell must hold a number of people, 0 or more.",
}
