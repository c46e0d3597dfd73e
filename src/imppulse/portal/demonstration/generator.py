"""Draw the answers of a fictional territory: seeded, with the structure of real answers and a known truth."""

import json
import tomllib
import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from imppulse import instruments
from imppulse.instruments import Item

DATA = files("imppulse.portal.demonstration") / "data"
SIDES = ("population", "police_officers")
AGES = ("18-29", "30-44", "45-59", "60+")
DROPPED = 0.02
ESS_FACTORS = {"effectiveness": 0, "fairness": 1, "obligation": 2, "alignment": 3, "cooperation": 4}  # fmt: skip
FAIRNESS = 1

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Structure:
    """How answers hang together: one factor an item, correlated factors, level and spread in points."""

    correlation: Floats
    loading: dict[str, float]
    level: dict[str, float]
    spread: dict[str, float]
    factor: dict[str, int]


@dataclass(frozen=True, slots=True)
class Fieldwork:
    """One side asked in one wave: the truth about its territory, and the seeded chance."""

    side: str
    wave: int
    plan: dict[str, Any]
    rng: np.random.Generator

    @property
    def asks_population(self) -> bool:
        return self.side == "population"


@dataclass(frozen=True, slots=True)
class People:
    """The respondents of a fieldwork: where they live, and their latent attitudes."""

    fieldwork: Fieldwork
    district: npt.NDArray[np.str_]
    attitudes: Floats

    def noise(self) -> Floats:
        return self.fieldwork.rng.standard_normal(len(self.district))


@cache
def truth() -> dict[str, Any]:
    return tomllib.loads((DATA / "truth.toml").read_text("utf-8"))


@cache
def structure() -> Structure:
    moments = json.loads((DATA / "ess5_moments.json").read_text("utf-8"))
    model = moments["cfa_ml_reference"]
    loadings = dict(zip(moments["items"], model["std_loadings"], strict=True))
    means = dict(zip(moments["items"], moments["means"], strict=True))
    deviations = dict(
        zip(moments["items"], np.sqrt(np.diag(moments["cov"])), strict=True)
    )
    items = [item for item in instruments.items() if item.guesses is None]
    known = {item.name: item for item in items if item.ess_variable in loadings}
    own = truth()["own_items"]
    return Structure(
        correlation=_correlation(model["factor_cor_lower"]),
        loading={
            item.name: loadings.get(item.ess_variable, own["loading"]) for item in items
        },
        level={
            item.name: _points(item, means[item.ess_variable])
            if item.name in known
            else truth()["levels"].get(item.construct, 50.0)
            for item in items
        },
        spread={
            item.name: 100
            * deviations[item.ess_variable]
            / (item.scale.high - item.scale.low)
            if item.name in known
            else own["spread"]
            for item in items
        },
        factor={item.name: ESS_FACTORS.get(item.construct, FAIRNESS) for item in items},
    )


def answers(territory: str, wave: int) -> pl.DataFrame:
    """Return the file a survey institute would deliver for one wave of one territory."""
    rng = np.random.default_rng([truth()["seed"], zlib.crc32(territory.encode()), wave])
    plan = truth()["territory"][territory]
    parts = [_asked(Fieldwork(side, wave, plan, rng)) for side in SIDES]
    return pl.concat(parts, how="diagonal_relaxed")


def _asked(fieldwork: Fieldwork) -> pl.DataFrame:
    people = _people(fieldwork)
    count = len(people.district)
    columns: dict[str, Any] = {
        "side": [fieldwork.side] * count,
        "district": people.district,
        "age_group": fieldwork.rng.choice(AGES, count),
        "weight": _weights(people),
    }
    asked = instruments.questionnaire(fieldwork.side).items
    for item in instruments.items():  # in this order: the seed draws in it
        if item.name in asked:
            columns[item.name] = _codes(item, _score(item, people), fieldwork.rng)
    return _filtered(pl.DataFrame(columns))


