import pytest
from django.db import IntegrityError, connection, transaction
from tests.factories.studies import WaveFactory
from tests.studies.survey import make_study

from imppulse.core.errors import Refused
from imppulse.studies.models import Questionnaire, Wave


def test_a_published_questionnaire_never_changes(planned):
    questionnaire = planned.questionnaires.first()
    with pytest.raises(Refused):
        questionnaire.save()
    with pytest.raises(Refused):
        Questionnaire.objects.filter(pk=questionnaire.pk).update(content={})


def test_only_a_simulated_wave_keeps_its_key(db):
    simulated = WaveFactory(study=make_study(), demonstration_key="0" * 64)
    assert simulated.simulated
    with pytest.raises(IntegrityError), transaction.atomic():
        WaveFactory(study=make_study(simulated=False), demonstration_key="0" * 64)


def test_a_real_wave_cannot_be_given_a_key_behind_the_models_back(db):
    wave = WaveFactory(study=make_study(simulated=False))
    with pytest.raises(IntegrityError), transaction.atomic():
        Wave.objects.filter(pk=wave.pk).update(demonstration_key="0" * 64)
    # Calling it simulated does not last: saving reads it from the country again.
    wave.simulated, wave.demonstration_key = True, "0" * 64
    with pytest.raises(IntegrityError), transaction.atomic():
        wave.save()


def test_a_closed_wave_needs_its_file(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        WaveFactory(study=make_study(), state="closed")


def test_what_is_deleted_is_overwritten_on_disk(db):
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA secure_delete")
        assert cursor.fetchone() == (1,)
