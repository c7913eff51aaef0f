"""Mail: plain text to one address at a time, over a server that somebody set up."""

import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid

_ONE_LINE_AT_MOST = 200


@dataclass(frozen=True, slots=True)
class MailServer:
    """`sender` is the office's own address: letters come from it, and its digest goes to it.

    Over SSL or TLS the server shows a certificate that this machine trusts (SSL_CERT_FILE adds to it), unless
    `verify` is off.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = ""
    use_ssl: bool = False
    use_tls: bool = False
    verify: bool = True
    timeout_s: float = 20.0


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail of plain text. Subject and address become one line each: nothing in them makes a header."""

    to: str
    subject: str
    text: str


def send(server: MailServer, letters: Sequence[Letter]) -> list[str]:
    """Send letters over one connection; for each "" or in Chinese why it did not leave. Never raises for one
    that is refused: the others go out."""
    try:
        with _connected(server) as smtp:
            return [_send_one(smtp, server.sender, letter) for letter in letters]
    except ssl.SSLCertVerificationError as why:
        said = f"没有发出：邮件服务器的证书不受信任，请管理员核对（{_one_line(why.verify_message)}）"
        return [said] * len(letters)
    except (OSError, smtplib.SMTPException) as why:
        return [f"没有发出：邮件服务器连不上（{_said(why)}）"] * len(letters)


def _connected(server: MailServer) -> smtplib.SMTP:
    # without a context smtplib would believe any certificate, and tell the password to whoever answers
    context = ssl.create_default_context() if server.verify else None
    # the name of this machine without asking a name server, which an office network may not have
    here = socket.gethostname()
    smtp: smtplib.SMTP
    if server.use_ssl:
        smtp = smtplib.SMTP_SSL(server.host, server.port, here, timeout=server.timeout_s, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, here, timeout=server.timeout_s)
    try:
        if server.use_tls and not server.use_ssl:
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _send_one(smtp: smtplib.SMTP, sender: str, letter: Letter) -> str:
    try:
        smtp.send_message(_message(sender, letter))
    except smtplib.SMTPRecipientsRefused as why:
        code, said = next(iter(why.recipients.values()))
        return f"退信：{code} {_text(said)}"
    except (OSError, smtplib.SMTPException, ValueError) as why:
        return f"没有发出：{_said(why)}"
    return ""


def _message(sender: str, letter: Letter) -> EmailMessage:
    """Raises ValueError for an address that is none."""
    message = EmailMessage()
    message["From"], message["To"] = sender, _one_line(letter.to)
    message["Subject"] = _one_line(letter.subject)
    message["Date"], message["Message-ID"] = formatdate(localtime=True), make_msgid(domain="returns.invalid")
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.text)
    return message


def _one_line(text: str) -> str:
    return " ".join("".join(sign if sign.isprintable() else " " for sign in text).split())[:_ONE_LINE_AT_MOST]


def _said(why: Exception) -> str:
    if isinstance(why, smtplib.SMTPResponseException):
        return f"{why.smtp_code} {_text(why.smtp_error)}"
    return _one_line(str(why)) or type(why).__name__


def _text(said: bytes | str) -> str:
    return _one_line(said.decode("utf-8", "replace") if isinstance(said, bytes) else said)
