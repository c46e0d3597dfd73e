from imppulse.studies.models.answers import Answer, Comment, Pass, Resumption
from imppulse.studies.models.codes import AccessCode, FieldCount
from imppulse.studies.models.diagnoses import Diagnosis
from imppulse.studies.models.keys import HandOver, KeyHolder
from imppulse.studies.models.questionnaires import (
    Draft,
    Questionnaire,
    TranslationStep,
)
from imppulse.studies.models.retention import Erasure, Retention
from imppulse.studies.models.studies import (
    Appraisal,
    Clearance,
    Excerpt,
    Part,
    Study,
)
from imppulse.studies.models.waves import AnswerLink, Wave
from imppulse.studies.models.weightings import Weighting

__all__ = [
    "AccessCode",
    "Answer",
    "AnswerLink",
    "Appraisal",
    "Clearance",
    "Comment",
    "Diagnosis",
    "Draft",
    "Erasure",
    "Excerpt",
    "FieldCount",
    "HandOver",
    "KeyHolder",
    "Part",
    "Pass",
    "Questionnaire",
    "Resumption",
    "Retention",
    "Study",
    "TranslationStep",
    "Wave",
    "Weighting",
]
