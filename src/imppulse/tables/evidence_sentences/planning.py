"""Planning: what the evidence library refuses."""

SENTENCES: dict[str, str] = {
    "strata_not_distinct": (
        "These strata are named twice: {strata}. Give each a name of its own."
    ),
    "allocation_does_not_fit": (
        "{asked} was asked for, and the strata or prices given allow {possible}. "
        "Change the total, the fewest answers per stratum, or the prices."
    ),
    "range_reversed": (
        "The range of “{field}” runs from {low} down to {high}. "
        "Write the smaller number first."
    ),
    "arm_without_answers": (
        "No answer of {arm} in {wave}. Check the columns of arms and waves."
    ),
}
