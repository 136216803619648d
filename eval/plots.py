"""Small charts as SVG text, coloured by the page that they stand in."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

_WIDTH, _HEIGHT = 360, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 12, 14, 40

Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Axis:
    """`ticks` in data units, the first and the last being the ends; a share is labelled as it is, a number plainly."""

    label: str
    ticks: tuple[float, ...]

    def at(self, value: float, start: float, end: float) -> float:
        low, high = self.ticks[0], self.ticks[-1]
        return start + (min(high, max(low, value)) - low) / (high - low) * (end - start)


def line_chart(title: str, x: Axis, y: Axis, points: Points, *, marks: bool = True, diagonal: bool = False) -> str:
    """A line through the points, in the order given; `diagonal` draws what perfect calibration would be."""
    places = [(_x(x, a), _y(y, b)) for a, b in points]
    path = "M" + "L".join(f"{a:.1f} {b:.1f}" for a, b in places) if places else ""
    parts = [f'<path class="line" d="{path}"/>']
    if diagonal:
        ends = f'x1="{_LEFT}" y1="{_HEIGHT - _BOTTOM}" x2="{_WIDTH - _RIGHT}" y2="{_TOP}"'
        parts.insert(0, f'<line class="ideal" {ends}/>')
    if marks:
        parts += [
            f'<circle class="dot" cx="{a:.1f}" cy="{b:.1f}" r="3.5"><title>{_number(u)}: {_number(v)}</title></circle>'
            for (a, b), (u, v) in zip(places, points, strict=True)
        ]
    return _chart(title, x, y, parts)


def bar_chart(title: str, x: Axis, y: Axis, bars: Sequence[tuple[float, float, float]]) -> str:
    """Bars `(from, to, height)`."""
    parts = []
    for low, high, height in bars:
        left, right, top = _x(x, low), _x(x, high), _y(y, height)
        size = f'x="{left + 0.5:.1f}" y="{top:.1f}" width="{max(0.5, right - left - 1):.1f}"'
        parts.append(
            f'<rect class="bar" {size} height="{_HEIGHT - _BOTTOM - top:.1f}">'
            f"<title>{_number(low)} to {_number(high)}: {_number(height)}</title></rect>"
        )
    return _chart(title, x, y, parts)


def round_ticks(highest: float, count: int = 4) -> tuple[float, ...]:
    """Ticks from 0 to at least `highest` in steps of 1, 2 or 5 times a power of ten."""
    wanted = max(highest, 1e-9) / count
    power = 10.0
    while power > wanted:
        power /= 10
    while power * 10 <= wanted:
        power *= 10
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= wanted * (1 - 1e-9))
    number = 1
    while number * step < highest * (1 - 1e-9):
        number += 1
    return tuple(step * place for place in range(number + 1))


def _chart(title: str, x: Axis, y: Axis, parts: Sequence[str]) -> str:
    grid = []
    for tick in y.ticks:
        height = _y(y, tick)
        grid.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{height:.1f}" y2="{height:.1f}"/>')
        grid.append(f'<text x="{_LEFT - 6}" y="{height + 4:.1f}" text-anchor="end">{_number(tick)}</text>')
    for tick in x.ticks:
        grid.append(
            f'<text x="{_x(x, tick):.1f}" y="{_HEIGHT - _BOTTOM + 15}" text-anchor="middle">{_number(tick)}</text>'
        )
    middle = (_TOP + _HEIGHT - _BOTTOM) / 2
    grid.append(f'<text x="{(_LEFT + _WIDTH) / 2}" y="{_HEIGHT - 6}" text-anchor="middle">{escape(x.label)}</text>')
    turned = f'transform="rotate(-90 11 {middle})"'
    grid.append(f'<text x="11" y="{middle}" {turned} text-anchor="middle">{escape(y.label)}</text>')
    inside = "".join([*grid, *parts])
    box = f'viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(title)}"'
    return f'<svg class="chart" {box} xmlns="http://www.w3.org/2000/svg">{inside}</svg>'


def _x(axis: Axis, value: float) -> float:
    return axis.at(value, _LEFT, _WIDTH - _RIGHT)


def _y(axis: Axis, value: float) -> float:
    return axis.at(value, _HEIGHT - _BOTTOM, _TOP)


def _number(value: float) -> str:
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:,.0f}"
