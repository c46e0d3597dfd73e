"""Taking answers out of the files of a closed wave: a new file, a new checksum, the old one gone."""

from collections.abc import Mapping

import polars as pl
from django.utils.translation import gettext as _

from imppulse.core.errors import Refused
from imppulse.studies import queries, storage, weight_files
from imppulse.studies.models import Wave, Weighting

LABELS = ("side", "district", "age_group", "stratum")


def without_item(wave: Wave, item: str) -> dict[str, str]:
    """Write the files of a wave without the answers to one question."""
    frame = queries.answers_as_closed(wave)
    if item not in frame.columns or item in {*LABELS, "force", "cluster", "wave"}:
        raise Refused("nothing_to_erase", _("This wave holds no such answers."))
    return rewritten(wave, frame, frame.drop(item), kept=None)


def without_answers(wave: Wave, labels: Mapping[str, str]) -> dict[str, str]:
    """Write the files of a wave without the answers that bear these labels."""
    frame = queries.answers_as_closed(wave)
    known = {name: value for name, value in labels.items() if name in LABELS and value}
    chosen = pl.all_horizontal(pl.col(c).eq_missing(v) for c, v in known.items())
    kept = frame.select(~chosen).to_series() if known else None
    if kept is None or kept.all():
        raise Refused("nothing_to_erase", _("This wave holds no such answers."))
    return rewritten(wave, frame, frame.filter(kept), kept=kept)


def rewritten(
    wave: Wave, before: pl.DataFrame, after: pl.DataFrame, *, kept: pl.Series | None
) -> dict[str, str]:
    """Write answers and every version of the weights anew; the caller removes the old."""
    versions = [(each, weight_files.read(each)) for each in wave.weightings.all()]
    old = (wave.file, wave.weights_file, *(each.file for each, _c in versions))
    files = storage.write(wave, after.drop("weight"), after["weight"])
    Wave.objects.filter(pk=wave.pk).update(**files.fields(), respondents=after.height)
    wave.checksum = files.checksum
    for each, columns in versions:
        own = columns if kept is None else columns.filter(kept)
        file, checksum = weight_files.write(wave, each.version, own)
        Weighting.objects.filter(pk=each.pk).update(file=file, checksum=checksum)
    new = {files.file, files.weights_file}
    current = set(wave.weightings.values_list("file", flat=True)) | new
    return {name: "old" for name in old if name not in current}


def all_files(wave: Wave) -> list[str]:
    versions = wave.weightings.values_list("file", flat=True)
    return [wave.file, wave.weights_file, *versions]
