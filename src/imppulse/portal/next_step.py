"""The one next thing of a person, the most pressing first."""

from collections.abc import Callable
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse.core.models import Written
from imppulse.portal.dashboard import Desk
from imppulse.portal.translations import Gap
from imppulse.reporting.language import Language


@dataclass(frozen=True)
class NextStep:
    sentence: str
    action: str
    url: str


def next_step(desk: Desk, gaps: list[Gap]) -> NextStep | None:
    steps: tuple[Callable[[], NextStep | None], ...] = (
        lambda: _lead(desk) if desk.leads else None,
        lambda: _publish(desk) if desk.coordinates else None,
        lambda: _examine(desk) if desk.evaluates else None,
        lambda: _translate(gaps) if desk.translates else None,
        lambda: _wait(desk) if desk.leads else None,
        lambda: _join() if desk.coordinates and not desk.leads else None,
        lambda: _begin(desk) if desk.roles else None,
    )
    return next((found for step in steps if (found := step())), None)


def _title(record: Written) -> str:
    text = record.text("title", get_language() or "en", drafts=True)
    return text.body if text else str(record)


def _lead(desk: Desk) -> NextStep | None:
    for wave in desk.waves_to_close:
        return NextStep(
            _("“%(study)s”: the last day of wave %(number)d has passed. Close it.")
            % {"study": _title(wave.study), "number": wave.number},
            _("Go to the study"),
            wave.study.get_absolute_url(),
        )
    for pilot in desk.plans_to_lock:
        return NextStep(
            _("Lock the evaluation plan of “%(pilot)s” before the follow-up begins.")
            % {"pilot": _title(pilot)},
            _("Go to the plan"),
            reverse("evaluations:plan", args=[pilot.slug]),
        )
    for wave in desk.waves_to_open:
        return NextStep(
            _("“%(study)s”: wave %(number)d can open today.")
            % {"study": _title(wave.study), "number": wave.number},
            _("Go to the study"),
            wave.study.get_absolute_url(),
        )
    return None


def _publish(desk: Desk) -> NextStep | None:
    for waiting in desk.waiting:
        if desk.person.key not in waiting.writers:
            return NextStep(
                _("Read “%(record)s” and decide whether it can be published.")
                % {"record": waiting.name},
                _("Read it"),
                reverse("portal:publish", args=[waiting.key, waiting.record.pk]),
            )
    return None


def _examine(desk: Desk) -> NextStep | None:
    for plan in desk.locked_plans:
        evaluated = hasattr(plan, "evaluation")
        record = plan.evaluation if evaluated else plan
        return NextStep(
            _("Examine the evaluation of “%(pilot)s”.") % {"pilot": _title(plan.pilot)},
            _("See the result") if evaluated else _("Go to the plan"),
            record.get_absolute_url(),
        )
    return None


def _translate(gaps: list[Gap]) -> NextStep | None:
    for gap in gaps:
        return NextStep(
            _("Translate “%(record)s”.") % {"record": gap.title},
            _("Translate it"),
            reverse("portal:translate", args=[gap.source.pk, gap.language]),
        )
    return None


def _wait(desk: Desk) -> NextStep | None:
    for wave in desk.open_waves:
        return NextStep(
            _(
                "“%(study)s”: wave %(number)d is open until %(day)s; its answers are sealed until then."
            )
            % {
                "study": _title(wave.study),
                "number": wave.number,
                "day": Language(get_language() or "en").day(wave.closes_on),
            },
            _("Go to the study"),
            wave.study.get_absolute_url(),
        )
    return None


def _join() -> NextStep:
    return NextStep(
        _(
            "Let your territory join: its name is enough, and its first page to print needs no survey."
        ),
        _("Add a territory"),
        reverse("network:create_territory"),
    )


def _begin(desk: Desk) -> NextStep:
    for territory in desk.territories:
        text = territory.text("name", get_language() or "en")
        return NextStep(
            _("Nothing presses. Print what is known of %(territory)s, and see what a survey could find out.")
            % {"territory": text.body if text else territory.slug},
            _("Go to the page of the territory"),
            territory.get_absolute_url(),
        )  # fmt: skip
    return NextStep(
        _("Nothing presses. See what a survey in your territory could find out."),
        _("What could you honestly find out?"),
        reverse("portal:guide"),
    )
