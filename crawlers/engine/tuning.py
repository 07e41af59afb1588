"""How the process of a crawl uses memory: what is freed is kept for the next page, what is long-lived is left alone."""

from __future__ import annotations

import ctypes
import gc

KEPT = 64 << 20  # bytes of free memory that are not given back
IN_HEAP = 4 << 20  # what is larger has pages of its own, given back at once
TRIM_THRESHOLD, MMAP_THRESHOLD = -1, -3  # of glibc's <malloc.h>
YOUNG = (20_000, 20, 20)


def settle() -> None:
    """Call once, after the imports and before the first page.

    A page is hundreds of small trees made and dropped: by default glibc gives the top of the heap back after each, and
    fetches it again, which took as long as the parsing itself. Other C libraries are left as they are.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:
        mallopt(TRIM_THRESHOLD, KEPT)
        mallopt(MMAP_THRESHOLD, IN_HEAP)
    gc.collect()
    gc.freeze()
    gc.set_threshold(*YOUNG)
