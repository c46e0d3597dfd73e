from django.apps import AppConfig


class LibraryConfig(AppConfig):
    name = "imppulse.library"

    def ready(self) -> None:
        # Models exist only once every app is ready.
        from imppulse.library.next_steps import practices_for  # noqa: PLC0415 (as above)
        from imppulse.studies import next_steps  # noqa: PLC0415 (as above)

        next_steps.add_source(practices_for)
