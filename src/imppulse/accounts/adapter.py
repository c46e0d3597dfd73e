from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class InvitedOnly(DefaultAccountAdapter):  # type: ignore[misc] # allauth is untyped
    """Nobody signs up alone: a coordinator invites."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
