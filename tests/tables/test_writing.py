import json

from imppulse.tables import read, write_csv, write_json

ROWS = [
    {"group": "Nord, est", "mean": 1 / 3, "n": 12},
    {"group": "=1+1", "mean": float("nan"), "n": None},
]


def test_csv_keeps_every_digit_and_disarms_formulas():
    assert write_csv(ROWS, ["group", "n", "mean"]) == (
        'group,n,mean\n"Nord, est",12,0.3333333333333333\n\'=1+1,,\n'
    )


def test_csv_is_read_back():
    again = read(write_csv(ROWS[:1], ["group", "mean", "n"]).encode())
    assert again.frame.to_dicts() == ROWS[:1]


def test_json_has_no_value_that_json_lacks():
    assert json.loads(write_json({"rows": ROWS, "pair": (1, True)})) == {
        "rows": [ROWS[0], {"group": "=1+1", "mean": None, "n": None}],
        "pair": [1, True],
    }
