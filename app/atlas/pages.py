"""Pages that also open from a file, sent by the atlas under the policy they carry themselves."""

from __future__ import annotations

import re

from starlette.responses import Response

OWN_POLICY = re.compile(rb'http-equiv="Content-Security-Policy" content="([^"]+)"')


def own_page(page: bytes, *, framed_here: bool = False) -> Response:
    """Return `page` with its own policy as a header; only with `framed_here` may the atlas show it inside a page.

    The page allows just its own script and style, by their hashes; the atlas's own policy knows nothing of them.
    """
    own = OWN_POLICY.search(page)
    policy = own[1].decode().replace("&#39;", "'") if own else "default-src 'none'"
    frames = "'self'" if framed_here else "'none'"
    headers = {"content-security-policy": f"{policy}; frame-ancestors {frames}"}
    if framed_here:
        headers["x-frame-options"] = "SAMEORIGIN"
    return Response(page, media_type="text/html; charset=utf-8", headers=headers)
