"""The map of a diagnosis: one index by district, what is suppressed hatched."""

from dataclasses import replace

from imppulse.charts.content import Interval, Words
from imppulse.charts.maps import Area, district_map
from imppulse.evidence.diagnosis.diagnosis import Diagnosis
from imppulse.evidence.diagnosis.diagnosis_results import IndexOfDistrict
from imppulse.evidence.results import Estimate
from imppulse.reporting.diagnosis_names import Names
from imppulse.reporting.diagnosis_pictures import SCALE, TOO_FEW, figure
from imppulse.reporting.figures import drawn, has_interval
from imppulse.reporting.language import N_, Language
from imppulse.typesetting.content import Figure

SCHEMATIC = N_("Schematic: the tiles do not show where districts lie.")
LEAST_TO_BEST = (N_("0: worst"), N_("100: best"))


def map_figure(diagnosis: Diagnosis, index: str, names: Names) -> Figure | None:
    """Draw the map; an area without a number carries none from here on."""
    districts = [each for each in diagnosis.districts if each.index == index]
    if not any(each.estimate and has_interval(each.estimate) for each in districts):
        return None
    language = names.language
    areas = tuple(sorted((area(d, names) for d in districts), key=by_name))
    title = language.text("{index}, by district", index=names.index(index))
    too_few = language.text(TOO_FEW)
    alt = " ".join(
        f"{each.label}: {each.interval.value if each.interval else too_few}."
        for each in areas
    )
    schematic = not all(each.rings for each in areas)
    axis = [language.text(SCALE), *([language.text(SCHEMATIC)] if schematic else [])]
    words = Words(
        title=title,
        axis=". ".join(text.rstrip(".") for text in axis) + ".",
        alt=f"{title}. {alt}",
        columns=(language.text("District"), names.index(index)),
        language=language.code,
        simulated=names.simulated,
    )
    key = (language.text(LEAST_TO_BEST[0]), language.text(LEAST_TO_BEST[1]))
    return figure(
        lambda size: district_map(areas, too_few, words=words, size=size, key=key),
        language,
    )


def by_name(each: Area) -> str:
    return each.label.casefold()


def area(each: IndexOfDistrict, names: Names) -> Area:
    code = str(each.district)
    known = each.estimate is not None and has_interval(each.estimate)
    return Area(
        names.district(code),
        with_interval(each.estimate, names.language)
        if known and each.estimate
        else None,
        tuple(names.outlines.get(code, ())),
    )


def with_interval(estimate: Estimate, language: Language) -> Interval:
    """Write the interval into the district: a colour alone looks surer than it is."""
    number = drawn(estimate, language)
    low, high = language.number(estimate.ci_low), language.number(estimate.ci_high)
    said = language.text(
        "{rank} ({low} to {high})", rank=number.value, low=low, high=high
    )
    return replace(number, value=said)
