"""What is done to studies and waves, one verb each."""

from imppulse.studies.actions.access_codes import (
    exchange_code,
    find_code,
    make_codes,
    renew_codes,
)
from imppulse.studies.actions.answers import (
    find_pass,
    hand_out_pass,
    keep_for_later,
    submit_answer,
    take_up,
    withdraw,
)
from imppulse.studies.actions.closing import (
    close_wave,
    demonstration_key,
    import_closed_wave,
    key_to_close,
)
from imppulse.studies.actions.diagnoses import diagnose_again, diagnose_wave
from imppulse.studies.actions.handover import (
    begin_handover,
    name_key_holders,
    record_destroyed_share,
    set_public_key,
    show_next_share,
)
from imppulse.studies.actions.imports import (
    checked,
    give_back,
    map_columns,
    receive,
    record_hand_out,
    take,
    take_mapping,
)
from imppulse.studies.actions.offline import take_in
from imppulse.studies.actions.paper import set_collecting, submit_paper
from imppulse.studies.actions.questionnaires import (
    force_name,
    publish_questionnaire,
)
from imppulse.studies.actions.rehearsals import (
    end_rehearsal,
    end_strict_rehearsal,
    start_rehearsal,
)
from imppulse.studies.actions.retention import (
    ask_erasure,
    erase,
    erase_due,
    set_retention,
)
from imppulse.studies.actions.strict import (
    export_sealed,
    freeze_wave,
    take_back_opened,
)
from imppulse.studies.actions.waves import (
    add_link,
    open_wave,
    plan_wave,
)
from imppulse.studies.actions.weighting import use_weighting, weigh_wave

__all__ = [
    "add_link",
    "ask_erasure",
    "begin_handover",
    "checked",
    "close_wave",
    "demonstration_key",
    "diagnose_again",
    "diagnose_wave",
    "end_rehearsal",
    "end_strict_rehearsal",
    "erase",
    "erase_due",
    "exchange_code",
    "export_sealed",
    "find_code",
    "find_pass",
    "force_name",
    "freeze_wave",
    "give_back",
    "hand_out_pass",
    "import_closed_wave",
    "keep_for_later",
    "key_to_close",
    "make_codes",
    "map_columns",
    "name_key_holders",
    "open_wave",
    "plan_wave",
    "publish_questionnaire",
    "receive",
    "record_destroyed_share",
    "record_hand_out",
    "renew_codes",
    "set_collecting",
    "set_public_key",
    "set_retention",
    "show_next_share",
    "start_rehearsal",
    "submit_answer",
    "submit_paper",
    "take",
    "take_back_opened",
    "take_in",
    "take_mapping",
    "take_up",
    "use_weighting",
    "weigh_wave",
    "withdraw",
]
