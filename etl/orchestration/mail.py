"""The mail server that somebody set up in Airflow, as the connection `returns_smtp` of type SMTP."""

from typing import Any

from airflow.sdk import Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from etl.edges.mail import MailServer

CONNECTION = "returns_smtp"
_SMTP, _SMTP_SSL = 25, 465


def mail_server() -> MailServer | None:
    """None where there is no such connection: then nothing is sent. Its extras are those of Airflow's own SMTP
    connections: from_email, disable_ssl, disable_tls, timeout; ssl_context, "none" to trust any certificate."""
    try:
        found = Connection.get(CONNECTION)
    except AirflowNotFoundException:
        return None
    extra: dict[str, Any] = found.extra_dejson
    use_ssl = not _is_set(extra, "disable_ssl")
    return MailServer(
        host=str(found.host),
        port=int(found.port or (_SMTP_SSL if use_ssl else _SMTP)),
        sender=str(extra.get("from_email") or found.login),
        user=str(found.login or ""),
        password=str(found.password or ""),
        use_ssl=use_ssl,
        use_tls=not _is_set(extra, "disable_tls"),
        verify=extra.get("ssl_context") != "none",
        timeout_s=float(extra.get("timeout") or 20),
    )


def _is_set(extra: dict[str, Any], key: str) -> bool:
    return str(extra.get(key, "")).lower() in ("true", "1", "yes", "on")
