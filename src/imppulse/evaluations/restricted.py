"""The restricted file of a closed wave, for the evaluator of its territory alone."""

from io import BytesIO
from typing import Final

import polars as pl
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.pilots.models import Pilot
from imppulse.studies.models import Wave
from imppulse.studies.queries import closed_answers
from imppulse.studies.storage import DamagedFile

FORMATS: Final = {
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv; charset=utf-8",
}


def closed_waves(pilot: Pilot) -> list[Wave]:
    return list(pilot.study.waves.closed())


def rows(wave: Wave) -> pl.DataFrame:
    """Read answers and weights in the shuffled order they were closed in; each row says whether it is simulated."""
    try:
        answers = closed_answers(wave)
    except (DamagedFile, OSError) as damage:
        sentence = _("The file of wave %(number)s is not the one that was closed.")
        raise Refused("damaged_file", sentence % {"number": wave.number}) from damage
    return answers.with_columns(simulated=pl.lit(wave.simulated))


def encoded(wave: Wave, kind: str) -> bytes:
    frame, buffer = rows(wave), BytesIO()
    if kind == "csv":
        frame.write_csv(buffer)
    else:
        frame.write_parquet(buffer, metadata={"answers": wave.checksum})
    return buffer.getvalue()


def filename(wave: Wave, kind: str) -> str:
    simulated = "-simulated" if wave.simulated else ""
    return f"{wave.study.slug}-wave-{wave.number}{simulated}.{kind}"
