"""Which addresses may be asked: public ones, and the private ones that the user named."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field
from functools import lru_cache
from urllib.parse import urlsplit

from data.errors import UserError

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
# Answers inside NAT64 and 6to4 addresses lead to the IPv4 address they carry.
NAT64 = ipaddress.ip_network("64:ff9b::/96")
SCHEMES = {"http": 80, "https": 443, "ws": 80, "wss": 443}


@dataclass(frozen=True)
class AddressGuard:
    """The hosts, host:port pairs and networks of `allow_private_hosts`; everything else must be a public address."""

    hosts: frozenset[str] = frozenset()
    networks: tuple[Network, ...] = field(default=())

    def allows(self, host: str, port: int, address: str) -> bool:
        """Whether `host`, resolved to `address`, may be connected to on `port`."""
        return is_public(address) or self.is_own(host, port) or self._in_networks(address)

    def is_own(self, host: str, port: int) -> bool:
        """Whether the user named this host (by name, by name and port, or as an address inside a named network)."""
        name = host.lower().strip("[]")
        if name in self.hosts or f"{name}:{port}" in self.hosts:
            return True
        return self._in_networks(name)

    def _in_networks(self, address: str) -> bool:
        try:
            parsed = ipaddress.ip_address(address)
        except ValueError:
            return False
        return any(parsed in network for network in self.networks if network.version == parsed.version)


def address_guard(allowed: tuple[str, ...]) -> AddressGuard:
    """Read `allow_private_hosts`: `host`, `host:port`, `[ipv6]:port` or a network such as `10.0.0.0/8`."""
    hosts: set[str] = set()
    networks: list[Network] = []
    for entry in allowed:
        text = entry.strip().lower()
        if "/" in text:
            try:
                networks.append(ipaddress.ip_network(text, strict=False))
            except ValueError:
                raise UserError(
                    f"allow_private_hosts : « {entry} » n'est ni un hôte ni un réseau",
                    f'allow_private_hosts: "{entry}" is neither a host nor a network',
                ) from None
        else:
            hosts.add(text.replace("[", "").replace("]", ""))
    return AddressGuard(frozenset(hosts), tuple(networks))


@lru_cache(maxsize=10_000)
def is_public(address: str) -> bool:
    """Whether an IP address is one of the open Internet (not private, loopback, link-local, metadata, multicast)."""
    try:
        parsed = ipaddress.ip_address(address.split("%", maxsplit=1)[0])
    except ValueError:
        return False
    if isinstance(parsed, ipaddress.IPv6Address):
        inner = parsed.ipv4_mapped or parsed.sixtofour
        if inner is None and parsed in NAT64:
            inner = ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return parsed.is_global and not parsed.is_multicast


def origin(url: str) -> str | None:
    """Return `scheme://host:port` of an address that may be asked at all, else None."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    host = (parts.hostname or "").rstrip(".")
    if parts.scheme not in SCHEMES or not host or parts.username or parts.password or port == 0:
        return None
    bracketed = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{bracketed}:{port or SCHEMES[parts.scheme]}"


def host_and_port(place: str) -> tuple[str, int]:
    """Return host and port of an origin as `origin` writes it."""
    parts = urlsplit(place)
    return parts.hostname or "", parts.port or SCHEMES.get(parts.scheme, 0)
