"""Load the demonstration into the database of this environment; write what it holds, as JSON."""

import json
import sys

from imppulse.config.commands import start_django


def main() -> None:
    start_django()
    from imppulse.portal import demonstration  # noqa: PLC0415 (after start_django)

    demonstration.load(say=lambda line: None)
    json.dump(facts(), sys.stdout)


def facts() -> dict[str, object]:
    from django.db import connection  # noqa: PLC0415 (after start_django)

    from imppulse.evaluations.models import Evaluation  # noqa: PLC0415 (as above)
    from imppulse.library.models import Synthesis  # noqa: PLC0415 (as above)
    from imppulse.pilots.models import Pilot  # noqa: PLC0415 (as above)
    from imppulse.studies.models import Answer, Diagnosis  # noqa: PLC0415 (as above)

    return {
        "vendor": connection.vendor,
        "pilots": sorted(Pilot.objects.values_list("slug", flat=True)),
        "answers": Answer.objects.count(),
        "evaluations": {
            each.plan.pilot.slug: [each.effect, each.cells, each.finding]
            for each in Evaluation.objects.select_related("plan__pilot")
        },
        "diagnoses": {
            f"{each.wave.study.slug} {each.wave.number}": each.results
            for each in Diagnosis.objects.select_related("wave__study")
        },
        "syntheses": {each.slug: each.results for each in Synthesis.objects.all()},
    }


if __name__ == "__main__":
    main()
