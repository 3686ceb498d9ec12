"""E-mail by SMTP: ``smtp://`` plain, ``smtp+starttls://`` upgraded, ``smtps://`` TLS from the start.

The ``Message-ID`` is made from the parcel's key and is the same at each attempt, so a mailbox or relay that drops
duplicates shows one. SMTP itself knows no idempotency: when the connection breaks after the data and before the answer,
a second copy can reach a mailbox that does not look at Message-ID. Trusted: the relay, which reads everything.
"""

from __future__ import annotations

import smtplib
import ssl
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from typing import Final
from urllib.parse import unquote, urlsplit

from heyi.capabilities.contact.leave import Leave
from heyi.capabilities.contact.ports import CarrierAway, CarrierRefused, CarrierUnsure, Parcel, Receipt

TIMEOUT_SECONDS: Final = 10
PORTS: Final = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class MailRelay:
    """The relay at ``url`` (``scheme://user:password@host:port``); ``sender`` is ``Name <address>``."""

    def __init__(self, *, url: str, sender: str, tls: ssl.SSLContext | None = None) -> None:
        self.url, self.sender, self.tls = url, sender, tls

    def carry(self, parcel: Parcel, *, leave: Leave) -> Receipt:
        leave.spend(parcel.key)
        message = self._letter(parcel)
        relay = self._connect()
        try:
            relay.send_message(message)
        except smtplib.SMTPRecipientsRefused as error:
            raise _by_code(next(iter(error.recipients.values()))[0]) from error
        except smtplib.SMTPResponseException as error:
            raise _by_code(error.smtp_code) from error
        except (smtplib.SMTPException, OSError) as error:
            raise CarrierUnsure(type(error).__name__) from error
        finally:
            _leave(relay)
        return Receipt(provider_id=str(message["Message-ID"]))

    def _letter(self, parcel: Parcel) -> EmailMessage:
        name, address = parseaddr(self.sender)
        message = EmailMessage()
        try:
            message["From"] = Address(name, addr_spec=address)
            message["To"] = Address(addr_spec=parcel.to)
        except (ValueError, IndexError, MessageError) as error:
            raise CarrierRefused("address_unusable") from error
        message["Subject"] = parcel.title
        message["Date"] = format_datetime(parcel.at)
        message["Message-ID"] = f"<{parcel.key}@{address.partition('@')[2] or 'heyi.invalid'}>"
        message["Auto-Submitted"] = "auto-generated"
        message.set_content(parcel.text + "\n")
        return message

    def _connect(self) -> smtplib.SMTP:
        parts = urlsplit(self.url)
        if parts.scheme not in PORTS or not parts.hostname:
            raise CarrierAway("address of the relay unusable")
        port = parts.port or PORTS[parts.scheme]
        tls = self.tls or ssl.create_default_context()
        try:
            relay = (
                smtplib.SMTP_SSL(parts.hostname, port, timeout=TIMEOUT_SECONDS, context=tls)
                if parts.scheme == "smtps"
                else smtplib.SMTP(parts.hostname, port, timeout=TIMEOUT_SECONDS)
            )
            if parts.scheme == "smtp+starttls":
                relay.starttls(context=tls)
            if parts.username:
                relay.login(unquote(parts.username), unquote(parts.password or ""))
        except (smtplib.SMTPException, OSError) as error:
            raise CarrierAway(type(error).__name__) from error
        return relay


def _by_code(code: int) -> Exception:
    """RFC 5321, section 4.2.1: 4yz may succeed later, 5yz never."""
    return CarrierAway(f"smtp_{code}") if 400 <= code < 500 else CarrierRefused(f"smtp_{code}")


def _leave(relay: smtplib.SMTP) -> None:
    try:
        relay.quit()
    except (smtplib.SMTPException, OSError):
        relay.close()
