"""Comparisons of two sides, two waves and two arms.

Each is a linear combination of domain means from one estimation. A cluster
that serves several domains (both waves, say) keeps its identity across them,
so that what its people share cancels or adds up as it should.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from imppulse.evidence.errors import EstimationError
from imppulse.evidence.provenance import traced
from imppulse.evidence.survey.estimates import difference, mean

if TYPE_CHECKING:
    from narwhals.typing import IntoFrame

    from imppulse.evidence.results import Contrast
    from imppulse.evidence.survey.design import SampleDesign


@traced
def gap(  # noqa: PLR0913 - the data, what is compared, and between whom
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    *,
    side: str = "side",
    first: object = "population",
    second: object = "police_officers",
    level: float = 0.95,
) -> Contrast:
    """Compare what two sides answer to the same item: first minus second.

    Parameters
    ----------
    frame : dataframe
        polars (eager or lazy), pandas, pyarrow, or a DuckDB relation; the
        mirrored item has one column for both sides.
    item : str
    design : SampleDesign
        Of both samples together: a stratum should not mix the sides unless
        its clusters were drawn for both.
    side : str
        Column of sides.
    first, second : object
        Values of `side`.
    level : float
        Confidence level of the t interval.

    Returns
    -------
    Contrast
        In units of the item; df are clusters minus strata of both sides.

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`; ``unknown_domain`` when a side is absent.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 14.1 (comparisons of
    subclass means).
    """
    means = mean(frame, item, design, by=side, level=level)
    return difference(means, item, first, second)


@traced
def misperception(  # noqa: PLR0913 - the data, what is compared, and between whom
    frame: IntoFrame,
    guess: str,
    actual: str,
    *,
    design: SampleDesign,
    guesser: object,
    target: object,
    side: str = "side",
    level: float = 0.95,
) -> Contrast:
    """Compare one side's guess about the other with what the other says.

    Parameters
    ----------
    frame, design, side, level
        As in `gap`.
    guess : str
        Item by which `guesser` estimates the answer of `target`.
    actual : str
        Item that `target` answers about itself, on the same scale.
    guesser, target : object
        Values of `side`.

    Returns
    -------
    Contrast
        Mean guess minus actual mean, in units of the scale: above zero when
        the guess is too high.

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`; ``unknown_domain`` when a side is absent.

    References
    ----------
    Prentice, D. A. and Miller, D. T. (1993). Pluralistic ignorance and
    alcohol use on campus. Journal of Personality and Social Psychology 64,
    243-256 (the quantity).
    """
    means = mean(frame, (guess, actual), design, by=side, level=level)
    return means.combine({(guess, guesser): 1.0, (actual, target): -1.0})


@traced
def change(  # noqa: PLR0913 - the data, what is compared, and between when
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    *,
    wave: str,
    before: object,
    after: object,
    level: float = 0.95,
) -> Contrast:
    """Compare two waves: after minus before.

    Parameters
    ----------
    frame, item, design, level
        As in `gap`; repeated cross-sections, stacked. Clusters surveyed in
        both waves carry the same label in both.
    wave : str
        Column of waves.
    before, after : object
        Values of `wave`.

    Returns
    -------
    Contrast
        In units of the item.

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`; ``unknown_domain`` when a wave is absent.

    References
    ----------
    Kish, L. (1965). Survey Sampling. Wiley, section 12.4 (overlapping
    samples).
    """
    means = mean(frame, item, design, by=wave, level=level)
    return difference(means, item, after, before)


@traced
def difference_in_differences(  # noqa: PLR0913 - two waves and two arms, each named
    frame: IntoFrame,
    item: str,
    design: SampleDesign,
    *,
    wave: str,
    before: object,
    after: object,
    arm: str,
    treated: object,
    comparison: object,
    level: float = 0.95,
) -> Contrast:
    """Compare the change of the treated arm with that of the comparison arm.

    Parameters
    ----------
    frame, item, design, wave, before, after, level
        As in `change`.
    arm : str
        Column of arms; rows in neither arm stay in the design only.
    treated, comparison : object
        Values of `arm`.

    Returns
    -------
    Contrast
        (treated after - before) - (comparison after - before), in units of
        the item. The variance is that of the sample as drawn, with the
        covariances of clusters that serve several of the four means; df are
        clusters minus strata among those that hold answers to one of them.
        Few treated areas need few-cluster inference besides.

    Raises
    ------
    DesignError, EstimationError
        Those of `mean`; ``unknown_domain`` when one of the four is absent,
        ``same_domain`` when two of them are one.

    References
    ----------
    Angrist, J. D. and Pischke, J.-S. (2009). Mostly Harmless Econometrics.
    Princeton University Press, section 5.2.
    Lumley, T. (2010). Complex Surveys. Wiley, section 2.3 (contrasts of
    domain means).
    """
    if before == after or treated == comparison:
        raise EstimationError(
            "same_domain",
            "a difference in differences needs two waves and two arms",
            domain=(before, treated),
        )
    means = mean(frame, item, design, by=(wave, arm), level=level)
    signs = {
        (after, treated): 1.0,
        (before, treated): -1.0,
        (after, comparison): -1.0,
        (before, comparison): 1.0,
    }
    return means.combine({(item, domain): sign for domain, sign in signs.items()})
