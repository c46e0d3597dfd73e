import pytest

from imppulse.instruments import ForceName, InstrumentError, Side, Text, item


@pytest.mark.parametrize(
    ("name", "of_force", "to_force"),
    [
        ("la police de Valmont", "de la police de Valmont", "à la police de Valmont"),
        ("le commissariat", "du commissariat", "au commissariat"),
        ("les forces de l’État", "des forces de l’État", "aux forces de l’État"),
        ("l’unité mobile", "de l’unité mobile", "à l’unité mobile"),
        ("l'unité mobile", "de l’unité mobile", "à l’unité mobile"),
        ("Europol", "d’Europol", "à Europol"),
        ("Policia Local", "de Policia Local", "à Policia Local"),
    ],
)
def test_french_names_contract_with_their_article(name, of_force, to_force):
    force = ForceName(en="the force", fr=name)
    forms = force.placeholders("fr")
    assert (forms["of_force"], forms["to_force"]) == (of_force, to_force)


def test_english_names_keep_their_article():
    force = ForceName(en="the Valmont municipal police", fr="la police municipale")
    assert force.placeholders("en") == {
        "force": "the Valmont municipal police",
        "of_force": "of the Valmont municipal police",
        "to_force": "to the Valmont municipal police",
    }


def test_wording_carries_the_contraction():
    force = ForceName(en="the Valmont police station", fr="le commissariat de Valmont")
    assert item("minor_follow_up").wording(Side.POPULATION, "fr", force) == (
        "Quand quelqu’un signale un acte de petite délinquance au commissariat de "
        "Valmont, y a-t-il une suite\u202f?"
    )
    assert item("fair_respect").wording(Side.POPULATION, "fr", force) == (
        "Les agents du commissariat de Valmont traitent-ils les gens de votre quartier "
        "avec respect\u202f?"
    )


def test_the_mirror_asks_the_police_officer_the_same_thing():
    force = ForceName(en="the Valmont police", fr="la police de Valmont")
    assert item("fair_respect").wording(Side.POLICE_OFFICERS, "en", force) == (
        "How often do you and your colleagues of the Valmont police treat people in "
        "this district with respect?"
    )


def test_a_side_that_is_not_asked_has_no_wording():
    force = ForceName(en="the police", fr="la police")
    with pytest.raises(InstrumentError, match="minor_time is not asked of population"):
        item("minor_time").wording(Side.POPULATION, "en", force)


def test_a_language_the_bank_does_not_have_is_refused():
    with pytest.raises(InstrumentError, match="no text in 'nl'"):
        Text("Yes", "Oui").in_language("nl")
    with pytest.raises(InstrumentError, match="no name of the force in 'nl'"):
        ForceName("the police", "la police").placeholders("nl")
