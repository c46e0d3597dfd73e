"""Every public function that takes numbers, tables of counts or earlier results.

Each is called with one list of numbers: what a careful person would give, some of it
replaced by what nobody should.
"""

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl

import imppulse.evidence as public
from imppulse.evidence import Plausible, SampleDesign
from imppulse.evidence.results import Contrast

if TYPE_CHECKING:
    from collections.abc import Callable

BAD = [math.nan, math.inf, -math.inf, -1.0, 0.0, 1e-12, 0.5, 1.0, 3.0, 1e9]
COUNTS = [-1, 0, 1, 2, 3, 7]
FEW = 100  # draws of a simulated plan


@dataclass(frozen=True)
class Driven:
    """A call, and what a careful person gives it, whole numbers as such."""

    good: tuple[float, ...]
    call: "Callable[..., object]"


def sample(invited, rate, clusters, icc):
    return public.PlannedSample(
        invitations=invited,
        response_rate=rate,
        clusters=clusters or None,
        intraclass_correlation=icc,
    )


def uneven(invited, clusters, cv, weighting):
    return public.PlannedSample(
        invitations=invited,
        response_rate=0.5,
        clusters=clusters or None,
        intraclass_correlation=0.05,
        cluster_size_cv=cv,
        weighting_effect=weighting,
    )


ONE = sample(2000, 0.3, 8, 0.05)


def compared(cac, person, attrition, analysis):
    return public.PlannedComparison(
        treated=ONE,
        comparison=ONE,
        analysis=tuple(public.PlannedAnalysis)[analysis % 3],
        cluster_autocorrelation=cac,
        person_correlation=person,
        attrition=attrition,
    )


def stepped(starts, people, icc, cac):
    return public.SteppedWedge(
        starts=(starts, 2, 2),
        people=people,
        intraclass_correlation=icc,
        cluster_autocorrelation=cac,
    )


def series(before, people, shock, rho):
    return public.PlannedSeries(
        before=before, after=8, people=people, shock=shock, autocorrelation=rho
    )


def rehearsed(treated, comparison, waves, sd, margin, rate, high, icc):
    return public.RehearsalPlan(
        treated=treated,
        comparison=comparison,
        waves_before=waves,
        invitations=200,
        sd=sd,
        margin=margin,
        effect=Plausible(0, high),
        response_rate=Plausible(rate, 0.5),
        intraclass_correlation=Plausible(0, icc),
    )


REHEARSED = (4, 4, 1, 20.0, 3.0, 0.3, 8.0, 0.05)


def strata(population, sd, cost):
    return [
        public.StratumToSample(name="a", population=population, sd=sd, cost=cost),
        public.StratumToSample(name="b", population=900, sd=20, cost=2),
    ]


