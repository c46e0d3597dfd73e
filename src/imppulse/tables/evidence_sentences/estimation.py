"""The sample design, estimation, synthesis, findings and disclosure."""

SENTENCES = {
    # the sample design
    "unknown_lonely_choice": (
        "“{given}” is no choice for strata with one cluster. Choose one of: {choices}."
    ),
    "no_rows": "The data have no rows. Add the answers.",
    "missing_design_value": (
        "The column “{column}” describes the sample and has empty cells. Fill them."
    ),
    "negative_weight": (
        "The column “{column}” holds negative weights; rows: {rows}. "
        "Write weights of 0 or more."
    ),
    "one_cluster": (
        "One cluster alone gives no variance: at least two are needed. "
        "Add answers, or check the column of clusters."
    ),
    "lonely_strata": (
        "Strata with a single cluster: {strata}. "
        "Merge them with a neighbour, or choose one of: {choices}."
    ),
    "every_stratum_lonely": (
        "Every stratum has a single cluster ({strata}): there is nothing to compare. "
        "Check the columns of strata and clusters."
    ),
    "fpc_varies": (
        "The population size changes inside strata: {strata}. Write one per stratum."
    ),
    "fpc_not_positive": (
        "The population size must be above 0. It is not in strata: {strata}."
    ),
    "fpc_below_sample": (
        "More clusters were drawn than the population holds, in strata: {strata}. "
        "Correct the population size."
    ),
    "stages_differ": (
        "The design names {clusters} stages of clusters and {corrections} of "
        "population sizes. Name one or two of each, as many."
    ),
    "cluster_fpc_varies": (
        "The number of units changes inside clusters: {clusters}. "
        "Write one per cluster."
    ),
    "cluster_fpc_not_positive": (
        "The number of units must be above 0. It is not in clusters: {clusters}."
    ),
    "cluster_fpc_below_sample": (
        "More units were drawn than the cluster holds, in clusters: {clusters}. "
        "Correct the number of units."
    ),
    "lonely_units": (
        "Clusters with a single unit drawn out of several: {clusters}. "
        "Choose one of: {choices}."
    ),
    "clusters_differ": (
        "The two sides of the comparison must be planned in the same clusters."
    ),
    "impossible_plan": "In the plan, “{field}” cannot be {value}.",
    "design_facts_incomplete": "Facts of the design are missing: {names}.",
    "design_facts_unknown": "These are no facts of a design: {names}.",
    "design_fact_out_of_range": "The fact “{fact}” of the design cannot be {value}.",
    "margin_not_positive": "The margin that matters must be above 0, not {margin}.",
    "interval_reversed": (
        "The interval runs from {ci_low} down to {ci_high}. Exchange its ends."
    ),
    # estimation
    "unsupported_frame": (
        "The data must be a polars, pandas, pyarrow, DuckDB or PySpark table, not {given}."
    ),
    "mixed_column": (
        "Values of several kinds, text and numbers say, share a column: {columns}. "
        "Give each column one kind."
    ),
    "no_items": "No item was asked for. Name at least one column.",
    "unknown_column": "There is no column “{column}”. Check its name.",
    "no_domains": "No row has a value in every column of the domains: {by}.",
    "unknown_item": "There is no item “{wanted}”. The items are: {known}.",
    "unknown_domain": "There is no domain “{wanted}”. The domains are: {known}.",
    "not_numeric": "This column holds text, not numbers: {column}{item}.",
    "not_finite": "The column “{column}” holds infinite values. Correct them.",
    "no_answers": "Nobody answered: {items}.",
    "not_binary": "A share needs answers of 0 and 1. Not so: {items}.",
    "same_domain": "A difference needs two domains, and two different ones.",
    "unknown_interval": ("“{given}” is no kind of interval. Choose one of: {choices}."),
    "level_out_of_range": (
        "The confidence level must lie between 0 and 1, not {level}. Write 0.95."
    ),
    "no_weight": (
        "Totals of a population need a column of weights that brings the sample "
        "up to it."
    ),
    "no_coefficients": "A contrast needs at least one coefficient other than 0.",
    "not_finite_coefficient": (
        "Every coefficient of a contrast must be a number, not {given}."
    ),
    "probability_out_of_range": (
        "The shares below a quantile must lie between 0 and 1, not {given}. "
        "Write 0.5 for the median."
    ),
    "item_makes_domains": (
        "“{column}” cannot make the domains in which it is itself estimated."
    ),
    "same_column": "“{column}” cannot be tested against itself. Name two columns.",
    "one_level": (
        "The column “{column}” has a single value ({value}): "
        "there is nothing to compare."
    ),
    "table_without_variance": (
        "The cells of this table have no variance to test against. "
        "Merge values that few people gave."
    ),
    # scales
    "empty_scale": ("The scale of “{item}” must rise; it runs from {low} to {high}."),
    "impossible_minimum": (
        "“{index}” has {items} items and cannot need {minimum_answered} answers."
    ),
    "repeated_item": "“{index}” names the same item twice.",
    "column_taken": "The data already have a column “{column}”. Give it another name.",
    "missing_code_on_scale": (
        "{value} is an answer on the scale of “{item}” "
        "and cannot also mean a missing one."
    ),
    "code_off_scale": (
        "“{item}” holds {value}, which is neither on its scale ({low} to {high}) "
        "nor declared missing. Correct the answer, or declare the code missing."
    ),
    # diagnosis
    "several_forces": (
        "Police officers of several forces answered ({forces}). "
        "Say which force is asked about."
    ),
    "image_without_local": (
        "Name both the index of the image and that of the local relation, or neither."
    ),
    "unknown_index": "The plan has no index “{wanted}”. It has: {known}.",
    "unknown_side": "The plan has no side “{wanted}”. It has: {known}.",
    "unknown_schema": (
        "This file follows schema {schema}; this version reads schema {known}."
    ),
    # synthesis
    "synthesis_unknown_choice": (
        "“{value}” is no choice for {option}. Choose one of: {known}."
    ),
    "synthesis_level_out_of_range": (
        "The confidence level must lie between 0 and 1, not {value}. Write 0.95."
    ),
    "synthesis_lengths_differ": (
        "As many estimates, standard errors and labels are needed; "
        "there are {estimates}, {std_errors} and {labels}."
    ),
    "synthesis_without_studies": "There is nothing to pool. Add studies.",
    "synthesis_not_finite": (
        "Study {row} ({label}): the estimate or its standard error is not a number."
    ),
    "synthesis_std_error_not_positive": (
        "Study {row} ({label}): the standard error must be above 0."
    ),
    # disclosure
    "disclosure_shape": (
        "A table to protect has one or two dimensions, totals last; "
        "this one has the shape {shape}."
    ),
    "disclosure_threshold": "The threshold must be at least 2, not {threshold}.",
    "disclosure_not_counts": "The cells must be whole numbers of respondents.",
    "disclosure_margins_do_not_add_up": (
        "The last row and the last column must be the totals of the others."
    ),
    "disclosure_not_solved": (
        "No way was found to protect this table. Merge rows or columns."
    ),
    "disclosure_shapes_differ": (
        "All waves need the same cells in the same places, not the shapes {shapes}."
    ),
    "disclosure_no_columns": "Name at least one column that could identify a person.",
    "disclosure_unknown_column": "There is no column “{column}”. Check its name.",
    "disclosure_no_rows": "There are no respondents in the data.",
    "synthesis_margin_not_positive": (
        "The margin that matters must be above 0, not {margin}. Take it from the plan."
    ),
    "too_few_factors": "Ranking needs two factors or more. Name another index.",
    "index_outside_scale": (
        "“{item}” has the mean {mean}; an index runs from 0 to 100. "
        "Bring it to that scale first."
    ),
    "effect_without_estimate": (
        "There is no finding without an effect; the effect given is {estimate}."
    ),
    "rank_columns_differ": (
        "Each row to rank needs an estimate, a standard error and degrees of freedom; "
        "the columns have the shapes {shapes}."
    ),
    "rank_std_error_negative": "Row {row} has a negative standard error ({value}). Correct it.",
    "rank_of_no_number": "Row {row} cannot be ranked: it holds {value}. Leave it out.",
    "too_few_clusters_to_rank": (
        "Too few clusters answered “{item}” to rank it. Leave it out, or ask in more."
    ),
}
