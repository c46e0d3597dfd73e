"""Letters and posters of a wave: made on the spot, handed over once, kept nowhere."""

import csv
from collections.abc import Sequence
from io import StringIO

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, override
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from imppulse.core.errors import Refused
from imppulse.studies import actions, field_counts, letters
from imppulse.studies.actions.access_codes import Letter
from imppulse.studies.forms import LettersForm, PosterForm
from imppulse.studies.models import Questionnaire, Wave
from imppulse.studies.views.waves import key_of, own_wave


@never_cache
@login_required
def letters_(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Make letters for one side and stratum, or renew the codes of those left unused."""
    found = own_wave(request, slug, number)
    form = LettersForm(request.POST or None, wave=found)
    if form.is_valid():
        try:
            return made(request, found, form)
        except Refused as refused:
            form.add_error(None, refused.sentence)
    context = {
        "wave": found,
        "study": found.study,
        "simulated": found.simulated,
        "form": form,
        "batches": field_counts.monitor(found, timezone.localdate()).batches,
    }
    return render(request, "studies/letters.html", context)


def made(request: HttpRequest, found: Wave, form: LettersForm) -> HttpResponse:
    asked = form.cleaned_data
    side, stratum = asked["group"].split(":")
    if asked["what"] == "renew":
        batch = actions.renew_codes(found, side, stratum=stratum, by=key_of(request))
    else:
        batch = actions.make_codes(
            found, side, stratum=stratum, count=asked["count"], by=key_of(request)
        )
    name = f"{found.study.slug}-{found.number}-{side}-{batch[0].number}"
    if asked["form_of"] == "csv":
        return saved(codes_csv(request, batch, side), f"{name}.csv", "text/csv")
    questionnaire = found.questionnaires.get(side=side)
    pdf = letters.typeset(
        sheets(request, questionnaire, batch, wave=found, languages=asked["languages"])
    )
    return saved(pdf, f"{name}.pdf", "application/pdf")


def saved(content: bytes | str, name: str, kind: str) -> HttpResponse:
    response = HttpResponse(content, content_type=kind)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def address_of(request: HttpRequest, language: str, code: str = "") -> str:
    with override(language):
        path = (
            reverse("studies:code_of_letter", args=[code])
            if code
            else reverse("studies:code")
        )
    return request.build_absolute_uri(path)


def sheets(
    request: HttpRequest,
    questionnaire: Questionnaire,
    batch: Sequence[Letter],
    *,
    wave: Wave,
    languages: Sequence[str],
) -> letters.Sheets:
    first = languages[0]
    parts = tuple(
        letters.letter_part(
            wave, questionnaire, language=each, address=address_of(request, each)
        )
        for each in languages
    )
    with override(first):
        code_words = " / ".join(letters.in_language("Your code", languages))
        square_words = _("Square that leads to the questionnaire")
        reference = _("Letter %(number)s")
    return letters.Sheets(
        kind="letter",
        title=questionnaire.content["title"][first],
        language=first,
        sender=letters.sender(wave, first),
        simulated=letters.simulated_words(wave, languages),
        sheets=tuple(
            letters.Sheet(
                square=letters.square(address_of(request, first, each.code)),
                square_words=square_words,
                parts=parts,
                code=each.code,
                code_words=code_words,
                reference=reference % {"number": each.number},
            )
            for each in batch
        ),
    )


def codes_csv(request: HttpRequest, batch: Sequence[Letter], side: str) -> str:
    """Write a batch for a printing house, which adds names and addresses: we hold none."""
    language = get_language() or "en"
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(["letter", "side", "stratum", "code", "address"])
    for each in batch:
        at = address_of(request, language, each.code)
        rows.writerow([each.number, side, each.stratum, each.code, at])
    return text.getvalue()


@never_cache
@login_required
def unused(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """List the letters whose code was not used, for a reminder; nothing about the others."""
    found = own_wave(request, slug, number)
    text = StringIO()
    rows = csv.writer(text)
    rows.writerow(["letter", "side", "stratum"])
    rows.writerows(
        found.access_codes.filter(used=False).values_list("letter", "side", "stratum")
    )
    name = f"{found.study.slug}-{found.number}-unused.csv"
    return saved(text.getvalue(), name, "text/csv")


@login_required
def poster(request: HttpRequest, slug: str, number: int) -> HttpResponse:
    """Set the poster of an open link: one address for all, the district only in the heading."""
    found = own_wave(request, slug, number)
    form = PosterForm(request.GET, wave=found)
    if not found.self_selected or not found.is_open:
        messages.error(request, _("Posters need a wave that is open to everybody."))
        return redirect("studies:wave", slug, number)
    if not form.is_valid():
        raise Http404
    side, language = form.cleaned_data["side"], form.cleaned_data["language"]
    link = get_object_or_404(found.links, side=side)
    questionnaire = found.questionnaires.get(side=side)
    with override(language):
        address = request.build_absolute_uri(link.get_absolute_url())
        square_words = _("Square that leads to the questionnaire")
    sheet = letters.Sheet(
        square=letters.square(address),
        square_words=square_words,
        parts=(
            letters.poster_part(
                found, questionnaire, language=language, address=address
            ),
        ),
        heading=form.district_name,
    )
    pdf = letters.typeset(
        letters.Sheets(
            kind="poster",
            title=questionnaire.content["title"][language],
            language=language,
            sender=letters.sender(found, language),
            simulated=letters.simulated_words(found, [language]),
            sheets=(sheet,),
        )
    )
    return saved(pdf, f"{slug}-{number}-{side}-{language}.pdf", "application/pdf")
