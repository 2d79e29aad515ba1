"""The socket that the platform listens on, and TLS, without which it is not offered to other computers."""

import ipaddress
import os
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

from mcassess.errors import UsageError, WorldError
from mcassess.texts import tr

_BACKLOG = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Tls:
    """Where a certificate (with its chain) and its key lie, both as PEM."""

    certificate: Path
    key: Path

    def context(self) -> ssl.SSLContext:
        """Returns what encrypts connections.

        Raises:
            WorldError: One of the files is missing, broken, wants a passphrase, or they do not belong together.
        """
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        try:
            # OpenSSL would ask for a passphrase on the terminal; an empty one makes it say that it is wrong.
            context.load_cert_chain(self.certificate, self.key, password="")
        except (OSError, ValueError) as error:
            raise WorldError(
                tr(
                    "The certificate {certificate} with the key {key} cannot be used: {reason}. Both are PEM files, "
                    "the key without a passphrase."
                ).format(certificate=self.certificate, key=self.key, reason=error)
            ) from error
        return context


def listen(host: str, port: int, tls: Tls | None) -> socket.socket:
    """Returns a listening socket; port 0 takes any that is free.

    Raises:
        UsageError: The host is not this computer, and there is no TLS.
        WorldError: The port is taken, or the address is not this computer's.
    """
    if tls is None and not _is_loopback(host):
        raise UsageError(
            tr(
                "Without TLS the platform listens on this computer alone, so not on '{host}'. Give --tls-cert and "
                "--tls-key, or leave --host out and put a server with TLS in front of it."
            ).format(host=host)
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # asyncio switches Nagle's delay off only where the protocol is named; else each answer takes 40 ms.
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if os.name == "posix":
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        raise WorldError(
            tr("The platform cannot listen on {host}, port {port}: {reason}.").format(
                host=host, port=port, reason=error
            )
        ) from error
    return listening


def url_of(listening: socket.socket, host: str, tls: Tls | None) -> str:
    """Returns the address under which a listening socket answers."""
    port: int = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    return f"{'https' if tls else 'http'}://{shown}:{port}"


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
