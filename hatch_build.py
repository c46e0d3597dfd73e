"""Compile the message catalogues (.po) when the package is built or installed."""

from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


def compile_catalogues(root: Path) -> list[Path]:
    written = []
    for source in sorted(root.glob("src/imppulse/**/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        with source.open("rb") as catalogue:
            messages = read_po(catalogue)
        with target.open("wb") as compiled:
            write_mo(compiled, messages)
        written.append(target)
    return written


class CatalogueHook(BuildHookInterface[Any]):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        compile_catalogues(Path(self.root))
