"""What stops a verb, on one line and in the language asked for."""

import re

import typer

from imppulse.cli.language import say
from imppulse.evidence.errors import EvidenceError
from imppulse.tables import TableError, sentence

NO_SUCH_OPTION = "There is no option {name}. See “imppulse --help”."
MISSING = "{name} is missing. See “imppulse --help”."
NOT_A_CHOICE = "{name} must be one of: {choices}."
NOT_UNDERSTOOD = "The command is not understood ({message}). See “imppulse --help”."
NOT_INSTALLED = (
    "This verb needs “{module}”, which is not installed. "
    "Install it with: pip install 'imppulse[{extra}]'"
)
REPORT_MODULES = {"altair", "markdown_it", "typst", "vl_convert"}


def refusal(error: Exception, language: str) -> str | None:
    """Return the sentence; None when the error is a fault of the program."""
    if isinstance(error, TableError | EvidenceError):
        return sentence(error, language)
    if isinstance(error, typer.TyperException):
        return _misuse(error, language)
    if isinstance(error, ModuleNotFoundError) and error.name:
        return _not_installed(error.name, language)
    return None


def _misuse(error: typer.TyperException, language: str) -> str:
    # The kinds of misuse are private classes of typer: told by what they carry
    if option := getattr(error, "option_name", None):
        return say(language, NO_SUCH_OPTION, name=option)
    parameter = getattr(error, "param", None)
    if parameter is not None:
        name = "/".join(parameter.opts) if parameter.opts[0] != "file" else "FILE"
        if type(error).__name__ == "MissingParameter":
            return say(language, MISSING, name=name)
        if "is not one of" in error.message:
            _, *choices = re.findall("'([^']*)'", error.message)
            return say(language, NOT_A_CHOICE, name=name, choices=", ".join(choices))
    message = " ".join(error.format_message().split()).rstrip(".")
    return say(language, NOT_UNDERSTOOD, message=message)


def _not_installed(module: str, language: str) -> str | None:
    top = module.partition(".")[0]
    if top == "imppulse":
        return None
    extra = "reports" if top in REPORT_MODULES else "platform"
    return say(language, NOT_INSTALLED, module=top, extra=extra)
