"""Weights brought to the population: versions beside answers that never change."""

import polars as pl
import pytest
from tests.studies.survey import make_study, plan_wave
from tests.studies.test_pages import delivered, publish

from imppulse.core.errors import Refused
from imppulse.studies import actions, margins, queries
from imppulse.studies.choices import CollectionMode
from imppulse.studies.weighting import Wanted

DISTRICTS = {"district": {"harbour": 6000.0, "hill": 3000.0, "old-town": 1000.0}}


def closed_wave(mode=CollectionMode.ACCESS_CODES, frame=None):
    study = publish(make_study())
    plan_wave(study, mode=mode)
    frame = delivered() if frame is None else frame
    wave = actions.import_closed_wave(study, 1, frame, by="lead")
    actions.diagnose_wave(wave, by="lead")
    return wave


@pytest.fixture
def closed(db):
    return closed_wave()


def weigh(wave, known=DISTRICTS, minimum=50, **bounds):
    wanted = Wanted(margins=known, minimum_effective_n=minimum, **bounds)
    return actions.weigh_wave(wave, wanted, source="census 2024", by="evaluator")


def shares(wave, column="district"):
    frame = queries.closed_answers(wave).filter(pl.col("side") == "population")
    total = frame["weight"].sum()
    sums = frame.group_by(column).agg(pl.col("weight").sum() / total)
    return dict(sums.iter_rows())


def test_the_sides_keep_apart_and_the_population_meets_its_margins(closed):
    before = queries.closed_answers(closed)
    actions.use_weighting(closed, weigh(closed).version, by="lead")
    assert shares(closed) == pytest.approx(
        {"harbour": 0.6, "hill": 0.3, "old-town": 0.1}, rel=1e-9
    )
    police = pl.col("side") == "police_officers"
    after = queries.closed_answers(closed)
    assert after.columns == before.columns
    assert after.filter(police).equals(before.filter(police))
    assert after.drop("weight").equals(before.drop("weight"))


def test_a_version_names_the_one_before_and_going_back_brings_the_numbers_back(closed):
    first = closed.diagnosis.results
    one = weigh(closed)
    two = weigh(closed, lowest=0.5, highest=2.0)
    assert (one.version, two.version) == (1, 2)
    assert two.replaces == one
    actions.use_weighting(closed, 2, by="lead")
    closed.refresh_from_db()
    weighed = closed.diagnosis
    assert weighed.weighting == two
    assert weighed.results["indices"] != first["indices"]
    actions.use_weighting(closed, 0, by="lead")
    closed.refresh_from_db()
    assert closed.diagnosis.results == first
    assert closed.diagnosis.weighting is None


def test_a_version_and_the_closed_wave_never_change(closed):
    checksum, kept = closed.checksum, weigh(closed)
    with pytest.raises(Refused) as refused:
        kept.save()
    assert refused.value.code == "kept_weighting"
    actions.use_weighting(closed, 1, by="lead")
    closed.refresh_from_db()
    assert closed.checksum == checksum


def test_what_explains_the_answers_no_longer_varies(closed):
    """Intervals take credit for the margins: residuals vary less than answers."""
    frame = delivered().with_columns(
        local_trust=pl.when(pl.col("district") == "harbour")
        .then(9)
        .when(pl.col("district") == "hill")
        .then(5)
        .when(pl.col("side") == "population")
        .then(1)
        .otherwise(pl.col("local_trust"))
    )
    wave = closed_wave(frame=frame)
    actions.use_weighting(wave, weigh(wave).version, by="lead")
    wave.refresh_from_db()
    row = next(
        row
        for row in wave.diagnosis.items
        if (row["item"], row["side"]) == ("local_trust", "population")
    )
    assert row["mean"] == pytest.approx(0.6 * 9 + 0.3 * 5 + 0.1 * 1, rel=1e-9)
    assert row["ci_high"] - row["ci_low"] == pytest.approx(0, abs=1e-6)


def test_too_little_left_of_the_sample_is_refused_with_the_numbers(closed):
    steep = {"district": {"harbour": 9800.0, "hill": 100.0, "old-town": 100.0}}
    with pytest.raises(Refused) as refused:
        weigh(closed, steep, minimum=150)
    assert refused.value.code == "effective_n_too_small"
    assert "150" in refused.value.sentence
    assert "240" in refused.value.sentence
    assert not closed.weightings.exists()


def test_who_did_not_say_keeps_the_share_of_the_answers(db):
    frame = delivered().with_columns(
        age_group=pl.when(pl.col("side") == "population").then(
            pl.when(pl.int_range(pl.len()) % 4 == 0)
            .then(None)
            .otherwise(
                pl.when(pl.int_range(pl.len()) % 2 == 0)
                .then(pl.lit("15_29"))
                .otherwise(pl.lit("30_49"))
            )
        )
    )
    wave = closed_wave(frame=frame)
    known = {"age_group": {"15_29": 500.0, "30_49": 500.0}}
    actions.use_weighting(wave, weigh(wave, known).version, by="lead")
    assert shares(wave, "age_group") == pytest.approx(
        {None: 0.25, "15_29": 0.375, "30_49": 0.375}, rel=1e-9
    )


def test_people_who_chose_themselves_are_weighted_without_an_interval(db):
    wave = closed_wave(CollectionMode.OPEN_LINK)
    actions.use_weighting(wave, weigh(wave).version, by="lead")
    wave.refresh_from_db()
    assert shares(wave)["harbour"] == pytest.approx(0.6, rel=1e-9)
    assert not wave.diagnosis.results["interval_valid"]
    assert all(row["ci_low"] is None for row in wave.diagnosis.items)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"a,b,c\n1,2,3\n", "margins_header"),
        (b"column,level,population\nheight,tall,3\n", "margins_column"),
        (b"column,level,population\ndistrict,hill,many\n", "margins_number"),
        (
            b"column,level,population\ndistrict,hill,1\ndistrict,Hill,2\n",
            "margins_twice",
        ),
    ],
)
def test_a_wrong_file_of_margins_is_refused(closed, content, code):
    with pytest.raises(Refused) as refused:
        margins.from_file(content, "margins.csv", wave=closed, language="en")
    assert refused.value.code == code


def test_levels_are_known_by_their_names_in_every_language(closed):
    content = (
        "column,level,population\n"
        "district,Harbour,6000\ndistrict,hill,3000\n"
        "age_group,De 15 à 29 ans,100\nage_group,30_49,200\n"
    ).encode()
    found = margins.from_file(content, "margins.csv", wave=closed, language="fr")
    assert found["district"] == {"harbour": 6000.0, "hill": 3000.0}
    assert set(found["age_group"]) == {"15_29", "30_49"}


def test_no_picture_of_weights_tells_of_fewer_than_ten(closed):
    quality = weigh(closed).quality
    assert all(bar["n"] >= 10 for bar in quality["spread"])
    assert sum(bar["n"] for bar in quality["spread"]) == quality["n"] == 240
