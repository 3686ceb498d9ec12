"""The carriers as the settings want them; ``config/wiring.py`` plugs them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from django.conf import settings

from heyi.capabilities.contact.adapters.email_smtp import MailRelay
from heyi.capabilities.contact.adapters.letter_typst import LetterPress
from heyi.capabilities.contact.adapters.portal_inbox import PortalInbox
from heyi.capabilities.contact.adapters.sms_http import SmsGateway
from heyi.capabilities.contact.ports import Carrier

CARRIERS: Final[Mapping[str, Callable[[], Carrier]]] = {
    "sms": lambda: SmsGateway(url=settings.HEYI.sms_url, key=settings.HEYI.sms_key, bank=settings.HEYI.bank_name),
    "email": lambda: MailRelay(url=settings.HEYI.smtp_url, sender=settings.HEYI.mail_from),
    "portal": PortalInbox,
    "letter": lambda: LetterPress(bank=settings.HEYI.bank_name),
}
