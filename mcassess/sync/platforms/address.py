"""Addresses of platforms: how they are written, and which may do without TLS. Pure."""

import ipaddress
from urllib.parse import urlsplit

from mcassess.errors import WorldError
from mcassess.sync.wire import PREFIX
from mcassess.texts import tr


def normalised(url: str) -> str:
    """Returns a platform's address as it is kept: scheme, host and path, without the protocol's own prefix.

    Raises:
        WorldError: It is not the address of a platform, or it would send the token in the open.
    """
    text = url.strip()
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        host, port, parts = "", None, urlsplit("")
    plain = parts.scheme in {"http", "https"} and host and "@" not in parts.netloc
    if not plain or parts.query or parts.fragment or any(ord(char) <= 32 for char in text):
        raise WorldError(
            tr("'{url}' is not the address of a platform. It looks like https://platform.example.org.").format(
                url=_without_credentials(text)
            )
        )
    if parts.scheme == "http" and not is_loopback(host):
        raise WorldError(
            tr(
                "The address {url} would send your token and decisions in the open. Use the platform's address that "
                "begins with https://."
            ).format(url=text)
        )
    shown = f"[{host}]" if ":" in host else host
    path = parts.path.rstrip("/").removesuffix(PREFIX).rstrip("/")
    return f"{parts.scheme}://{shown}{f':{port}' if port is not None else ''}{path}"


def is_loopback(host: str) -> bool:
    """Tells whether a host is this computer itself."""
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _without_credentials(text: str) -> str:
    head, at, tail = text.rpartition("@")
    scheme = head.partition("//")
    return f"{scheme[0]}{scheme[1]}{tail}" if at else text
