import re
from typing import Any

from django import forms
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from imppulse.core.actions import Wordings
from imppulse.instruments import ForceName
from imppulse.network.choices import ForceKind

ARTICLES = {
    "en": re.compile(r"the\s+(?=\S)", re.IGNORECASE),
    "fr": re.compile(r"(?:(?:le|la|les)\s+|l[’'])(?=\S)", re.IGNORECASE),
}


class NewForceFields(forms.Form):
    """A force by its name with its article, as sentences use it in both languages."""

    force_name_en = forms.CharField(
        label=gettext_lazy("In English, with its article"),
        help_text=gettext_lazy("For instance: the municipal police"),
        max_length=120,
        required=False,
    )
    force_name_fr = forms.CharField(
        label=gettext_lazy("In French, with its article"),
        help_text=gettext_lazy("For instance: la police municipale"),
        max_length=120,
        required=False,
    )
    force_kind = forms.ChoiceField(
        label=gettext_lazy("What kind of force is it?"),
        choices=ForceKind,
        initial=ForceKind.MUNICIPAL,
        required=False,
    )

    def clean_force_name_en(self) -> str:
        return self._with_article("en")

    def clean_force_name_fr(self) -> str:
        return self._with_article("fr").replace("'", "’")

    def _with_article(self, language: str) -> str:
        name = " ".join(str(self.cleaned_data[f"force_name_{language}"]).split())
        if name and not ARTICLES[language].match(name):
            raise forms.ValidationError(
                _("Begin with the article, as in a sentence."), code="article"
            )
        return name

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        named = [cleaned.get(f"force_name_{language}") for language in ARTICLES]
        for language, name in zip(ARTICLES, named, strict=True):
            if any(named) and name == "":
                self.add_error(f"force_name_{language}", _("Say it in both languages."))
        return cleaned

    @property
    def names_a_force(self) -> bool:
        return bool(self.cleaned_data.get("force_name_en"))

    @property
    def force_kind_chosen(self) -> ForceKind:
        return ForceKind(self.cleaned_data["force_kind"] or ForceKind.MUNICIPAL)

    def force_wordings(self) -> Wordings:
        """Give the name, the name with its article and the name after « of »."""
        english = self.cleaned_data["force_name_en"]
        french = self.cleaned_data["force_name_fr"]
        force = ForceName(english, french)
        bare = {
            language: capfirst(ARTICLES[language].sub("", name, count=1))
            for language, name in (("en", english), ("fr", french))
        }
        return {
            "name": bare,
            "subject": {"en": english, "fr": french},
            "of": {code: force.placeholders(code)["of_force"] for code in ("en", "fr")},
        }


class ForceForm(NewForceFields):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("force_name_en", "force_name_fr"):
            self.fields[name].required = True
