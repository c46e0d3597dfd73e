import pytest

from imppulse.cli.refusals import refusal


@pytest.mark.parametrize(
    ("module", "extra"), [("django.core", "platform"), ("typst", "reports")]
)
def test_what_to_install(module, extra):
    top = module.partition(".")[0]
    assert refusal(ModuleNotFoundError(name=module), "en") == (
        f"This verb needs “{top}”, which is not installed. "
        f"Install it with: pip install 'imppulse[{extra}]'"
    )


@pytest.mark.parametrize(
    "fault", [ValueError("a fault"), ModuleNotFoundError(name="imppulse.config.absent")]
)
def test_faults_of_the_program_are_not_dressed_up(fault):
    assert refusal(fault, "en") is None
