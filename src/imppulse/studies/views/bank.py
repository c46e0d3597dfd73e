"""The question bank: wording of both sides about a force, in the reader's language."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.errors import Refused
from imppulse.instruments import ForceName
from imppulse.network.models import Force
from imppulse.studies import actions, wordings
from imppulse.studies.choices import Side

THE_POLICE = ForceName(en="the police", fr="la police")


def bank(request: HttpRequest) -> HttpResponse:
    language = get_language() or "en"
    constructs = [
        {"construct": construct, "items": [row(item, language) for item in items]}
        for construct, items in wordings.bank()
    ]
    return render(request, "studies/bank.html", {"constructs": constructs})


def row(item: instruments.Item, language: str) -> dict[str, Any]:
    return {
        "item": item,
        "wording": item.wording(item.sides[0], language, THE_POLICE),
    }


def item(request: HttpRequest, item: str) -> HttpResponse:
    found = next((each for each in instruments.items() if each.name == item), None)
    if found is None:
        raise Http404
    forces = list(Force.objects.prefetch_related("texts"))
    force = next((f for f in forces if f.slug == request.GET.get("force")), None)
    language = get_language() or "en"
    context = {
        "item": found,
        "force": force,
        "forces": forces,
        "sides": [
            {
                "side": Side(side.value).label,
                "wording": found.wording(side, language, named(force)),
            }
            for side in found.sides
        ],
        "source": instruments.source(found.source) if found.adapted else None,
        "status": status(found.status[language].value),
    }
    return render(request, "studies/item.html", context | wordings.place_of(item))


def named(force: Force | None) -> ForceName:
    try:
        return actions.force_name(force) if force else THE_POLICE
    except Refused:  # a force whose name is not written yet in every language
        return THE_POLICE


def status(code: str) -> str:
    return {
        "drafted": _("drafted, not reviewed yet"),
        "reviewed": _("reviewed"),
        "tested": _("tested with respondents"),
    }[code]
