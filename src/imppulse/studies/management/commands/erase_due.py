"""For cron, once a day: erase the answers whose retention has ended, and files nobody imported.

17 3 * * * imppulse manage erase_due
"""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from imppulse.studies import actions, pending


class Command(BaseCommand):
    help = "Erase the answers of closed waves whose retention date has come."

    def handle(self, *_args: Any, **_options: Any) -> None:
        done = actions.erase_due(timezone.localdate())
        for each in done:
            self.stdout.write(f"{each.study.slug}, wave {each.wave_id}: erased")
        self.stdout.write(f"{len(done)} waves")
        self.stdout.write(f"{pending.sweep()} delivered files")
