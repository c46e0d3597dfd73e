"""Relations of the database respect the layers, also those named by string."""

import tomllib
from pathlib import Path

from django.apps import apps

ROOT = Path(__file__).parents[2]


def layers():
    """Return the rank of each package; greater is higher."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    contracts = settings["tool"]["importlinter"]["contracts"]
    (cycle,) = (contract for contract in contracts if contract["id"] == "cycle")
    return {
        package.strip(): rank
        for rank, layer in enumerate(reversed(cycle["layers"]))
        for package in layer.split("|")
    }


def package(model):
    parts = model.__module__.split(".")
    return parts[1] if parts[0] == "imppulse" else None


def relations():
    for model in apps.get_models(include_auto_created=True):
        for field in model._meta.get_fields():
            target = field.related_model
            if target is None or field.auto_created or isinstance(target, str):
                continue
            if package(model) and package(target):
                yield model, field.name, target


def test_every_relation_points_downwards():
    ranks = layers()
    upwards = [
        f"{model._meta.label}.{name} -> {target._meta.label}"
        for model, name, target in relations()
        if ranks[package(target)] > ranks[package(model)]
    ]
    assert upwards == []


def test_the_relations_were_looked_at():
    pairs = {
        (model._meta.label, target._meta.label) for model, _, target in relations()
    }
    assert ("library.Practice", "pilots.Pilot") in pairs
    assert ("network.Role", "accounts.Person") in pairs
    assert len(pairs) > 20
