"""What a prevention lead writes down about a study, its parts and its waves."""

import datetime
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from imppulse import instruments
from imppulse.network.models import Force, Territory
from imppulse.studies.actions.planning import WavePlan
from imppulse.studies.actions.studies import StudyFacts
from imppulse.studies.choices import (
    CollectionMode,
    Convergence,
    KeyKeeping,
    PartKind,
    Side,
)
from imppulse.studies.forms.languages import (
    ONE_LINE,
    TextsForm,
    day_field,
    label_of,
    reader_language,
)
from imppulse.studies.models import Questionnaire, Study, Wave


class StudyForm(TextsForm):
    text_fields = {"title": (_("Title"), ONE_LINE), "summary": (_("Summary"), 5)}

    territory = forms.ModelChoiceField(
        empty_label=_("Choose a territory"),
        queryset=Territory.objects.none(),
        label=_("Territory that leads"),
    )
    force = forms.ModelChoiceField(
        empty_label=_("Choose a force"),
        queryset=Force.objects.none(),
        label=_("Police force"),
        help_text=_(
            "Every question names it: people may trust one force and not another."
        ),
    )
    sides = forms.MultipleChoiceField(
        choices=Side.choices,
        widget=forms.CheckboxSelectMultiple,
        label=_("Who is heard?"),
        help_text=_("One side alone is a study too. It shows no gap, and says so."),
        error_messages={"required": _("Choose at least one side to hear.")},
    )
    started_on = day_field(_("Begins on"), initial=timezone.localdate)
    partners = forms.ModelMultipleChoiceField(
        widget=forms.CheckboxSelectMultiple,
        queryset=Territory.objects.none(),
        required=False,
        label=_("Territories that share the study"),
        help_text=_("Their prevention leads write in it and can be the second person."),
    )

    def __init__(
        self,
        *args: Any,
        led: QuerySet[Territory],
        study: Study | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, record=study, **kwargs)
        countries = led.values("country")
        near = Territory.objects.filter(country__in=countries)
        fields: dict[str, Any] = self.fields
        for name in ("territory", "force", "partners"):
            fields[name].label_from_instance = label_of
        fields["territory"].queryset = led
        fields["force"].queryset = Force.objects.filter(
            country__in=countries
        ).prefetch_related("texts")
        fields["partners"].queryset = near.prefetch_related("texts")
        if study:
            self.initial.update(
                {
                    "territory": study.territory_id,
                    "force": study.force_id,
                    "sides": study.sides,
                    "started_on": study.started_on,
                    "partners": [each.pk for each in study.partners.all()],
                }
            )
        self.order_fields([*(name for name in self.fields if "title_" in name)])

    @property
    def facts(self) -> StudyFacts:
        given = self.cleaned_data
        return StudyFacts(
            territory=given["territory"],
            force=given["force"],
            sides=given["sides"],
            started_on=given["started_on"],
            partners=list(given["partners"]),
        )


class PartForm(TextsForm):
    text_fields = {
        "title": (_("Title"), ONE_LINE),
        "method": (_("How it is done"), 4),
        "guide": (_("Guide: what is asked or looked at"), 8),
        "consent": (_("What people are told before they agree"), 5),
    }

    kind = forms.ChoiceField(choices=PartKind.choices, label=_("Kind of source"))
    side = forms.ChoiceField(label=_("Who is heard?"))

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["side"]
        field.choices = [(side.value, side.label) for side in study.heard_sides]


def factor_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Factor it speaks of"),
        choices=lambda: [("", _("Choose a factor")), *named_factors()],
    )


def named_factors() -> list[tuple[str, str]]:
    language = reader_language()
    return [(f.name, f.title.in_language(language)) for f in instruments.factors()]


