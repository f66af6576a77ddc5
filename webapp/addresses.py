"""Identifies clients by the addresses that their requests come from."""

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final

from flask import Request

# Bits of an IPv6 address that belong to one client: providers give out nothing smaller.
CLIENT_BITS: Final = 64
# Headers that proxies add to the requests they pass on.
FORWARDED: Final = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "Via")


def client_of(request: Request) -> str:
    """Returns the key by which a client is counted: see client_key. Empty if the request has no address."""
    return client_key(request.remote_addr or "")


def client_key(address: str) -> str:
    """Returns the /64 of an IPv6 address, the IPv4 address that an IPv6 address maps, or else the address itself."""
    parsed = parse(address)
    if isinstance(parsed, IPv6Address):
        return str(IPv6Network((int(parsed), CLIENT_BITS), strict=False))
    return str(parsed) if parsed else address


def is_local(request: Request, trusted_proxies: int) -> bool:
    """Returns whether the client itself, and not just a proxy that the settings don't name, is on this machine."""
    address = parse(request.remote_addr or "")
    if address is None or not address.is_loopback:
        return False
    if not trusted_proxies:
        return not any(name in request.headers for name in FORWARDED)
    # A longer route means that an untrusted proxy precedes the trusted ones, and the address is that proxy's.
    return len(request.access_route) <= trusted_proxies


def parse(address: str) -> IPv4Address | IPv6Address | None:
    try:
        parsed = ip_address(address)
    except ValueError:
        return None
    return (parsed.ipv4_mapped or parsed) if isinstance(parsed, IPv6Address) else parsed