PLANS = {
    "precision": Driven(
        (2000.0, 0.3, 8, 0.05, 25.0, 0.95),
        lambda *v: public.precision(sample(*v[:4]), sd=v[4], level=v[5]),
    ),
    "precision, uneven": Driven(
        (2000.0, 8, 0.5, 1.3, 25.0),
        lambda *v: public.precision(uneven(*v[:4]), sd=v[4]),
    ),
    "sd_of_share": Driven((0.5,), public.sd_of_share),
    "detection_power": Driven(
        (2.0, 1.0, 8.0, 0.05), lambda e, s, d, a: public.detection_power(e, s, d, alpha=a)
    ),
    "smallest_detectable_change": Driven(
        (2000.0, 0.3, 8, 0.05, 25.0, 0.8, 0.05, 0.8),
        lambda *v: public.smallest_detectable_change(
            sample(*v[:4]),
            ONE,
            sd=v[4],
            cluster_autocorrelation=v[5],
            alpha=v[6],
            power=v[7],
        ),
    ),
    "smallest_detectable_difference_in_differences": Driven(
        (2000.0, 0.3, 8, 0.05, 25.0, 0.8, 0.05, 0.8),
        lambda *v: public.smallest_detectable_difference_in_differences(
            sample(*v[:4]),
            ONE,
            sd=v[4],
            cluster_autocorrelation=v[5],
            alpha=v[6],
            power=v[7],
        ),
    ),
    "design_power": Driven(
        (0.8, 0.5, 0.1, 1, 4.0, 25.0, 0.05),
        lambda *v: public.design_power(compared(*v[:4]), v[4], sd=v[5], alpha=v[6]),
    ),
    "design_power, stepped": Driven(
        (2, 20.0, 0.05, 0.9, 4.0, 25.0),
        lambda *v: public.design_power(stepped(*v[:4]), v[4], sd=v[5]),
    ),
    "smallest_detectable_effect": Driven(
        (0.8, 0.5, 0.1, 1, 25.0, 0.05, 0.8),
        lambda *v: public.smallest_detectable_effect(
            compared(*v[:4]), sd=v[4], alpha=v[5], power=v[6]
        ),
    ),
    "simulated_power": Driven(
        (0.8, 0.5, 0.1, 1, 4.0, 25.0, 0.05),
        lambda *v: public.simulated_power(
            compared(*v[:4]), v[4], sd=v[5], alpha=v[6], draws=FEW
        ),
    ),
    "simulated_power, series": Driven(
        (8, 50.0, 0.1, 0.4, 4.0, 25.0),
        lambda *v: public.simulated_power(series(*v[:4]), v[4], sd=v[5], draws=FEW),
    ),
    "simulated_smallest_effect": Driven(
        (2, 20.0, 0.05, 1.0, 25.0, 0.05, 0.8),
        lambda *v: public.simulated_smallest_effect(
            stepped(*v[:4]), sd=v[4], alpha=v[5], power=v[6], draws=FEW
        ),
    ),
    "power_for_means": Driven(
        (60.0, 4.0, 20.0, 0.05),
        lambda n, d, s, a: public.power_for_means(n, d, sd=s, alpha=a),
    ),
    "people_for_means": Driven(
        (4.0, 20.0, 0.8, 0.05),
        lambda d, s, p, a: public.people_for_means(d, sd=s, power=p, alpha=a),
    ),
    "power_for_shares": Driven(
        (300.0, 0.4, 0.5, 0.05),
        lambda n, f, s, a: public.power_for_shares(n, f, s, alpha=a),
    ),
    "people_for_shares": Driven(
        (0.4, 0.5, 0.8, 0.05),
        lambda f, s, p, a: public.people_for_shares(f, s, power=p, alpha=a),
    ),
    "allocate": Driven(
        (1000.0, 20.0, 2.0, 60, 1, 2),
        lambda *v: public.allocate(
            strata(*v[:3]),
            people=v[3],
            rule=tuple(public.AllocationRule)[v[4] % 3],
            fewest=v[5],
        ),
    ),
    "allocate, budget": Driven(
        (1000.0, 20.0, 2.0, 500.0, 1),
        lambda *v: public.allocate(
            strata(*v[:3]), budget=v[3], rule=tuple(public.AllocationRule)[v[4] % 3]
        ),
    ),
    "largest_remainder": Driven(
        (1.5, 2.5, 4.0, 8),
        lambda a, b, c, total: public.largest_remainder(np.array([a, b, c]), total),
    ),
    "cluster_plan": Driven(
        (9000.0, 90.0, 9.0, 0.05),
        lambda b, c, i, r: public.cluster_plan(
            budget=b, cluster_cost=c, interview_cost=i, intraclass_correlation=r
        ),
    ),
    "rehearse": Driven(
        REHEARSED,
        lambda *v: public.rehearse(rehearsed(*v), draws=FEW, variants=False),
    ),
    "changed_plans": Driven(REHEARSED, lambda *v: public.changed_plans(rehearsed(*v))),
}  # fmt: skip


