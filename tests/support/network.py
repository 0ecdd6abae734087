"""No test reaches beyond this machine: a connection to anywhere else fails at once, by name."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch


class NetworkRefusedError(ConnectionError):
    """A test wanted to leave the machine."""


@contextmanager
def loopback_only() -> Iterator[None]:
    """Refuse every connection of this process that is not to this machine."""
    connect, connect_ex = socket.socket.connect, socket.socket.connect_ex

    def guarded_connect(self: socket.socket, address: Any) -> None:
        _refuse_foreign(self, address)
        return connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        _refuse_foreign(self, address)
        return connect_ex(self, address)

    with (
        patch.object(socket.socket, "connect", guarded_connect),
        patch.object(socket.socket, "connect_ex", guarded_connect_ex),
    ):
        yield


def _refuse_foreign(connection: socket.socket, address: Any) -> None:
    if connection.family not in (socket.AF_INET, socket.AF_INET6):
        return
    host = str(address[0])
    if host == "localhost":
        return
    try:
        at_home = ipaddress.ip_address(host).is_loopback
    except ValueError:
        at_home = False
    if not at_home:
        raise NetworkRefusedError(f"a test wanted to connect to {address}")
