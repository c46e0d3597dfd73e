"""Synthesis: what the evidence library refuses."""

SENTENCES: dict[str, str] = {
    # the rows of a synthesis
    "synthesis_df_below_one": (
        "Study {row} ({label}): the standard error needs at least 1 degree of freedom."
    ),
    "synthesis_column_length_differs": (
        "“{column}” has {given} values for {needed} studies. Give one per study."
    ),
    "synthesis_label_missing": "Row {row} has no value in “{column}”. Fill it.",
    "synthesis_too_few_studies": (
        "There are {studies} studies, and {fewest} are needed here. "
        "Show the results one by one."
    ),
    "synthesis_too_many_studies": (
        "This exact test is made for at most {most} studies; there are {studies}."
    ),
    # moderators and subgroups
    "moderators_missing": "No moderator was given. Name at least one.",
    "moderator_not_finite": (
        "The moderator “{moderator}” is not a number in row {row}. Correct it."
    ),
    "moderator_constant": (
        "The moderator “{moderator}” is the same in all studies "
        "and explains no difference."
    ),
    "moderators_collinear": (
        "The moderator “{moderator}” follows from the others. Leave one of them out."
    ),
    "moderators_too_many": (
        "{coefficients} coefficients need {fewest} studies; there are {studies}. "
        "Use fewer moderators."
    ),
    "subgroups_too_few": (
        "Comparing subgroups needs two subgroups of at least {fewest} studies; "
        "there are {groups}."
    ),
    # effect sizes
    "effect_size_out_of_range": (
        "Row {row}: {value} is not possible in “{column}”. Correct it."
    ),
    "group_sizes_missing": (
        "Converting between {origin} and {target} needs the size of both groups."
    ),
    # small areas
    "small_areas_too_few": (
        "The model needs {fewest} areas to borrow from; there are {areas}. "
        "Publish the direct estimates."
    ),
}
