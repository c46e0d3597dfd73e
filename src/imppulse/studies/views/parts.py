"""Parts of a study, what was heard in them, and whether sources agree."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from imppulse import instruments
from imppulse.core.methods import only_by_form
from imppulse.instruments import InstrumentError
from imppulse.studies import convergence, permissions
from imppulse.studies.actions import parts
from imppulse.studies.choices import PartKind
from imppulse.studies.forms.languages import label_of, reader_language
from imppulse.studies.forms.studying import AppraisalForm, ExcerptForm, PartForm
from imppulse.studies.models import Excerpt, Part, Study
from imppulse.studies.views.own import done, key_of, own_part, own_study, posted
from imppulse.studies.views.studies import found_study
from imppulse.studies.views.studying import form_page


@login_required
def new_part(request: HttpRequest, slug: str) -> HttpResponse:
    study = own_study(request, slug)
    form = PartForm(posted(request), study=study)
    if form.is_valid() and done(
        request,
        lambda: parts.add_part(
            study, **kind_and_side(form), texts=form.texts, by=key_of(request)
        ),
        _("The part is added."),
    ):
        return redirect("studies:desk", slug)
    return form_page(
        request,
        form,
        study=study,
        simulated=study.simulated,
        title=_("How else are people heard?"),
        lead=_(
            "A guide and what people are told belong to interviews, groups and observation; for a series, say where it comes from and what changed in it."
        ),
        button=_("Add the part"),
    )


def kind_and_side(form: PartForm) -> dict[str, str]:
    return {name: form.cleaned_data[name] for name in ("kind", "side")}


def place_of(part: Part) -> dict[str, Any]:
    """Say where a form about a part stands, and where leaving it leads."""
    where = reverse("studies:part", args=[part.study.slug, part.pk])
    return {
        "study": part.study,
        "simulated": part.study.simulated,
        "trail": [(where, label_of(part, "title"))],
        "back": where,
    }


@login_required
def part(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    study = own_study(request, slug, second=True)
    found = own_part(study, pk)
    excerpts = found.excerpts.prefetch_related("texts")
    context = {
        "study": study,
        "simulated": study.simulated,
        "part": found,
        "excerpts": [
            {
                "excerpt": each,
                "factor": instruments.factor(each.factor),
                "published": convergence.is_published(each),
            }
            for each in excerpts
        ],
        "texts": texts_of(found),
        "codes": found.kind != PartKind.SURVEY,
        "writes": permissions.can_write(request.user, study),
    }
    return render(request, "studies/part.html", context)


def texts_of(found: Part) -> list[tuple[str, str, str]]:
    """List the texts of a part as they stand: name, words, language."""
    names = {
        "method": _("How it is done"),
        "guide": _("Guide"),
        "consent": _("What people are told before they agree"),
    }
    newest = {
        field: found.text(field, reader_language(), drafts=True) for field in names
    }
    return [
        (names[field], text.body, text.language)
        for field, text in newest.items()
        if text
    ]


@login_required
def edit_part(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    study = own_study(request, slug)
    found = own_part(study, pk)
    form = PartForm(
        posted(request),
        study=study,
        record=found,
        initial={"kind": found.kind, "side": found.side},
    )
    if form.is_valid() and done(
        request,
        lambda: parts.change_part(
            found, **kind_and_side(form), texts=form.texts, by=key_of(request)
        ),
        _("Saved."),
    ):
        return redirect("studies:part", slug, pk)
    return form_page(
        request,
        form,
        **place_of(found),
        title=_("What is this part?"),
        button=_("Save"),
    )


@only_by_form
@login_required
def remove_part(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    study = own_study(request, slug)
    found = own_part(study, pk)
    if done(
        request,
        lambda: parts.remove_part(found, by=key_of(request)),
        _("The part is removed."),
    ):
        return redirect("studies:desk", slug)
    return redirect("studies:part", slug, pk)


# Excerpts


@login_required
def new_excerpt(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = own_part(own_study(request, slug), pk)
    form = ExcerptForm(posted(request), initial={"factor": request.GET.get("factor")})
    if form.is_valid() and done(
        request,
        lambda: parts.code_excerpt(found, **given(form), by=key_of(request)),
        _("The excerpt is added."),
    ):
        return redirect("studies:part", slug, pk)
    return excerpt_page(request, form, found)


def given(form: ExcerptForm) -> dict[str, Any]:
    return {
        "factor": form.cleaned_data["factor"],
        "quotes": form.texts["quote"],
        "read_again": form.cleaned_data["read_again"],
    }


def excerpt_page(request: HttpRequest, form: ExcerptForm, found: Part) -> HttpResponse:
    signs = (
        parts.signs_in(found.study, form.texts["quote"])
        if form.is_bound and form.is_valid()
        else []
    )
    return form_page(
        request,
        form,
        **place_of(found),
        signs=signs,
        title=_("What was said, and of which factor does it speak?"),
        lead=_(
            "No names, no addresses, nothing by which somebody could be recognised. Once published, an excerpt is quoted on the page of the study."
        ),
        button=_("Save the excerpt"),
    )


def own_excerpt(found: Part, pk: int) -> Excerpt:
    excerpt: Excerpt = get_object_or_404(
        found.excerpts.prefetch_related("texts"), pk=pk
    )
    return excerpt


@login_required
def edit_excerpt(
    request: HttpRequest, slug: str, *, pk: int, place: int
) -> HttpResponse:
    found = own_part(own_study(request, slug), pk)
    excerpt = own_excerpt(found, place)
    form = ExcerptForm(
        posted(request), record=excerpt, initial={"factor": excerpt.factor}
    )
    if form.is_valid() and done(
        request,
        lambda: parts.change_excerpt(excerpt, **given(form), by=key_of(request)),
        _("Saved."),
    ):
        return redirect("studies:part", slug, pk)
    return excerpt_page(request, form, found)


@only_by_form
@login_required
def remove_excerpt(
    request: HttpRequest, slug: str, *, pk: int, place: int
) -> HttpResponse:
    excerpt = own_excerpt(own_part(own_study(request, slug), pk), place)
    done(
        request,
        lambda: parts.remove_excerpt(excerpt, by=key_of(request)),
        _("The excerpt is removed."),
    )
    return redirect("studies:part", slug, pk)


# Convergence


def sources(request: HttpRequest, slug: str) -> HttpResponse:
    study = visible_study(request, slug)
    writes = permissions.can_write(request.user, study)
    context = {
        "study": study,
        "simulated": study.simulated,
        "rows": convergence.sources(study, drafts=writes),
        "writes": writes,
    }
    return render(request, "studies/part_sources.html", context)


def visible_study(request: HttpRequest, slug: str) -> Study:
    try:
        return own_study(request, slug, second=True)
    except Http404:
        return found_study(request, slug)


@login_required
def appraise(request: HttpRequest, slug: str, factor: str) -> HttpResponse:
    study = own_study(request, slug)
    appraisal = study.appraisals.filter(factor=factor).first()
    form = AppraisalForm(
        posted(request),
        record=appraisal,
        initial={"verdict": appraisal.verdict if appraisal else ""},
    )
    if form.is_valid() and done(
        request,
        lambda: parts.appraise(
            study,
            factor,
            verdict=form.cleaned_data["verdict"],
            reasons=form.texts["reason"],
            by=key_of(request),
        ),
        _("Saved."),
    ):
        return redirect("studies:sources", slug)
    where = reverse("studies:sources", args=[slug])
    return form_page(
        request,
        form,
        study=study,
        simulated=study.simulated,
        title=title_of(factor),
        lead=_("Do the sources that speak of this factor agree? Say it, and why."),
        trail=[(where, _("What stands behind each factor"))],
        back=where,
        button=_("Save"),
    )


def title_of(factor: str) -> str:
    try:
        return instruments.factor(factor).title.in_language(reader_language())
    except InstrumentError:
        raise Http404 from None


@only_by_form
@login_required
def remove_appraisal(request: HttpRequest, slug: str, factor: str) -> HttpResponse:
    study = own_study(request, slug)
    appraisal = get_object_or_404(study.appraisals, factor=factor)
    done(
        request,
        lambda: parts.remove_appraisal(appraisal, by=key_of(request)),
        _("Removed."),
    )
    return redirect("studies:sources", slug)