def contrast(estimate, std_error, df):
    return Contrast(estimate, std_error, estimate - 2, estimate + 2, df, 0.04, 99)


FACTS = public.DesignFacts(
    points_before=1,
    points_after=1,
    treated=6,
    comparison=6,
    unit=public.Unit.CLUSTERS,
    assignment=public.Assignment.NOT_RANDOM,
    inference=public.Inference.SMALL_SAMPLE,
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
    effective_n=120.0,
)


def facts(gap, lost, n, baseline, areas):
    return replace(
        FACTS,
        response_gap=gap,
        attrition=lost,
        effective_n=n,
        baseline_difference=baseline,
        treated=areas,
    )


def found(gap, lost, n, baseline, areas, estimate, margin):
    return public.find(
        facts(gap, lost, n, baseline, areas),
        contrast(estimate, 1.0, 9.0),
        margin,
        higher_is_better=True,
    )


FOUND = (0.02, 0.1, 120.0, 0.2, 6, 4.0, 2.0)
PEOPLE = pl.DataFrame(
    {
        "y": [1.0, 0.0, 1.0, 1.0, 0.0, 0.0, 1.0, 0.0, None],
        "x": [3.0, 1.0, 2.0, 5.0, 4.0, 4.0, 1.0, 2.0, 2.0],
        "k": ["a", "a", "a", "b", "b", "b", "c", "c", "c"],
        "c": [1, 1, 2, 3, 4, 4, 5, 6, 6],
        "w": [1.0, 2.0, 1.0, 1.0, 1.0, 3.0, 1.0, 1.0, 1.0],
    }
)
DESIGN = SampleDesign(weight="w", cluster="c")
DOMAINS = ["a", "b", "c", "z", None, 5]
ITEMS = ["y", "x", "none"]
SHARES = public.proportion(PEOPLE, "y", DESIGN, by="k")
MEANS = public.mean(PEOPLE, ["y", "x"], DESIGN, by="k")
TABLE = public.totals(PEOPLE, DESIGN, ["x", "y"], by="k")
FITTED = public.linear_regression(PEOPLE, "x", DESIGN, categorical="k")
CITIES = pl.DataFrame(
    {
        **{
            f"q{j}": np.digitize(
                np.random.default_rng(7).normal(size=240)
                + np.random.default_rng(j).normal(size=240),
                (-1.5, -0.5, 0.5, 1.5),
            )
            for j in range(4)
        },
        "city": np.arange(240) % 2,
    }
)
FACTORS = public.factor_analysis(
    CITIES,
    {"trust": ["q0", "q1", "q2", "q3"]},
    SampleDesign(),
    group="city",
    equality=public.Equality("metric"),
)


def sides(call):
    return lambda item, first, second: call(
        SHARES, ITEMS[item % 3], DOMAINS[first % 6], DOMAINS[second % 6]
    )


def counts(*values):
    return np.array(values, dtype=float).reshape(2, -1)


def released(*values):
    return public.with_margins(counts(*values))


