"""What is done to studies and waves, one verb each."""

from imppulse.studies.actions.answers import (
    find_pass,
    hand_out_pass,
    submit_answer,
    withdraw,
)
from imppulse.studies.actions.closing import (
    close_wave,
    demonstration_key,
    import_closed_wave,
    key_to_close,
)
from imppulse.studies.actions.diagnoses import diagnose_wave
from imppulse.studies.actions.questionnaires import (
    force_name,
    publish_questionnaire,
)
from imppulse.studies.actions.waves import (
    add_link,
    open_wave,
    plan_wave,
)

__all__ = [
    "add_link",
    "close_wave",
    "demonstration_key",
    "diagnose_wave",
    "find_pass",
    "force_name",
    "hand_out_pass",
    "import_closed_wave",
    "key_to_close",
    "open_wave",
    "plan_wave",
    "publish_questionnaire",
    "submit_answer",
    "withdraw",
]
