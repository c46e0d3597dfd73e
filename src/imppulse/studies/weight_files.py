"""The file of a version of weights: Parquet, in the order of the answers it names."""

from io import BytesIO

import polars as pl

from imppulse.studies import storage
from imppulse.studies.models import Wave, Weighting
from imppulse.studies.storage import DamagedFile


def write(wave: Wave, version: int, columns: pl.DataFrame) -> tuple[str, str]:
    """Put a version safely on disk; return its name and its checksum."""
    content = storage.parquet(columns, {storage.NAMES: wave.checksum})
    checksum = storage.sha256(content)
    stem = f"{storage.stem(wave)}-weights-v{version}"
    name = f"{storage.FOLDER}/{stem}-{checksum[:16]}.parquet"
    storage.put(name, content)
    return name, checksum


def read(weighting: Weighting) -> pl.DataFrame:
    """Read a version; refuses a file that is not the one made, or is of other answers."""
    content = storage.verified(weighting.file, weighting.checksum)
    named = pl.read_parquet_metadata(BytesIO(content)).get(storage.NAMES)
    if named != weighting.wave.checksum:
        raise DamagedFile(f"{weighting.file} belongs to other answers")
    return pl.read_parquet(BytesIO(content))
