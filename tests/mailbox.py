"""A real SMTP server on loopback: keeps what it is sent, and refuses the addresses it is told to."""

import email
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from etl.edges.mail import MailServer

OFFICE = "office@returns.example"


class Mailbox:
    """What came, in its order; `refuses` are addresses that bounce."""

    def __init__(self) -> None:
        self.refuses: set[str] = set()
        self.came: list[tuple[list[str], EmailMessage]] = []

    async def handle_RCPT(
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: Any
    ) -> str:
        if address in self.refuses:
            return "550 5.1.1 no such user 13800138000"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        self.came.append(
            (list(envelope.rcpt_tos), email.message_from_bytes(envelope.content, policy=default))
        )
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        return [message for recipients, message in self.came if recipients == [address]]


@contextmanager
def mail_server() -> Iterator[tuple[Mailbox, MailServer]]:
    box, port = Mailbox(), _free_port()
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    try:
        yield box, MailServer("127.0.0.1", port, OFFICE, timeout_s=5)
    finally:
        controller.stop()


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