class ExcerptForm(TextsForm):
    text_fields = {"quote": (_("What was said or seen"), 4)}

    factor = factor_field()
    read_again = forms.BooleanField(
        required=False,
        label=_("I have read it again: nobody can be recognised in it"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.order_fields([name for name in self.fields if name != "read_again"])


class AppraisalForm(TextsForm):
    text_fields = {"reason": (_("Why"), 4)}

    verdict = forms.ChoiceField(
        choices=Convergence.choices,
        widget=forms.RadioSelect,
        label=_("What was heard, beside the other sources"),
    )


class ClearanceForm(forms.Form):
    given_on = day_field(_("Day"))
    body = forms.CharField(
        max_length=200,
        label=_("Authority or staff body"),
        help_text=_("Its name, never that of a person."),
    )
    reference = forms.CharField(
        max_length=200, required=False, label=_("Reference of the letter or minutes")
    )


class PlanForm(forms.Form):
    """The plan of a wave: for each side its questionnaire and how many are invited."""

    mode = forms.ChoiceField(
        choices=CollectionMode.choices,
        widget=forms.RadioSelect,
        label=_("How do people come to answer?"),
    )
    opens_on = day_field(_("First day"))
    closes_on = day_field(_("Last day"))
    key_kept = forms.ChoiceField(
        choices=KeyKeeping.choices,
        widget=forms.RadioSelect,
        initial=KeyKeeping.STANDARD,
        label=_("How is the key to the answers kept?"),
    )
    adults_only = forms.BooleanField(
        required=False, label=_("Everybody invited is of age")
    )
    comments = forms.BooleanField(
        required=False,
        label=_("A box for free text at the end"),
        help_text=_("Never for police officers, nor for anybody who may be a minor."),
    )
    paper = forms.BooleanField(
        required=False, label=_("Answers on paper are entered too")
    )

    def __init__(
        self,
        *args: Any,
        study: Study,
        offered: QuerySet[Questionnaire],
        wave: Wave | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.sides = study.heard_sides
        self.offered = {str(each.pk): each for each in offered}
        chosen = {q.side: str(q.pk) for q in wave.questionnaires.all()} if wave else {}
        invited = wave.invited if wave else {}
        if wave:
            self.initial.update(
                {
                    "mode": wave.mode,
                    "opens_on": wave.opens_on,
                    "closes_on": wave.closes_on,
                    "key_kept": wave.key_kept,
                    "adults_only": wave.adults_only,
                    "comments": wave.comments,
                    "paper": wave.paper,
                }
            )
        for side in self.sides:
            self.add_side(side, chosen.get(side, ""), invited.get(side))
        self.order_fields(["mode", "opens_on", "closes_on", *self.fields_of_sides])

    def add_side(self, side: Side, chosen: str, invited: int | None) -> None:
        words = {"side": side.label}
        own = [(key, name_of(q)) for key, q in self.offered.items() if q.side == side]
        self.fields[f"asked_{side}"] = forms.ChoiceField(
            label=_("Questionnaire (%(side)s)") % words,
            choices=[("", _("Not asked")), *own],
            required=False,
            initial=chosen,
        )
        self.fields[f"invited_{side}"] = forms.IntegerField(
            label=_("People invited (%(side)s)") % words,
            required=False,
            min_value=0,
            max_value=10_000_000,
            initial=invited,
            widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
        )

    @property
    def fields_of_sides(self) -> list[str]:
        return [f"{what}_{s}" for s in self.sides for what in ("asked", "invited")]

    @property
    def plan(self) -> WavePlan:
        given: dict[str, Any] = self.cleaned_data
        dates: tuple[datetime.date, datetime.date]
        dates = (given["opens_on"], given["closes_on"])
        asked = [given[f"asked_{side}"] for side in self.sides]
        return WavePlan(
            CollectionMode(given["mode"]),
            *dates,
            questionnaires=[self.offered[key] for key in asked if key],
            invited={side.value: given[f"invited_{side}"] or 0 for side in self.sides},
            key_kept=KeyKeeping(given["key_kept"]),
            comments=given["comments"],
            adults_only=given["adults_only"],
            paper=given["paper"],
        )


def name_of(asked: Questionnaire) -> str:
    titles = asked.content["title"]
    title = titles.get(reader_language()) or next(iter(titles.values()))
    version = _("version %(number)s") % {"number": asked.version}
    return f"{title} ({version})"
