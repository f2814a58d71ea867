"""Mail by SMTP."""

import asyncio
import smtplib
from email.message import EmailMessage

from bregma_kit.settings import Settings

SECONDS = 30
PREFIX = "[Bregma]"


def compose(sender: str, address: str, title: str, text: str) -> EmailMessage:
    """Make a plain message; a title or an address cannot smuggle in headers, since EmailMessage refuses line ends."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = address
    message["Subject"] = " ".join(f"{PREFIX} {title}".split())
    message.set_content(text)
    return message


async def send(settings: Settings, address: str, title: str, text: str) -> None:
    """Hand a message to the server; raises OSError or smtplib.SMTPException if it does not take it."""
    message = compose(settings.smtp_from, address, title, text)
    await asyncio.to_thread(_hand_over, settings, message)


def _hand_over(settings: Settings, message: EmailMessage) -> None:
    with smtplib.SMTP(settings.smtp_host, settings.smtp_port, timeout=SECONDS) as server:
        if settings.smtp_starttls:
            server.starttls()
        if settings.smtp_user:
            server.login(settings.smtp_user, settings.smtp_password.get_secret_value())
        server.send_message(message)
