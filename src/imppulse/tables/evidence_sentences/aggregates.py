"""Aggregates: what the evidence library refuses."""

SENTENCES: dict[str, str] = {
    "aggregate_small_cell": (
        "Cells resting on fewer than {threshold} respondents: {cells}. "
        "Such a file must not be handed on."
    ),
    "cluster_cells_too_small": (
        "Cells of clusters with fewer than {threshold} respondents: {cells}. "
        "Leave the sums by cluster out."
    ),
    "clusters_of_two_stages": (
        "Sums by cluster are handed on for designs of one stage only. Leave them out."
    ),
    "aggregate_without_totals": (
        "Sums by cluster cannot be handed on without the totals."
    ),
    "aggregate_other_totals": "The totals are not those of the estimates.",
    "aggregate_nothing_to_release": (
        "With a threshold of {threshold}, no domain may be handed on. "
        "Name fewer columns of domains."
    ),
    "nothing_to_pool": "There is no aggregate file to put together.",
    "territory_repeated": (
        "Several aggregate files are of the same territory: {territories}."
    ),
    "aggregates_differ": "The aggregate files differ in {what}: {found}.",
}