RESULTS = {
    "hedges_correction": Driven((30.0,), public.hedges_correction),
    "clustered_hedges_g": Driven(
        (4.0, 20.0, 200, 150, 25.0, 0.05, 0.95),
        lambda d, s, t, c, m, r, level: public.clustered_hedges_g(
            d,
            s,
            treated=t,
            comparison=c,
            cluster_size=m,
            intraclass_correlation=r,
            level=level,
        ),
    ),
    "equivalence": Driven(
        (1.0, 0.5, 9.0, 3.0, 0.95),
        lambda e, s, d, m, level: public.equivalence(contrast(e, s, d), m, level=level),
    ),
    "sensitivity_to_area_shocks": Driven(
        (4.0, 0.5, 9.0, 4, 6, 0.95),
        lambda e, s, d, t, c, level: public.sensitivity_to_area_shocks(
            contrast(e, s, d), treated_areas=t, comparison_areas=c, level=level
        ),
    ),
    "find": Driven(FOUND, found),
    "maryland_level": Driven(FOUND[:5], lambda *v: public.maryland_level(facts(*v))),
    "emmie": Driven(
        FOUND, lambda *v: public.emmie(found(*v), public.EmmieFacts(direct_costs=True))
    ),
    "certainty": Driven(
        (*FOUND[:5], 4.0, 1.0, 2.0),
        lambda *v: public.certainty(
            [facts(*v[:5])] * 3,
            public.synthesise([v[5], 1.0, 2.0], [v[6], 1.0, 2.0]),
            v[7],
        ),
    ),
    "difference": Driven((0, 0, 1), sides(public.difference)),
    "risk_difference": Driven((0, 0, 1), sides(public.risk_difference)),
    "risk_ratio": Driven((0, 0, 1), sides(public.risk_ratio)),
    "odds_ratio": Driven((0, 0, 1), sides(public.odds_ratio)),
    "contrast": Driven(
        (0, 1, 1.0, -1.0),
        lambda item, domain, one, other: public.contrast(
            MEANS,
            {
                (ITEMS[item % 3], DOMAINS[domain % 6]): one,
                ("x", "a"): other,
            },
        ),
    ),
    "estimate": Driven(
        (0, 0, 0.95),
        lambda kind, how, level: public.estimate(
            TABLE,
            statistic=["mean", "total", "ratio", "proportion", "sum"][kind % 5],
            interval=["mean", "logit", "korn-graubard", "none"][how % 4],
            level=level,
        ),
    ),
    "function_of_totals": Driven(
        (2.0, 0.95),
        lambda factor, level: public.function_of_totals(
            public.jackknife(TABLE),
            lambda y, x: factor * y[0, 0] / x[0, 0],
            level=level,
        ),
    ),
    "wald_test": Driven(
        (0,), lambda column: public.wald_test(FITTED, ["k", "x", "none"][column % 3])
    ),
    "equality_tests": Driven(
        (0,),
        lambda by: public.equality_tests(FACTORS, by=["item", "group", "none"][by % 3]),
    ),
    "generalised_mantel": Driven(
        (4.0, 3.0, 5.0, 1.0, 7.0, 2.0, 6.0, 3.0),
        lambda *v: public.generalised_mantel(np.array(v).reshape(2, 2, 2)),
    ),
    "with_margins": Driven((12.0, 15.0, 30.0, 9.0, 22.0, 18.0), released),
    "suppress": Driven(
        (12.0, 15.0, 30.0, 9.0, 22.0, 18.0, 10),
        lambda *v: public.suppress(released(*v[:6]), v[6]),
    ),
    "suppress, no margins": Driven(
        (12.0, 15.0, 30.0, 9.0), lambda *v: public.suppress(counts(*v))
    ),
    "suppress_alike": Driven(
        (12.0, 15.0, 30.0, 9.0, 22.0, 18.0, 10),
        lambda *v: public.suppress_alike(
            [released(*v[:6]), released(*v[5::-1])], v[6]
        ),
    ),
    "audit": Driven(
        (12.0, 15.0, 30.0, 9.0, 22.0, 18.0),
        lambda *v: public.audit(released(*v), public.suppress(released(*v))),
    ),
    "differencing": Driven(
        (1.0, 0.0, 1.0, 1.0, 1.0, 0.0, 10),
        lambda *v: public.differencing(
            np.repeat(np.array(v[:6]).reshape(3, 2), 4, axis=0),
            ["town", "district"],
            threshold=v[6],
        ),
    ),
    "pool": Driven(
        (3, 0),
        lambda threshold, how: public.pool(
            [
                public.aggregate(
                    SHARES if how % 2 else MEANS,
                    territory=name,
                    threshold=threshold,
                )
                for name in ("Brevaux", "Saltmere")
            ]
        ),
    ),
}  # fmt: skip
