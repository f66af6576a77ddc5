"""Whose request it is, by the address that it comes from."""

from ipaddress import IPv6Address, IPv6Network, ip_address
from typing import Final

from flask import Request

# Bits of an IPv6 address that belong to one client: providers give out nothing smaller.
CLIENT_BITS: Final = 64


def client_of(request: Request) -> str:
    """What a client is counted by: its IPv4 address, or the /64 of its IPv6 address. Empty where it has none."""
    return client_key(request.remote_addr or "")


def client_key(address: str) -> str:
    """An IPv6 address as its /64, one that only wraps an IPv4 address as that, and anything else as it is."""
    try:
        parsed = ip_address(address)
    except ValueError:
        return address
    if not isinstance(parsed, IPv6Address):
        return address
    if parsed.ipv4_mapped:
        return str(parsed.ipv4_mapped)
    return str(IPv6Network((int(parsed), CLIENT_BITS), strict=False))
