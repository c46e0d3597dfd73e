from imppulse.studies.models.answers import Answer, Pass
from imppulse.studies.models.diagnoses import Diagnosis
from imppulse.studies.models.questionnaires import Questionnaire
from imppulse.studies.models.studies import Excerpt, Part, Study
from imppulse.studies.models.waves import AnswerLink, Wave

__all__ = [
    "Answer",
    "AnswerLink",
    "Diagnosis",
    "Excerpt",
    "Part",
    "Pass",
    "Questionnaire",
    "Study",
    "Wave",
]
