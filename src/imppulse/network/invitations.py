"""An invitation by e-mail, where a mail server is configured; the link is shown in any case."""

from smtplib import SMTPException

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext as _

NOT_A_SERVER = ("console.EmailBackend", "dummy.EmailBackend")


def mail_is_configured() -> bool:
    return not settings.EMAIL_BACKEND.endswith(NOT_A_SERVER)


def send(email: str, *, role: str, place: str, link: str) -> bool:
    """Send the link; say whether it left, so that the page can ask to copy it instead."""
    if not mail_is_configured():
        return False
    body = _(
        "You are invited as %(role)s (%(place)s). This link works once, for 14 days:\n\n%(link)s\n"
    ) % {"role": role, "place": place, "link": link}
    try:
        return send_mail(_("Your invitation to IMPPULSE"), body, None, [email]) == 1
    except (SMTPException, OSError):
        return False
