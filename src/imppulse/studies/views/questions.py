"""Questions of the territory's own, words the bank does not have, what continues what, files."""

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from imppulse.core.methods import only_by_form
from imppulse.instruments.texts import name_of_language
from imppulse.studies import composition_files, questions
from imppulse.studies.actions import composing
from imppulse.studies.forms.composing import (
    QuestionForm,
    UploadForm,
    WordsForm,
)
from imppulse.studies.forms.languages import reader_language
from imppulse.studies.models import Draft
from imppulse.studies.views.composing import back_to, found_draft
from imppulse.studies.views.own import done, key_of, own_draft, own_study, posted
from imppulse.studies.views.studying import form_page


@login_required
def new_question(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    return question_page(request, found_draft(request, slug, pk), "")


@login_required
def edit_question(
    request: HttpRequest, slug: str, pk: int, *, name: str
) -> HttpResponse:
    return question_page(request, found_draft(request, slug, pk), name)


def question_page(request: HttpRequest, found: Draft, name: str) -> HttpResponse:
    asked = composing.composition_of(found)
    question = asked.own_question(name)
    if name and question is None:
        raise Http404
    form = QuestionForm(posted(request), asked=asked, question=question)
    if form.is_valid() and done(
        request,
        lambda: composing.put_question(
            found,
            form.question,
            wording=form.wording,
            place_of=name,
            by=key_of(request),
        ),
        _("The question is saved."),
    ):
        return redirect("studies:draft", found.study.slug, found.pk)
    return form_page(
        request,
        form,
        **back_to(found),
        title=_("What else do you want to ask?"),
        lead=_(
            "One thing per question, in words that everybody uses. Nobody compares it with other territories: it is yours."
        ),
        button=_("Save the question"),
    )


@only_by_form
@login_required
def remove_question(
    request: HttpRequest, slug: str, pk: int, *, name: str
) -> HttpResponse:
    found = found_draft(request, slug, pk)
    done(
        request,
        lambda: composing.remove_question(found, name, by=key_of(request)),
        _("The question is removed."),
    )
    return redirect("studies:draft", slug, pk)


@login_required
def words(request: HttpRequest, slug: str, pk: int, *, language: str) -> HttpResponse:
    found = found_draft(request, slug, pk)
    asked = composing.composition_of(found)
    if language not in asked.languages:
        raise Http404
    form = WordsForm(posted(request), asked=asked, language=language)
    if form.is_valid() and done(
        request,
        lambda: composing.write_words(
            found, language, texts=form.texts, by=key_of(request)
        ),
        _("Saved."),
    ):
        return redirect("studies:draft", slug, pk)
    return form_page(
        request,
        form,
        **back_to(found),
        title=_("Words in %(language)s")
        % {"language": name_of_language(language, reader_language())},
        lead=_(
            "Only what the bank does not have in this language. Saving says that every text here agrees with its original as it is now."
        ),
        button=_("Save"),
    )


@login_required
def item_map(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = found_draft(request, slug, pk)
    if found.replaces is None:
        raise Http404
    asked = composing.composition_of(found)
    if request.method == "POST":
        old, new = request.POST.get("old", ""), request.POST.get("new", "")
        done(
            request,
            lambda: composing.map_item(found, old, new, by=key_of(request)),
            _("Saved."),
        )
        return redirect("studies:item_map", slug, pk)
    rows = [
        {
            "old": name,
            "new": asked.item_map.get(name, ""),
            "choices": questions.continuing(asked, found.replaces, name),
        }
        for name in questions.dropped_items(asked, found.replaces)
    ]
    context = back_to(found) | {"draft": found, "rows": rows}
    return render(request, "studies/compose_map.html", context)


# Files


@login_required
def file(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = own_draft(own_study(request, slug, second=True), pk)
    asked = composing.composition_of(found)
    return HttpResponse(
        composition_files.to_file(asked),
        content_type="application/json",
        headers={"Content-Disposition": f'attachment; filename="{asked.name}.json"'},
    )


@only_by_form
@login_required
def upload(request: HttpRequest, slug: str, pk: int) -> HttpResponse:
    found = found_draft(request, slug, pk)
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        given = form.cleaned_data["file"]
        done(
            request,
            lambda: composing.take_in(
                found, given.read(), name=given.name, by=key_of(request)
            ),
            _("The file is read: the draft is now as it says."),
        )
        return redirect("studies:draft", slug, pk)
    return form_page(
        request,
        form,
        **back_to(found),
        title=_("Which file do you bring back?"),
        button=_("Take it in"),
    )
