import itertools
import json
from dataclasses import fields, replace
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imppulse.evidence.disclosure.disclosure import PROJECT_THRESHOLD
from imppulse.evidence.errors import DesignError
from imppulse.evidence.findings.ceilings import at_most
from imppulse.evidence.findings.findings import (
    Assignment,
    Ceiling,
    Design,
    DesignFacts,
    Direction,
    Inference,
    Obstacle,
    Remedy,
    Strength,
    Unit,
    find,
    maryland_level,
)
from imppulse.evidence.findings.strength import RULES
from imppulse.evidence.synthesis.synthesis import synthesise

MARGIN = 2.0
RISE = SimpleNamespace(estimate=6.0, ci_low=3.0, ci_high=9.0)
TRIAL = DesignFacts(
    points_before=1,
    points_after=1,
    treated=10,
    comparison=10,
    unit=Unit.CLUSTERS,
    assignment=Assignment.DRAWN_HERE,
    inference=Inference.SMALL_SAMPLE,
    response_gap=0.0,
    attrition=0.0,
    attrition_gap=0.0,
    primary_outcome=True,
    self_selected=False,
    scale_comparable=True,
    plan_locked_before_follow_up=True,
    primary_outcome_changed=False,
    instrument_or_mode_changed=False,
    contamination_reported=False,
    effective_n=200.0,
    baseline_difference=0.1,
    dose=1.0,
)
TRIAL_FACTS = {field.name: getattr(TRIAL, field.name) for field in fields(TRIAL)}
PAIR = replace(TRIAL, assignment=Assignment.NOT_RANDOM, treated=1, comparison=1)


def found(facts, effect=RISE, **options):
    return find(facts, effect, MARGIN, higher_is_better=True, **options)


# Each fact from worst to best. Those in one tuple get better together.
LADDER = {
    ("points_before", "points_after"): [(0, 0), (0, 1), (1, 1), (3, 1), (8, 8)],
    ("treated", "comparison"): [(1, 0), (1, 1), (4, 4), (6, 6), (10, 10), (30, 30)],
    ("assignment",): [
        (Assignment.NOT_RANDOM,),
        (Assignment.CLAIMED_RANDOM,),
        (Assignment.DRAWN_HERE,),
    ],
    ("inference",): [
        (Inference.LARGE_SAMPLE,),
        (Inference.SMALL_SAMPLE,),
        (Inference.EXACT,),
    ],
    ("attrition",): [(0.5,), (0.3,), (0.1,)],
    ("attrition_gap",): [(0.1,), (0.0,)],
    ("response_gap",): [(0.1,), (0.0,)],
    ("primary_outcome",): [(False,), (True,)],
    ("baseline_difference",): [(0.3,), (0.1,)],
    ("pre_trend",): [((-3.0, 1.0),), ((-1.0, 1.0),)],
    ("self_selected",): [(True,), (False,)],
    ("scale_comparable",): [(False,), (True,)],
    ("plan_locked_before_follow_up",): [(False,), (True,)],
    ("primary_outcome_changed",): [(True,), (False,)],
    ("instrument_or_mode_changed",): [(True,), (False,)],
    ("contamination_reported",): [(True,), (False,)],
}
DESIGN_STEPS = {name: len(steps) for name, steps in list(LADDER.items())[:10]}


def at(unit, steps):
    values = {**TRIAL_FACTS, "unit": unit}
    for names, step in steps.items():
        values |= zip(names, LADDER[names][step], strict=True)
    return DesignFacts(**values)


# Steps of the ladder that no rule for this unit tells from the step below: the
# drawn examples further down take every step.
SAME_AS_BELOW = {
    Unit.CLUSTERS: {("treated", "comparison"): {5}},
    Unit.INDIVIDUALS: {("treated", "comparison"): {2, 3}},
}


def rungs(unit):
    """The steps of each fact that make a difference, from worst to best."""
    same = SAME_AS_BELOW[unit]
    return {
        names: [step for step in range(steps) if step not in same.get(names, ())]
        for names, steps in DESIGN_STEPS.items()
    }


@pytest.fixture(scope="module", params=list(Unit))
def design_space(request):
    """Every design on the ladder without the yes-no ceilings: facts and finding."""
    space = {}
    steps = rungs(request.param)
    # Where a finding comes from is noted on each, and costs; it plays no part here.
    unsigned = find.__wrapped__
    for position in itertools.product(*(range(len(each)) for each in steps.values())):
        at_step = {
            names: steps[names][k] for names, k in zip(steps, position, strict=True)
        }
        facts = at(request.param, at_step)
        finding = unsigned(facts, RISE, MARGIN, higher_is_better=True)
        space[position] = (facts, finding)
    return space


