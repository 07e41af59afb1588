"""What the terms of a source leave free, as the steps after the crawl have to know it."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from data.brief.model import Brief

APPROVED = "derive"  # the option by which the user says that the service approved derived figures


def underived(brief: Brief) -> list[str]:
    """Return the sources whose terms forbid derived figures: their accounts are known and quoted, but not scored."""
    from crawlers.registry import connectors

    approved = {source.kind for source in brief.sources if source.options.get(APPROVED) is True}
    return [kind for kind, one in connectors().items() if not one.policy.may_derive and kind not in approved]
