from django import forms
from django.utils.translation import gettext_lazy as _


class ConsentForm(forms.Form):
    agreed = forms.BooleanField(
        label=_("I have read this and I agree to take part"),
        error_messages={"required": _("Tick the box if you agree to take part.")},
    )


class WithdrawForm(forms.Form):
    code = forms.CharField(
        max_length=60,
        label=_("Your withdrawal code"),
        help_text=_("Three groups of six letters and figures, as shown at the end."),
        error_messages={"required": _("Type the code that you were shown at the end.")},
        widget=forms.TextInput(
            attrs={
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=40,
        label=_("The code on your letter"),
        help_text=_("Two groups of six letters and figures."),
        error_messages={"required": _("Type the code that stands on your letter.")},
    )


class ResumeForm(forms.Form):
    resume = forms.CharField(
        max_length=60,
        label=_("Your code to go on"),
        help_text=_("Three groups of six letters and figures, shown when you began."),
        error_messages={"required": _("Type the code that you were shown.")},
    )
