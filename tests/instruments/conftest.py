import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from imppulse.instruments import InstrumentError
from imppulse.instruments.bank import DATA, read_bank


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Give a copy of the shipped bank, to be broken; without translations, to be quick."""
    left_out = shutil.ignore_patterns("translations", "legal")
    return Path(shutil.copytree(DATA, tmp_path / "data", ignore=left_out))


@pytest.fixture
def refusal(folder: Path) -> Callable[[str, str, str], str]:
    """Give what reading the bank says after one change in one of its files."""

    def read_changed(file: str, old: str, new: str) -> str:
        path = folder / file
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new, 1), encoding="utf-8")
        with pytest.raises(InstrumentError) as refused:
            read_bank(folder)
        return str(refused.value)

    return read_changed