def allowed(facts):
    """Highest rank the design allows, restated from the other end."""
    enough = facts.smaller_arm >= (4 if facts.unit == Unit.CLUSTERS else 30)
    if not facts.before_and_after:
        return 4 if facts.points_after and facts.randomised and enough else 0
    if facts.comparison == 0:
        return 2 if facts.points_before >= 8 else 1
    if not enough:
        return 2
    if facts.randomised and facts.primary_outcome and facts.attrition < 0.2:
        return 5
    return 2 if facts.unit == Unit.INDIVIDUALS else 4


def test_no_design_says_more_than_it_allows(design_space):
    assert len(design_space) in {5 * arms * 3 * 3 * 3 * 2**5 for arms in (5, 4)}
    for facts, finding in design_space.values():
        assert finding.strength.rank <= allowed(facts)


def test_one_area_against_one_never_earns_a_causal_sentence(design_space):
    pairs = [
        (facts, finding)
        for facts, finding in design_space.values()
        if facts.treated == facts.comparison == 1
    ]

    assert pairs
    for facts, finding in pairs:
        assert finding.strength.rank <= 2
        if finding.strength.rank == 2:
            reason = {
                Unit.CLUSTERS: Obstacle.ONE_CLUSTER_PER_ARM,
                Unit.INDIVIDUALS: Obstacle.ASSIGNED_INDIVIDUALLY,
            }[facts.unit]
            assert finding.next_stronger == Strength.SUPPORTED
            assert finding.forbidden_by == reason


def test_a_worse_fact_never_strengthens(design_space):
    for position, (_, finding) in design_space.items():
        for axis, step in enumerate(position):
            if step:
                worse = (*position[:axis], step - 1, *position[axis + 1 :])
                assert design_space[worse][1].strength.rank <= finding.strength.rank


def test_every_refusal_names_the_next_sentence_the_fact_and_the_design(design_space):
    strengths = {rule.design: rule.strength for rule in RULES}
    for _, finding in design_space.values():
        if finding.strength == Strength.SHOWN:
            assert finding.next_stronger is None
            assert finding.obstacles == ()
            continue
        assert finding.next_stronger.rank == finding.strength.rank + 1
        assert finding.forbidden_by == finding.obstacles[0]
        if isinstance(finding.earned_by, Design):
            assert strengths[finding.earned_by] == finding.next_stronger
        else:
            assert finding.earned_by == finding.forbidden_by.remedy


any_steps = st.fixed_dictionaries(
    {names: st.integers(0, len(steps) - 1) for names, steps in LADDER.items()}
)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(Unit), any_steps, st.sampled_from(list(LADDER)))
def test_ceilings_hold_and_worsening_never_strengthens(unit, steps, axis):
    facts = at(unit, steps)
    finding = found(facts)

    assert all(finding.strength.rank <= ceiling.rank for ceiling in finding.ceilings)
    assert list(finding.ceilings) == sorted(finding.ceilings, key=lambda c: c.rank)
    assert not facts.self_selected or finding.strength == Strength.DESCRIBED
    if not facts.before_and_after and finding.strength != Strength.DESCRIBED:
        assert finding.strength == Strength.WELL_SUPPORTED
    if steps[axis]:
        worse = found(at(unit, {**steps, axis: steps[axis] - 1}))
        assert worse.strength.rank <= finding.strength.rank


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(Unit), any_steps)
def test_lifting_what_forbids_by_ceiling_earns_the_next_sentence(unit, steps):
    finding = found(at(unit, steps))
    if not isinstance(finding.earned_by, Remedy):
        return

    lifted = dict(steps)
    for names in list(LADDER)[10:]:
        lifted[names] = 1
    lifted["attrition",], lifted["attrition_gap",] = 2, 1

    assert all(isinstance(obstacle, Ceiling) for obstacle in finding.obstacles)
    assert found(at(unit, lifted)).strength.rank >= finding.next_stronger.rank


def test_too_few_answers_suppress_every_number():
    finding = found(replace(TRIAL, effective_n=9.9))

    assert finding.suppressed
    assert (finding.strength, finding.direction) == (Strength.DESCRIBED, None)
    numbers = "estimate ci_low ci_high margin erasing_shock maryland_level"
    assert {getattr(finding, name) for name in numbers.split()} == {None}


def test_threshold_inside_a_project_is_lower():
    facts = replace(TRIAL, effective_n=9.9)

    assert not found(facts, threshold=PROJECT_THRESHOLD).suppressed
    assert not found(replace(TRIAL, effective_n=10)).suppressed


