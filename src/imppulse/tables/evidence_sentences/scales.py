"""Scales: what the evidence library refuses."""

SENTENCES: dict[str, str] = {
    "too_few_items": (
        "“{factor}” has {items} items and needs {needed}. Add items, or leave it out."
    ),
    "item_of_two_factors": (
        "An item belongs to one factor, once. Named twice: {items}."
    ),
    "too_few_complete_answers": (
        "Respondents who answered every item: {answers}; needed: {needed}. Add "
        "answers, or leave out items that many skipped."
    ),
    "group_without_answers": (
        "Nobody answered every item in: {groups}. Leave these groups out."
    ),
    "too_few_answers": (
        "Complete answers in “{group}”: {answers}; needed: {needed}. Merge "
        "groups, or leave this one out."
    ),
    "one_cluster_in_group": (
        "The answers in “{group}” come from a single cluster. At least two are needed."
    ),
    "constant_item": (
        "Everyone in “{group}” gave the same answer to “{item}”. Leave the item out."
    ),
    "redundant_items": (
        "In “{group}” one of these items follows from the others: {items}. "
        "Leave it out."
    ),
    "unknown_equality": (
        "“{given}” is no kind of equality across groups. Choose one of: {choices}."
    ),
    "no_invariant_item": (
        "No item of “{factor}” links the groups any more (every “{parameter}” "
        "is free). Hold at least one equal."
    ),
    "unknown_kind_of_error": (
        "“{given}” is no kind of standard error. Choose one of: {choices}."
    ),
    "factor_model_not_converged": (
        "No best solution was found for {factors}: the items do not fit these "
        "factors. Try fewer factors."
    ),
    "factor_model_not_identified": (
        "The answers do not settle every parameter of {factors}. Use more items"
        " per factor, or fewer factors."
    ),
    "negative_residual_variance": (
        "The answers to “{item}” in “{group}” fit no real population: the "
        "variance left to the item comes out as {value} (such cases: {cases}). "
        "Add answers, or leave the item out."
    ),
    "impossible_factor_covariance": (
        "In “{group}” the factors {factors} come out impossibly related. Merge "
        "factors, or leave one out."
    ),
    "unknown_parameter": ("There is no “{parameter}” of “{name}” in “{group}”."),
    "means_not_comparable": (
        "Means of factors compare only where intercepts are held equal; here "
        "equality is “{given}”."
    ),
    "same_factor_group": ("“{group}” cannot be compared with itself. Name two groups."),
    "unknown_release": (
        "“{given}” is no way to free an equality. Choose one of: {choices}."
    ),
    "nothing_held_equal": (
        "Nothing is held equal across groups, so there is nothing to test."
    ),
    "one_group_only": (
        "There is only one group in “{column}”: {groups}. Comparing needs at least two."
    ),
}
