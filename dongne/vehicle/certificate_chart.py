"""The odometer on a certificate: every reading by date, as inline SVG whose marks differ in shape and in colour."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree.ElementTree import Element, SubElement

from dongne.vehicle.certificate import Certificate, iso
from dongne.vehicle.kinds import Reason
from dongne.vehicle.records import Record

WIDTH, HEIGHT = 720, 200
_LEFT, _RIGHT, _TOP, _BOTTOM = 62, 14, 14, 26
_TICKS = 5
_STEPS = (1, 2, 5)
_SIZE = 5.0


@dataclass(frozen=True, slots=True)
class Mark:
    """How a reading is drawn.

    Attributes:
        shape: what distinguishes it without colour.
        name: class of the style sheet.
    """

    shape: str
    name: str


PLAIN, GAUGE, FAST = Mark("circle", "plain"), Mark("diamond", "gauge"), Mark("square", "fast")
LOWER, HIGHER, VOID = Mark("down", "flag"), Mark("up", "flag"), Mark("cross", "void")

_MARKS = {
    Reason.GAUGE_REPLACED: GAUGE,
    Reason.UNIT_CHANGED: GAUGE,
    Reason.IMPORTED: GAUGE,
    Reason.IMPLAUSIBLE: FAST,
    Reason.LOWER_THAN_EARLIER: LOWER,
    Reason.HIGHER_THAN_LATER: HIGHER,
}


@dataclass(frozen=True, slots=True)
class _Scale:
    """From dates and kilometres to the picture."""

    first: int
    last: int
    most: int

    def x(self, seconds: int) -> float:
        return round(_LEFT + (seconds - self.first) / (self.last - self.first) * (WIDTH - _LEFT - _RIGHT), 1)

    def y(self, km: int) -> float:
        return round(HEIGHT - _BOTTOM - km / self.most * (HEIGHT - _TOP - _BOTTOM), 1)


def mark_of(certificate: Certificate, record: Record) -> Mark:
    """How a reading is drawn: what does not count is a cross, whatever was found about it."""
    finding = certificate.findings.get(record.number)
    return _MARKS.get(finding.reason, PLAIN) if finding else VOID


def chart(certificate: Certificate) -> Element | None:
    """The picture with one mark for each reading; None where there is no reading."""
    readings = [record for record in certificate.history.records if record.is_reading]
    if not readings:
        return None
    scale = _scale(readings)
    svg = Element("svg", {"viewBox": f"0 0 {WIDTH} {HEIGHT}", "role": "img", "class": "chart"})
    _axes(svg, scale)
    _line(svg, certificate, scale)
    for record in readings:
        _reading(svg, mark_of(certificate, record), record, scale)
    _last(svg, certificate, scale)
    return svg


def symbol(mark: Mark) -> Element:
    """A mark alone, for the legend."""
    svg = Element("svg", {"viewBox": "0 0 14 14", "class": "symbol", "aria-hidden": "true"})
    _shape(svg, mark, 7, 7)
    return svg


def _scale(readings: list[Record]) -> _Scale:
    times = [record.occurred_at for record in readings]
    room = max((max(times) - min(times)) // 20, 15 * 86_400)
    return _Scale(min(times) - room, max(times) + room, _round_up(max(record.km for record in readings)))


def _round_up(km: int) -> int:
    """The end of the axis: a multiple of a round step."""
    step = _step(max(km, 1))
    return max(-(-km // step), 1) * step


def _step(km: int) -> int:
    power = 1
    while True:
        for factor in _STEPS:
            if factor * power * _TICKS >= km:
                return factor * power
        power *= 10


def _axes(svg: Element, scale: _Scale) -> None:
    for km in range(0, scale.most + 1, _step(scale.most)):
        height = scale.y(km)
        _straight(svg, (_LEFT, height), (WIDTH - _RIGHT, height))
        _label(svg, f"{km:,}", (_LEFT - 7, height + 3.5), "end")
    for seconds, label in _dates(scale):
        place = scale.x(seconds)
        _straight(svg, (place, HEIGHT - _BOTTOM), (place, HEIGHT - _BOTTOM + 4))
        _label(svg, label, (place, HEIGHT - 8), "middle")
    _label(svg, "km", (_LEFT - 7, 9), "end")


def _dates(scale: _Scale) -> Iterator[tuple[int, str]]:
    """New Year's days, thinned out; the first and the last day where there are not two of them."""
    try:
        years = range(_year(scale.first) + 1, _year(scale.last) + 1)
    except (ValueError, OverflowError, OSError):
        return
    if len(years) < 2:
        for seconds in (scale.first + (scale.last - scale.first) // 8, scale.last - (scale.last - scale.first) // 8):
            yield seconds, iso(seconds)[:10]
        return
    for year in years[:: -(-len(years) // 10)]:
        yield int(datetime(year, 1, 1, tzinfo=UTC).timestamp()), str(year)


def _year(seconds: int) -> int:
    return datetime.fromtimestamp(seconds, UTC).year


def _line(svg: Element, certificate: Certificate, scale: _Scale) -> None:
    """Through the readings that count, by date."""
    standing = [finding.record for finding in certificate.findings.values()]
    points = " ".join(f"{scale.x(each.occurred_at)},{scale.y(each.km)}" for each in standing)
    SubElement(svg, "polyline", {"points": points, "class": "way"})


def _reading(svg: Element, mark: Mark, record: Record, scale: _Scale) -> None:
    group = SubElement(svg, "g", {"data-record": str(record.number)})
    title = SubElement(group, "title")
    title.text = f"{record.number}: {iso(record.occurred_at)[:10]}, {record.km:,} km"
    _shape(group, mark, scale.x(record.occurred_at), scale.y(record.km))


def _last(svg: Element, certificate: Certificate, scale: _Scale) -> None:
    """The kilometres of the latest reading that counts, beside it."""
    for finding in list(certificate.findings.values())[-1:]:
        record = finding.record
        _label(svg, f"{record.km:,} km", (scale.x(record.occurred_at) - 8, scale.y(record.km) - 8), "end")


def _shape(parent: Element, mark: Mark, x: float, y: float) -> None:
    if mark.shape == "circle":
        SubElement(parent, "circle", {"cx": str(x), "cy": str(y), "r": "4", "class": mark.name})
        return
    size = _SIZE
    corners = {
        "diamond": f"M{x},{y - size}l{size},{size}l{-size},{size}l{-size},{-size}z",
        "square": f"M{x - 4},{y - 4}h8v8h-8z",
        "down": f"M{x - size},{y - 4}h{2 * size}l{-size},9z",
        "up": f"M{x - size},{y + 4}h{2 * size}l{-size},-9z",
        "cross": f"M{x - 4},{y - 4}l8,8m0,-8l-8,8",
    }
    SubElement(parent, "path", {"d": corners[mark.shape], "class": mark.name})


def _straight(svg: Element, start: tuple[float, float], end: tuple[float, float]) -> None:
    (x1, y1), (x2, y2) = start, end
    SubElement(svg, "line", {"x1": str(x1), "y1": str(y1), "x2": str(x2), "y2": str(y2), "class": "axis"})


def _label(svg: Element, text: str, place: tuple[float, float], anchor: str) -> None:
    x, y = place
    SubElement(svg, "text", {"x": str(x), "y": str(y), "text-anchor": anchor}).text = text
