"""The command line: the library's verbs, and the platform's, which alone load Django."""

import sys
from collections.abc import Sequence

import typer

from imppulse.cli import (
    aggregate,
    diagnose,
    estimate,
    evaluate,
    platform,
    power,
    rehearse,
    synthesise,
    wave_key,
    weight,
)
from imppulse.cli.language import chosen, line, translated
from imppulse.cli.refusals import refusal

BAD_INPUT = 2

app = typer.Typer(
    name="imppulse",
    help="What brings police and population closer: estimate, pool, diagnose, serve.",
    rich_markup_mode=None,
    add_completion=False,
)
for verb in (
    estimate.estimate,
    synthesise.synthesise,
    weight.weight,
    diagnose.diagnose,
    power.power,
    rehearse.rehearse,
    evaluate.evaluate,
    platform.demo,
    platform.serve,
):
    app.command()(verb)
app.add_typer(aggregate.app, name="aggregate")
app.add_typer(wave_key.app, name="wave-key")
app.command(context_settings=platform.PASS_ON)(platform.manage)


def run(arguments: Sequence[str]) -> int:
    """Run one verb; what is wrong with its input is said on one line."""
    language = chosen(arguments)
    command = translated(typer.main.get_command(app), language)
    try:
        code = command.main(
            list(arguments) or ["--help"], prog_name="imppulse", standalone_mode=False
        )
    except (typer.TyperException, ValueError, ModuleNotFoundError) as error:
        sentence = refusal(error, language)
        if sentence is None:
            raise
        sys.stderr.write(line(sentence, language))
        return BAD_INPUT
    return int(code or 0)


def main() -> None:
    sys.exit(run(sys.argv[1:]))
