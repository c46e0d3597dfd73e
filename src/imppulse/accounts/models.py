from django.contrib.auth.models import AbstractUser


class Person(AbstractUser):
    """Someone who signs in. What they may do is told by their roles in the network."""

    @property
    def key(self) -> str:
        """How records name this person: a plain key, no foreign key."""
        return self.username
