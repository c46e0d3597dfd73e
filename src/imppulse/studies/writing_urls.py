"""Addresses of those who write: studies, parts, questionnaires. They stand before the readers'."""

from django.urls import path

from imppulse.studies.views import (
    composing,
    parts,
    previewing,
    published,
    questions,
    reviewing,
    studying,
)

STUDY = "studies/<slug:slug>/"
PART = f"{STUDY}parts/<int:pk>/"
DRAFT = f"{STUDY}questionnaires/<int:pk>/"
PUBLISHED = f"{STUDY}published/<int:pk>/"
WAVE = f"{STUDY}waves/<int:number>/"

urlpatterns = [
    path("studies/new/", studying.new, name="new"),
    path(f"{STUDY}work/", studying.work, name="desk"),
    path(f"{STUDY}edit/", studying.edit, name="edit"),
    path(f"{STUDY}publish/", studying.publish, name="publish"),
    path(f"{STUDY}waves/new/", studying.plan_wave, name="plan_wave"),
    path(f"{WAVE}plan/", studying.change_plan, name="change_plan"),
    path(f"{WAVE}drop/", studying.drop_plan, name="drop_plan"),
    path(f"{STUDY}clearances/", studying.clearances, name="clearances"),
    path(f"{STUDY}clearances/<slug:kind>/", studying.clearance, name="clearance"),
    path(
        f"{STUDY}clearances/<slug:kind>/remove/",
        studying.remove_clearance,
        name="remove_clearance",
    ),
    path(f"{STUDY}parts/new/", parts.new_part, name="new_part"),
    path(PART, parts.part, name="part"),
    path(f"{PART}edit/", parts.edit_part, name="edit_part"),
    path(f"{PART}remove/", parts.remove_part, name="remove_part"),
    path(f"{PART}excerpts/new/", parts.new_excerpt, name="new_excerpt"),
    path(f"{PART}excerpts/<int:place>/", parts.edit_excerpt, name="edit_excerpt"),
    path(
        f"{PART}excerpts/<int:place>/remove/",
        parts.remove_excerpt,
        name="remove_excerpt",
    ),
    path(f"{STUDY}sources/", parts.sources, name="sources"),
    path(f"{STUDY}sources/<slug:factor>/", parts.appraise, name="appraise"),
    path(
        f"{STUDY}sources/<slug:factor>/remove/",
        parts.remove_appraisal,
        name="remove_appraisal",
    ),
    path(f"{STUDY}questionnaires/new/", composing.compose, name="compose"),
    path(DRAFT, composing.draft, name="draft"),
    path(f"{DRAFT}items/", composing.items, name="choose_items"),
    path(f"{DRAFT}languages/", composing.languages, name="choose_languages"),
    path(f"{DRAFT}questions/new/", questions.new_question, name="new_question"),
    path(
        f"{DRAFT}questions/<slug:name>/", questions.edit_question, name="edit_question"
    ),
    path(
        f"{DRAFT}questions/<slug:name>/remove/",
        questions.remove_question,
        name="remove_question",
    ),
    path(f"{DRAFT}words/<slug:language>/", questions.words, name="words"),
    path(f"{DRAFT}map/", questions.item_map, name="item_map"),
    path(f"{DRAFT}questionnaire.json", questions.file, name="draft_file"),
    path(f"{DRAFT}upload/", questions.upload, name="upload_draft"),
    path(f"{DRAFT}review/<slug:language>/", reviewing.review, name="review"),
    path(
        f"{DRAFT}review/<slug:language>/<slug:step>/",
        reviewing.step,
        name="review_step",
    ),
    path(
        f"{DRAFT}review/<slug:language>/<slug:step>/remove/",
        reviewing.remove_step,
        name="remove_step",
    ),
    path(f"{DRAFT}preview/", previewing.preview, name="preview"),
    path(
        f"{DRAFT}preview/<slug:language>/", previewing.preview_page, name="preview_page"
    ),
    path(f"{DRAFT}submit/", published.submit, name="submit"),
    path(f"{DRAFT}take-back/", published.take_back, name="take_back_draft"),
    path(f"{DRAFT}publish/", published.publish, name="publish_draft"),
    path(f"{DRAFT}discard/", published.discard, name="discard_draft"),
    path(PUBLISHED, published.published, name="published"),
    path(f"{PUBLISHED}version/", published.new_version, name="new_version"),
]
