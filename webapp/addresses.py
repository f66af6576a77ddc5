"""Whose request it is, by the address that it comes from."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from flask import Request

# Bits of an IPv6 address that belong to one client: providers give out nothing smaller.
CLIENT_BITS: Final = 64
# In each a proxy says that a request has come through it.
FORWARDED: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def client_of(request: Request) -> str:
    """What a client is counted by: its IPv4 address, or the /64 of its IPv6 address. Empty where it has none."""
    return client_key(request.remote_addr or "")


def client_key(address: str) -> str:
    """An IPv6 address as its /64, one that only wraps an IPv4 address as that, and anything else as it is."""
    parsed = parse(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed), CLIENT_BITS), strict=False))
    return str(parsed) if parsed else address


def is_local(request: Request, trusted_proxies: int) -> bool:
    """Whether the client is on this machine, and not only a proxy of which nothing was said."""
    address = parse(request.remote_addr or "")
    if address is None or not address.is_loopback:
        return False
    if not trusted_proxies:
        return not any(name in request.headers for name in FORWARDED)
    # One that nobody trusts stands before those that are trusted: the address is that proxy's.
    return len(request.access_route) <= trusted_proxies


def parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed
