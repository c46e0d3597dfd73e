"""Verbs of the platform: Django is loaded inside them and nowhere else."""

import importlib
from typing import Annotated, Any

import typer

PASS_ON = {
    "allow_extra_args": True,
    "ignore_unknown_options": True,
    "help_option_names": [],
}
Host = Annotated[str, typer.Option(envvar="HOST", help="Address to listen on.")]
Port = Annotated[int, typer.Option(envvar="PORT", help="Port to listen on.")]
HERE = "127.0.0.1"


def _commands() -> Any:
    return importlib.import_module("imppulse.config.commands")


def demo(host: Host = HERE, port: Port = 8000) -> None:
    """Fill the demonstration, a fictional country, and serve it."""
    _commands().demo(host, port)


def serve(host: Host = HERE, port: Port = 8000) -> None:
    """Prepare the database of this installation and serve it."""
    _commands().serve(host, port)


def manage(context: typer.Context) -> None:
    """Pass a verb on to Django's own command line."""
    _commands().manage(list(context.args))
