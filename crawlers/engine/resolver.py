"""Name resolution that yields only addresses the guard allows; what it yields is what gets connected to.

Twisted connects to exactly the addresses a resolver hands out, so a name that changes its address between a check
and the connection (DNS rebinding) gains nothing.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from twisted.internet.interfaces import IHostnameResolver, IResolutionReceiver
from zope.interface import implementer

from crawlers.guard import address_guard

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scrapy.crawler import Crawler

    from crawlers.guard import AddressGuard


class RefusedAddressError(OSError):
    """Every address of a name is private and was not allowed."""


refused: set[str] = set()
"""Host names whose addresses were all refused in this process: a failure to connect to them is told as such."""


@implementer(IResolutionReceiver)
class _Filter:
    """Passes on what the guard allows."""

    def __init__(self, receiver: Any, guard: AddressGuard, host: str, port: int) -> None:
        self.receiver, self.guard, self.host, self.port = receiver, guard, host, port
        self.allowed = self.denied = 0

    def resolutionBegan(self, resolution: Any) -> None:  # noqa: N802
        self.receiver.resolutionBegan(resolution)

    def addressResolved(self, address: Any) -> None:  # noqa: N802
        if self.guard.allows(self.host, self.port, address.host):
            self.allowed += 1
            self.receiver.addressResolved(address)
        else:
            self.denied += 1

    def resolutionComplete(self) -> None:  # noqa: N802
        if self.denied and not self.allowed:
            refused.add(self.host)
        else:
            refused.discard(self.host)
        self.receiver.resolutionComplete()


@implementer(IHostnameResolver)
class GuardedResolver:
    """Scrapy's `TWISTED_DNS_RESOLVER`: the reactor's own resolver behind the address guard."""

    def __init__(self, reactor: Any, guard: AddressGuard) -> None:
        self.reactor, self.guard = reactor, guard
        self.original = reactor.nameResolver

    @classmethod
    def from_crawler(cls, crawler: Crawler, reactor: Any) -> GuardedResolver:
        """Build from the crawl's settings."""
        return cls(reactor, address_guard(tuple(crawler.settings.getlist("VIGIE_ALLOW_PRIVATE_HOSTS"))))

    def install_on_reactor(self) -> None:
        """Make every connection of the process resolve through the guard."""
        self.reactor.installNameResolver(self)

    def resolveHostName(  # noqa: N802
        self,
        resolutionReceiver: Any,  # noqa: N803
        hostName: str,  # noqa: N803
        portNumber: int = 0,  # noqa: N803
        addressTypes: Sequence[type] | None = None,  # noqa: N803
        transportSemantics: str = "TCP",  # noqa: N803
    ) -> Any:
        """Resolve a name, address literals included."""
        receiver = _Filter(resolutionReceiver, self.guard, hostName, portNumber)
        return self.original.resolveHostName(receiver, hostName, portNumber, addressTypes, transportSemantics)
