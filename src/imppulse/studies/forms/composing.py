"""What is chosen and written while a questionnaire is composed."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from imppulse import instruments
from imppulse.instruments import InstrumentError
from imppulse.instruments.texts import LANGUAGES, locale, name_of_language
from imppulse.studies.choices import ReviewRole
from imppulse.studies.composition import CONTACT, FORCE, Composition, OwnQuestion
from imppulse.studies.composition_files import LANGUAGE, MOST_BYTES
from imppulse.studies.forms.languages import day_field, reader_language
from imppulse.studies.models import Study


def bank_languages() -> list[str]:
    """List the languages in which the bank holds questions, the two whole ones first."""
    texts = [text for item in instruments.items() for text in item.wordings.values()]
    known = {code for text in texts for code in text.languages}
    return [*LANGUAGES, *sorted(known - set(LANGUAGES))]


def named_languages(codes: list[str]) -> list[tuple[str, str]]:
    return [(code, name_of_language(code, reader_language())) for code in codes]


class LanguagesForm(forms.Form):
    """Languages of the bank to tick, others by their code; the first is the original."""

    source = forms.ChoiceField(
        widget=forms.RadioSelect,
        label=_("In which language do you write first?"),
        help_text=_("The other languages translate it."),
    )
    languages = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label=_("In which languages are people asked?"),
    )
    others = forms.CharField(
        required=False,
        max_length=60,
        label=_("Other languages, by their code"),
        help_text=_(
            "For instance ar, tr, uk. The bank has no words in them: your translators write them here."
        ),
    )

    def __init__(self, *args: Any, chosen: tuple[str, ...] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        known = bank_languages()
        for name in ("source", "languages"):
            field: Any = self.fields[name]
            field.choices = named_languages(known)
        first = chosen or (reader_language(),)
        self.initial.setdefault("source", first[0])
        self.initial.setdefault("languages", [c for c in first if c in known])
        self.initial.setdefault(
            "others", ", ".join(code for code in first if code not in known)
        )

    def clean_others(self) -> list[str]:
        typed = self.cleaned_data["others"].replace(",", " ").split()
        for code in typed:
            if not is_language(code):
                raise forms.ValidationError(
                    _("“%(code)s” is no code of a language: write ar, tr or uk."),
                    params={"code": code},
                )
        return list(typed)

    @property
    def chosen(self) -> tuple[str, ...]:
        given = self.cleaned_data
        every = [given["source"], *given["languages"], *given["others"]]
        return tuple(dict.fromkeys(every))


def is_language(code: str) -> bool:
    try:
        locale(code)
    except InstrumentError:
        return False
    return LANGUAGE.fullmatch(code) is not None


class StartForm(LanguagesForm):
    """Which questionnaire of the bank one begins from."""

    base = forms.ChoiceField(
        widget=forms.RadioSelect, label=_("Which questionnaire do you begin from?")
    )
    field_order = ["base", "source", "languages", "others"]

    def __init__(self, *args: Any, study: Study, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["base"]
        labels = {side.value: side.label for side in study.heard_sides}
        field.choices = [
            (
                each.name,
                f"{each.title.in_language(reader_language())} ({labels[each.side]})",
            )
            for each in instruments.questionnaires()
            if each.side in labels
        ]


class QuestionForm(forms.Form):
    """A question of the territory's own, with its wording in every language chosen."""

    scale = forms.ChoiceField(
        label=_("Answers offered"),
        help_text=_(
            "Scales of the bank: answers can then be set beside those of others."
        ),
    )
    reversed = forms.BooleanField(
        required=False,
        label=_("A low answer is good"),
        help_text=_("For instance on a scale that begins with “Strongly agree”."),
    )
    factor = forms.ChoiceField(required=False, label=_("Factor it speaks of"))
    name = forms.CharField(
        max_length=40,
        label=_("Short name"),
        help_text=_(
            "Small letters, figures and “_”. It becomes the name of the column and never changes."
        ),
        widget=forms.TextInput(attrs={"spellcheck": "false", "autocapitalize": "off"}),
    )

    def __init__(
        self,
        *args: Any,
        asked: Composition,
        question: OwnQuestion | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.asked = asked
        language = reader_language()
        fields: dict[str, Any] = self.fields
        fields["scale"].choices = [
            (each.name, answers_of(each.name, language))
            for each in instruments.scales()
        ]
        fields["factor"].choices = [
            ("", _("none")),
            *((f.name, f.title.in_language(language)) for f in instruments.factors()),
        ]
        if question:
            self.initial.update(vars(question))
        for code in asked.languages:
            words = asked.own_words(f"item.{question.name}", code) if question else ""
            self.fields[f"wording_{code}"] = words_field(
                _("Wording (%(language)s)")
                % {"language": name_of_language(code, language)},
                code,
                initial=words,
            )
        wordings = [f"wording_{code}" for code in asked.languages]
        fields[wordings[0]].required = True
        self.order_fields([*wordings, *self.fields])

    @property
    def question(self) -> OwnQuestion:
        given = self.cleaned_data
        return OwnQuestion(
            given["name"].strip(), given["scale"], given["factor"], given["reversed"]
        )

    @property
    def wording(self) -> dict[str, str]:
        given = self.cleaned_data
        return {code: given[f"wording_{code}"] for code in self.asked.languages}


def answers_of(scale: str, language: str) -> str:
    """Name a scale by its first and last answers."""
    options = [o for o in instruments.scale(scale).options if not o.missing]
    first, last = (
        each.label.in_language(language) for each in (options[0], options[-1])
    )
    return f"{first} … {last} ({len(options)})"


def words_field(
    label: str, code: str, *, initial: str = "", hint: str = "", rows: int = 2
) -> forms.CharField:
    return forms.CharField(
        label=label,
        required=False,
        initial=initial,
        help_text=hint,
        max_length=4_000,
        widget=forms.Textarea(attrs={"lang": code, "dir": "auto", "rows": str(rows)}),
    )


class WordsForm(forms.Form):
    """Every text of one language that the bank does not have, beside its original."""

    def __init__(
        self, *args: Any, asked: Composition, language: str, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.keys = [k for k in asked.texts if asked.is_written_here(k, language)]
        for place, key in enumerate(self.keys):
            original = original_of(asked, key, language)
            self.fields[f"text_{place}"] = words_field(
                original or name_of_text(key),
                language,
                initial=asked.own_words(key, language),
                hint=name_of_text(key) if original else "",
            )

    @property
    def texts(self) -> dict[str, str]:
        given = self.cleaned_data
        return {key: given[f"text_{place}"] for place, key in enumerate(self.keys)}


def original_of(asked: Composition, key: str, language: str) -> str:
    """Give the words to translate; a name and an address are not translated."""
    if language == asked.source or key in {FORCE, CONTACT}:
        return ""
    return asked.text(key, asked.source)


def name_of_text(key: str) -> str:
    """Say what a text is for."""
    kind, _dot, name = key.partition(".")
    names = {
        "title": _("Title of the questionnaire"),
        "introduction": _("Introduction"),
        "consent": _("What people are told before they agree"),
        "contact": _(
            "Who answers questions and complaints about the survey (an address, an office)"
        ),
        "force": _("Name of the force with its article, as it stands in a sentence"),
        "section": _("Heading of a page"),
        "item": _("Question “%(name)s”") % {"name": name},
        "option": _("Answer offered"),
    }
    return str(names[kind])


class StepForm(forms.Form):
    done_on = day_field(_("Day"))
    roles = forms.MultipleChoiceField(
        choices=ReviewRole.choices,
        widget=forms.CheckboxSelectMultiple,
        label=_("Who took part?"),
        help_text=_("Roles, never names."),
        error_messages={"required": _("Say who took part, by role.")},
    )
    remark = forms.CharField(
        required=False,
        max_length=300,
        label=_("What was decided, in a sentence"),
        widget=forms.Textarea(attrs={"rows": "2"}),
    )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File of this questionnaire (JSON or TOML)"),
        widget=forms.FileInput(attrs={"accept": ".json,.toml"}),
    )

    def clean_file(self) -> Any:
        given = self.cleaned_data["file"]
        if given.size > MOST_BYTES:
            raise forms.ValidationError(_("The file is larger than 512 kB."))
        return given
