"""A real SMTP server on loopback: keeps what it is sent, and refuses the addresses it is told to."""

import email
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

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
def mail_server(
    certificate: Path | None = None, starttls: bool = False
) -> Iterator[tuple[Mailbox, MailServer]]:
    """Plain; with a certificate (and its key in the same file) over SSL from the start, or once asked to."""
    box, port = Mailbox(), _free_port()
    given: dict[str, Any] = {}
    if certificate:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(certificate)
        given = {"tls_context": context, "require_starttls": True} if starttls else {"ssl_context": context}
    controller = Controller(box, hostname="127.0.0.1", port=port, **given)
    controller.start()
    use = {"use_ssl": bool(certificate and not starttls), "use_tls": starttls}
    try:
        yield box, MailServer("127.0.0.1", port, OFFICE, timeout_s=5, **use)
    finally:
        controller.stop()


def self_signed(file: Path) -> Path:
    """A certificate of 127.0.0.1 that nobody vouches for, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    file.write_bytes(certificate.public_bytes(pem) + plain)
    return file


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])
