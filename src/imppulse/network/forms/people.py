from typing import Any, cast

from django import forms
from django.contrib.auth.forms import BaseUserCreationForm
from django.utils.translation import gettext_lazy as _

from imppulse.accounts.models import Person
from imppulse.network.actions.people import NETWORK_WIDE
from imppulse.network.choices import RoleKind
from imppulse.network.models import Territory


class InvitationForm(forms.Form):
    email = forms.EmailField(label=_("E-mail address"), max_length=254)
    kind = forms.ChoiceField(label=_("Role"), choices=RoleKind)

    def __init__(
        self, *args: Any, territory: Territory | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        cast("forms.ChoiceField", self.fields["kind"]).choices = [
            (kind.value, kind.label)
            for kind in RoleKind
            if territory is None or kind not in NETWORK_WIDE
        ]


class JoinForm(BaseUserCreationForm):  # type: ignore[type-arg] # not generic at run time
    """The account of somebody who was invited; the address is the one invited."""

    class Meta:
        model = Person
        fields = ("username",)