def test_numbers_and_context_are_carried():
    finding = found(replace(TRIAL, primary_outcome=False, dose=0.5))

    assert (finding.estimate, finding.ci_low, finding.ci_high) == (6.0, 3.0, 9.0)
    assert finding.margin == MARGIN
    assert not finding.primary_outcome
    assert not finding.as_delivered


@pytest.mark.parametrize("dose", [0.49, 0.0, None])
def test_a_small_or_unknown_dose_is_about_the_pilot_as_delivered(dose):
    assert found(replace(TRIAL, dose=dose)).as_delivered


def test_a_description_has_no_direction():
    assert found(replace(TRIAL, self_selected=True)).direction is None


def test_erasing_shock_is_the_near_end_of_the_interval():
    fall = SimpleNamespace(estimate=-6.0, ci_low=-9.0, ci_high=-3.5)
    unclear = SimpleNamespace(estimate=1.0, ci_low=-4.0, ci_high=6.0)

    assert found(PAIR).erasing_shock == 3.0
    assert found(PAIR, fall).erasing_shock == 3.5
    assert found(PAIR, unclear).erasing_shock is None
    assert found(TRIAL).erasing_shock is None


def test_harm_is_found_as_readily_as_benefit():
    finding = find(TRIAL, RISE, MARGIN, higher_is_better=False)

    assert finding.direction == Direction.WORSE
    assert finding.strength == Strength.SHOWN


def test_a_pooled_effect_can_be_judged():
    pooled = synthesise([5, 6, 7, 6], [1, 1, 1, 1])

    assert found(TRIAL, pooled).direction == Direction.BETTER


def test_a_strength_is_cut_to_the_rank_and_no_further():
    assert at_most(Strength.SHOWN, 4) == Strength.WELL_SUPPORTED
    assert at_most(Strength.INDICATED_SERIES, 2) == Strength.INDICATED_SERIES
    assert at_most(Strength.INDICATED_SERIES, 1) == Strength.OBSERVED


def test_maryland_level_needs_a_comparable_scale():
    assert maryland_level(TRIAL) == 5
    assert maryland_level(replace(TRIAL, scale_comparable=False)) is None


def test_findings_are_ready_for_json():
    written = json.loads(json.dumps(found(PAIR).to_dict()))

    assert written["schema"] == 1
    assert written["strength"] == "indicated"
    assert written["direction"] == "better"
    assert written["obstacles"][0] == written["forbidden_by"] == "one_cluster_per_arm"


def test_facts_survive_storage():
    facts = replace(PAIR, pre_trend=(-1.0, 1.0))

    assert DesignFacts.from_dict(json.loads(json.dumps(facts.to_dict()))) == facts


IMPOSSIBLE = [
    ("points_before", -1),
    ("points_after", -1),
    ("comparison", -1),
    ("treated", 0),
    ("response_gap", 1.1),
    ("attrition", -0.1),
    ("attrition_gap", float("nan")),
    ("baseline_difference", -0.1),
    ("dose", float("inf")),
    ("effective_n", float("nan")),
    ("pre_trend", (1.0, -1.0)),
    ("unit", "districts"),
    ("assignment", "random"),
    ("inference", "bayes"),
]


@pytest.mark.parametrize(("fact", "value"), IMPOSSIBLE)
def test_impossible_facts_are_refused_by_name(fact, value):
    with pytest.raises(DesignError) as refusal:
        replace(TRIAL, **{fact: value})

    assert refusal.value.code == "design_fact_out_of_range"
    assert refusal.value.facts["fact"] == fact


def test_stored_facts_must_be_complete_and_known():
    stored = TRIAL.to_dict()
    incomplete = {name: stored[name] for name in stored if name != "attrition"}

    with pytest.raises(DesignError) as missing:
        DesignFacts.from_dict(incomplete)
    with pytest.raises(DesignError) as unknown:
        DesignFacts.from_dict({**stored, "strength": "shown"})
    with pytest.raises(DesignError) as impossible:
        DesignFacts.from_dict({**stored, "unit": "districts"})

    assert missing.value.code == "design_facts_incomplete"
    assert missing.value.facts == {"names": ("attrition",)}
    assert unknown.value.code == "design_facts_unknown"
    assert unknown.value.facts == {"names": ("strength",)}
    assert impossible.value.code == "design_fact_out_of_range"


@pytest.mark.parametrize("margin", [0, -1, float("nan"), float("inf")])
def test_margin_must_be_positive(margin):
    with pytest.raises(DesignError) as refusal:
        find(TRIAL, RISE, margin, higher_is_better=True)

    assert refusal.value.code == "margin_not_positive"


def test_reversed_interval_is_refused():
    with pytest.raises(DesignError) as refusal:
        found(TRIAL, SimpleNamespace(estimate=0, ci_low=1, ci_high=-1))

    assert refusal.value.code == "interval_reversed"