def _people(fieldwork: Fieldwork) -> People:
    districts, rng = fieldwork.plan["districts"], fieldwork.rng
    if fieldwork.asks_population:
        where = np.repeat(districts, fieldwork.plan["population_per_district"])
    else:
        where = rng.choice(districts, fieldwork.plan["police_officers"])
    root = np.linalg.cholesky(structure().correlation)
    return People(
        fieldwork, where, rng.standard_normal((len(where), len(root))) @ root.T
    )


def _weights(people: People) -> Floats:
    """Weigh districts by how many people live there; every police officer was invited."""
    plan = people.fieldwork.plan
    if not people.fieldwork.asks_population:
        return np.ones(len(people.district))
    order = {name: place for place, name in enumerate(plan["districts"])}
    inhabitants = np.array([6000 + 900 * order[name] for name in people.district])
    weights: Floats = inhabitants / plan["population_per_district"]
    return weights


def _score(item: Item, people: People) -> Floats:
    """Points of 100 of each respondent on one item, before rounding."""
    if item.guesses is not None:
        guessed: Floats = truth()["guesses"][item.name] + 20 * people.noise()
        return guessed
    shape = structure()
    loading = shape.loading[item.name]
    # The ESS codes agreement with 1, so its alignment factor runs from good to bad.
    sign = -1 if item.construct == "alignment" else 1
    attitude = people.attitudes[:, shape.factor[item.name]]
    z = sign * loading * attitude + np.sqrt(1 - loading**2) * people.noise()
    points: Floats = (
        shape.level[item.name]
        + _of_side(item, people.fieldwork)
        + shape.spread[item.name] * z
        + _of_district(people)
        + _of_wave(item, people)
    )
    return points


def _of_side(item: Item, fieldwork: Fieldwork) -> float:
    shifts: dict[str, float] = truth()["police_officers"]
    return 0.0 if fieldwork.asks_population else shifts.get(item.construct, 0.0)


def _of_district(people: People) -> Floats:
    """Return how far each district lies from the territory; the same in every wave."""
    plan = people.fieldwork.plan
    offsets = np.linspace(1.5, -1.5, len(plan["districts"])) * plan["district_spread"]
    place = dict(zip(plan["districts"], offsets, strict=True))
    return np.array([place[name] for name in people.district])


def _of_wave(item: Item, people: People) -> Floats:
    """Return what moved since the first wave: everywhere, and where the pilot ran."""
    plan = people.fieldwork.plan
    if people.fieldwork.wave == 1:
        return np.zeros(len(people.district))
    reach = {"dialogue": 1.0, "local_relation": 0.4}.get(item.construct, 0.0)
    piloted = np.isin(people.district, plan["pilot"])
    moved: Floats = plan["trend"] + reach * plan["effect"] * piloted
    return moved


def _codes(item: Item, score: Floats, rng: np.random.Generator) -> list[int | None]:
    """Round to the codes of the scale; a few skip, say that they do not know, or take a trap code."""
    low, high = item.scale.low, item.scale.high
    good = np.clip(score, 0, 100) / 100
    if item.reversed:
        good = 1 - good
    codes = np.rint(low + (high - low) * good).astype(int)
    chance = rng.random(len(codes))
    extra = item.missing
    for place, code in enumerate(extra):
        inside = (chance >= DROPPED * place) & (chance < DROPPED * (place + 1))
        codes[inside] = code
    skipped = chance > 1 - DROPPED
    return [None if skip else int(code) for code, skip in zip(codes, skipped, strict=True)]  # fmt: skip


def _filtered(frame: pl.DataFrame) -> pl.DataFrame:
    """Only who was approached by the police is asked how it went."""
    if not {"contact_police_initiated", "contact_treatment"} <= set(frame.columns):
        return frame
    approached = pl.col("contact_police_initiated") == 1
    return frame.with_columns(pl.when(approached).then("contact_treatment"))


def _points(item: Item, mean: float) -> float:
    share = (mean - item.scale.low) / (item.scale.high - item.scale.low)
    return 100 * (1 - share if item.reversed else share)


def _correlation(lower: list[float]) -> Floats:
    """Square matrix from a column-major lower triangle without the diagonal."""
    size = len(ESS_FACTORS)
    matrix = np.eye(size)
    matrix[np.triu_indices(size, 1)] = lower
    return matrix + np.triu(matrix, 1).T
