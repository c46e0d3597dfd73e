"""The key of a strict wave, made and used on a key holder's own computer."""

import importlib
from pathlib import Path
from typing import Annotated, Any

import typer

from imppulse.cli.language import Language, say
from imppulse.cli.options import Lang
from imppulse.core.errors import Refused

MADE = "public key, to be recorded on the page of the wave: {key}"
SHARE = "share, for one person alone; print it, then delete the file: {file}"
WRITTEN = "written: {files}"
PROOF = "proof, to be typed where the rehearsal ends: {proof}"
OPENED = "answers opened: {count}"
THERE_ALREADY = "This share exists already, or cannot be written: {file}"
UNREADABLE = "This file cannot be read or written: {file}"
BAD_INPUT = 2
ASKED = "share {place} of the two"

app = typer.Typer(help="Make the key of a strict wave, and open its answers with it.")


def _keys(language: Language) -> Any:
    keys = importlib.import_module("imppulse.config.wave_keys")
    keys.without_installation()
    importlib.import_module("django.utils.translation").activate(language.value)
    return keys


def _stop(sentence: str) -> typer.Exit:
    typer.echo(f"imppulse: {sentence}", err=True)
    return typer.Exit(BAD_INPUT)


@app.command()
def make(
    *,
    out: Annotated[Path, typer.Option(help="Folder for the three shares.")] = Path(),
    lang: Lang = Language.en,
) -> None:
    """Make a key: three shares for three people, two of whom open the answers."""
    keys = _keys(lang)
    try:
        public_key, shares = keys.make(out)
    except OSError as error:
        raise _stop(say(lang, THERE_ALREADY, file=error.filename)) from None
    typer.echo(say(lang, MADE, key=public_key))
    for path in shares:
        typer.echo(say(lang, SHARE, file=path))


@app.command("open")
def open_(
    file: Annotated[
        Path, typer.Argument(help="File of sealed answers (.sealed.parquet).")
    ],
    *,
    share: Annotated[
        list[str] | None,
        typer.Option(help="A share; asked for, unseen, when left out."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for the opened answers.")] = Path(),
    lang: Lang = Language.en,
) -> None:
    """Open the answers of a frozen wave with two of its three shares."""
    keys = _keys(lang)
    given = list(share or [])
    for place in range(len(given) + 1, 3):
        asked = say(lang, ASKED, place=place)
        given.append(typer.prompt(asked, hide_input=True))
    try:
        opened = keys.open_(file, given, out)
    except Refused as error:
        raise _stop(error.sentence) from None
    except OSError as error:
        raise _stop(say(lang, UNREADABLE, file=error.filename)) from None
    typer.echo(say(lang, OPENED, count=opened.count))
    typer.echo(say(lang, WRITTEN, files=f"{opened.answers}, {opened.comments}"))
    typer.echo(say(lang, PROOF, proof=opened.proof))
