"""A force-directed layout in numpy: ForceAtlas2's forces, repulsion by convolution on a grid.

Forces after Jacomy et al. 2014 (LinLog attraction, repulsion by degree, strong gravity); the field of all
repulsions is one convolution of the mass on a grid (fast Fourier transform), so that a step costs
people + ties + grid, not people².
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy import fft

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

GOLDEN = np.pi * (3 - np.sqrt(5))
SPREAD = 1.2  # repulsion against the pull of ties, both at the radius of the whole picture
OPENING = 0.7  # distances from the middle to this power: a dense core becomes legible
GRAVITY = 0.12  # keeps loose people near; against the pull of ties


def layout(
    n: int,
    source: NDArray[np.int32],
    target: NDArray[np.int32],
    weight: NDArray[np.float64],
    groups: NDArray[np.int32],
    *,
    steps: int | None = None,
) -> Points:
    """Return n × 2 positions, about -1 to 1, the same for the same input; `groups` (-1: none) is where it starts."""
    if n == 0:
        return np.zeros((0, 2))
    steps = steps or (300 if n < 5000 else 160)
    pull = np.log1p(weight) / max(float(np.log1p(weight).mean()), 1e-9) if len(weight) else weight
    mass = 1.0 + np.bincount(source, minlength=n) + np.bincount(target, minlength=n)
    mass = 1.0 + np.sqrt(mass)
    points = _start(n, groups) * np.sqrt(n)
    cells = 128 if n < 4000 else 256
    heat = 0.1 * np.sqrt(n)
    tied = max(2 * len(source) / n, 0.1) * np.log1p(np.sqrt(n)) / mass.mean()
    push = SPREAD * tied * np.sqrt(n) / mass.sum()
    for step in range(steps):
        force = push * _repulsion(points, mass, cells) - GRAVITY * tied * mass[:, None] * points / _length(points)
        force += _attraction(points, source, target, pull)
        move = force / mass[:, None]
        limit = heat * (1 - step / steps) ** 1.5
        points += move * np.minimum(1.0, limit / _length(move))
    points -= np.median(points, axis=0)
    points *= _length(points) ** (OPENING - 1)
    return _framed(points)


def _framed(points: Points) -> Points:
    """Return positions in which the bulk (nine of ten) fills the unit disc; who is farther is pulled in behind it.

    Beyond the bulk distances grow with their logarithm: loose people stay outside without shrinking the picture.
    """
    radius = _length(points)
    bulk = max(float(np.quantile(radius, 0.9)), 1e-9)
    far = np.maximum(radius / bulk, 1.0)
    pulled = np.minimum(1.0 + 0.15 * np.log(far), 1.35)
    framed: Points = points / radius * np.where(radius > bulk, pulled, radius / bulk)
    return framed


def _start(n: int, groups: NDArray[np.int32]) -> Points:
    """Return a sunflower of people, each group's own sunflower around the group's place."""
    count = int(groups.max(initial=-1)) + 2
    sizes = np.bincount(groups + 1, minlength=count)
    centre = _sunflower(np.arange(count), count)
    rank = np.zeros(n)
    order = np.argsort(groups, kind="stable")
    rank[order] = np.arange(n) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    spread = np.sqrt(sizes / n)[groups + 1]
    around = _sunflower(rank, np.maximum(sizes[groups + 1], 1)) * spread[:, None]
    return centre[groups + 1] + 0.6 * around


def _sunflower(index: NDArray[np.number], count: NDArray[np.number] | int) -> Points:
    radius, angle = np.sqrt((index + 0.5) / count), GOLDEN * index
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)])


def _attraction(
    points: Points, source: NDArray[np.int32], target: NDArray[np.int32], pull: NDArray[np.float64]
) -> Points:
    """Return the pull of ties: log(1 + distance) along each, times its strength."""
    gap = points[target] - points[source]
    distance = _length(gap)
    force = gap * (pull[:, None] * np.log1p(distance) / distance)
    total = np.empty_like(points)
    for axis in (0, 1):
        total[:, axis] = np.bincount(source, force[:, axis], len(points)) - np.bincount(
            target, force[:, axis], len(points)
        )
    return total


def _repulsion(points: Points, mass: NDArray[np.float64], cells: int) -> Points:
    """Return mass × mass / distance pushed apart, from the field on a cells × cells grid, read bilinearly."""
    low = points.min(axis=0)
    size = max(float((points.max(axis=0) - low).max()), 1e-9) / (cells - 2)
    place = (points - low) / size
    corner = place.astype(np.int64)
    share = place - corner
    corners = [(dx, dy, (share[:, 0] if dx else 1 - share[:, 0]) * (share[:, 1] if dy else 1 - share[:, 1]))
               for dx in (0, 1) for dy in (0, 1)]  # fmt: skip
    at = [(corner[:, 0] + dx) * cells + corner[:, 1] + dy for dx, dy, _ in corners]
    grid = sum(np.bincount(cell, mass * part, cells * cells) for cell, (_, _, part) in zip(at, corners, strict=True))
    field = _field(np.reshape(grid, (cells, cells)))
    force = np.zeros_like(points)
    for cell, (_, _, part) in zip(at, corners, strict=True):
        force += field.reshape(-1, 2)[cell] * part[:, None]
    return force * (mass / size)[:, None]


def _field(grid: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the field (x, y) of 1/distance repulsion of the masses on the grid, distances in cells."""
    cells = len(grid)
    offset = np.arange(2 * cells, dtype=np.float64)
    offset[cells:] -= 2 * cells
    square = offset[:, None] ** 2 + offset[None, :] ** 2 + 0.3
    spectrum = fft.rfft2(grid, s=(2 * cells, 2 * cells))
    kernels = (offset[:, None] / square, offset[None, :] / square)
    parts: list[NDArray[np.float64]] = [
        fft.irfft2(spectrum * fft.rfft2(k), s=(2 * cells, 2 * cells))[:cells, :cells] for k in kernels
    ]
    return np.stack(parts, axis=-1)


def _length(vectors: Points) -> Points:
    """Return lengths as a column, never zero."""
    lengths: Points = np.maximum(np.sqrt((vectors**2).sum(axis=1, keepdims=True)), 1e-9)
    return lengths
