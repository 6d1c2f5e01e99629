"""The printable page of a certificate: one HTML file for A4, in two languages, without scripts or other files."""

from collections.abc import Iterator
from importlib import resources
from xml.etree.ElementTree import Element, SubElement, fromstring, tostring

import segno

from dongne.language import Joined, Language, Message, Moment, Readable, _
from dongne.vehicle.certificate import Certificate
from dongne.vehicle.certificate_chart import FAST, GAUGE, HIGHER, LOWER, PLAIN, VOID, Mark, chart, symbol
from dongne.vehicle.kinds import Kind, Verdict
from dongne.vehicle.outcomes import class_words, outcome_words
from dongne.vehicle.records import Record
from dongne.vehicle.title import OpenRestriction

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
"""The browser loads and runs nothing, whatever the page holds."""

_VERDICTS = {
    Verdict.LOGICAL: (_("The odometer readings fit together."), "good"),
    Verdict.ILLOGICAL: (_("The odometer readings contradict each other. Ask before you buy."), "bad"),
    Verdict.NO_VERDICT: (
        _("No verdict on the odometer: there are fewer than two readings, or the gauge does not tell the distance."),
        "warn",
    ),
}

_LEGEND: dict[Mark, str] = {
    PLAIN: _("reading"),
    LOWER: _("lower than an earlier reading"),
    HIGHER: _("higher than a later reading"),
    FAST: _("implausibly many km a day"),
    GAUGE: _("gauge replaced, unit changed, or imported"),
    VOID: _("does not count: corrected or tainted"),
}

_COLUMNS = (_("no."), _("date"), _("kind"), _("km"), _("finding"), _("recorder"), _("remarks"))


def page(certificate: Certificate, language: Language, zone: str) -> str:
    """The page's text.

    Args:
        certificate: what it shows.
        language: of the reader; the other one stands beside it, smaller.
        zone: IANA name of the time zone of its dates.
    """
    return "<!DOCTYPE html>\n" + tostring(_Page(certificate, language, zone).build(), "unicode", method="html") + "\n"


def code_text(certificate: Certificate) -> str:
    """What the QR code says: chain, registry, vehicle, block and head, in capitals, which makes the code small."""
    scope = certificate.scope
    head, vehicle = certificate.head.hex(), certificate.vehicle.hex()
    return f"DONGNE1:{scope.chain_id}:{scope.registry[2:]}:{vehicle}:{scope.block}:{head}".upper()


class _Page:
    """The page under construction. Text goes in as text only, so that nothing of it becomes markup."""

    def __init__(self, certificate: Certificate, language: Language, zone: str) -> None:
        self.certificate, self.language, self.zone = certificate, language, zone
        self.other: Language = "en" if language == "ko" else "ko"

    def build(self) -> Element:
        """The whole document."""
        root = Element("html", {"lang": self.language})
        self._head(SubElement(root, "head"))
        body = SubElement(root, "body")
        for part in (self._title, self._summary, self._facts, self._odometer, self._timeline, self._proof):
            part(body)
        return root

    def _head(self, head: Element) -> None:
        SubElement(head, "meta", {"charset": "utf-8"})
        SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": POLICY})
        SubElement(head, "meta", {"name": "viewport", "content": "width=device-width"})
        SubElement(head, "title").text = Message(_("Vehicle history certificate")).text(self.language)
        style = resources.files("dongne.vehicle").joinpath("certificate.css").read_text(encoding="utf-8")
        SubElement(head, "style").text = style + self._feet()

    def _feet(self) -> str:
        """What stands at the foot of each page, so that pages of two certificates are not mixed: letters and digits."""
        certificate = self.certificate
        vin = certificate.disclosure.vin if certificate.disclosure else ""
        named = vin if vin.isascii() and vin.isalnum() else "0x" + certificate.vehicle.hex()[:16]
        mark = f"{named} · {certificate.scope.block} · {certificate.head.hex()[:16]}"
        return f'@page {{ @bottom-left {{ content: "{mark}"; }} }}\n'

    def _title(self, body: Element) -> None:
        header = SubElement(body, "header")
        self._both(header, "h1", Message(_("Vehicle history certificate")))
        scope = self.certificate.scope
        values = {"time": Moment(scope.time, self.zone), "block": scope.block, "count": len(self.certificate.evidence)}
        self._both(header, "p", Message(_("{count} records, complete as of {time}, block {block}"), values))

    def _summary(self, body: Element) -> None:
        """First what a buyer must not overlook."""
        certificate = self.certificate
        section = SubElement(body, "section", {"class": "summary"})
        if certificate.restrictions:
            listed = Joined(tuple(_restriction(each) for each in certificate.restrictions), ", ")
            text = _("Open liens and other restrictions, which keep the title from moving: {restrictions}")
            self._both(section, "p", Message(text, {"restrictions": listed}), "bad")
        else:
            self._both(section, "p", Message(_("No open lien, seizure or other restriction of the title.")), "good")
        if certificate.brands:
            values = {"brands": Joined(certificate.brands, ", ")}
            self._both(section, "p", Message(_("Stays with the vehicle: {brands}"), values), "bad")
        else:
            self._both(section, "p", Message(_("No brand such as flood, fire or total loss is recorded.")), "good")
        text, name = _VERDICTS[certificate.verdict]
        self._both(section, "p", Message(text), name)

    def _facts(self, body: Element) -> None:
        certificate = self.certificate
        facts = SubElement(body, "dl")
        vin = certificate.disclosure.vin if certificate.disclosure else Message(_("kept out by the owner"))
        for label, value in (
            (_("VIN"), vin),
            (_("class of vehicle"), class_words(certificate.history.vehicle_class)),
            (_("last reading"), self._last_reading()),
            (_("changes of owner"), str(self._changes_of_owner())),
            (_("vehicle's id"), "0x" + certificate.vehicle.hex()),
            (_("owner's account"), certificate.owner),
            (_("registry"), f"{certificate.scope.registry} · chain {certificate.scope.chain_id}"),
        ):
            self._both(facts, "dt", Message(label))
            self._value(SubElement(facts, "dd"), value)

    def _last_reading(self) -> str:
        """The latest by date of those that count."""
        if not self.certificate.findings:
            return "–"
        last = list(self.certificate.findings.values())[-1].record
        return f"{last.km:,} km · {self._day(last.occurred_at)}"

    def _changes_of_owner(self) -> int:
        return sum(record.kind is Kind.OWNERSHIP_CHANGE for record in self.certificate.history.standing)

    def _day(self, seconds: int) -> str:
        return Moment(seconds, self.zone).text(self.language).partition(" ")[0]

    def _odometer(self, body: Element) -> None:
        picture = chart(self.certificate)
        if picture is None:
            return
        section = SubElement(body, "section", {"class": "odometer"})
        self._both(section, "h2", Message(_("Odometer")))
        section.append(picture)
        legend = SubElement(section, "ul")
        for mark, label in _LEGEND.items():
            item = SubElement(legend, "li")
            item.append(symbol(mark))
            self._both(item, "span", Message(label))

    def _timeline(self, body: Element) -> None:
        self._both(body, "h2", Message(_("Records")))
        table = SubElement(body, "table")
        row = SubElement(SubElement(table, "thead"), "tr")
        for label in _COLUMNS:
            self._both(row, "th", Message(label))
        rows = SubElement(table, "tbody")
        for record in self.certificate.history.records:
            self._row(rows, record)
        self._recorders(body)

    def _recorders(self, body: Element) -> None:
        """Whose the numbers in the table are."""
        facts = SubElement(body, "dl", {"class": "recorders"})
        for number, each in sorted(self.certificate.recorders.items()):
            self._both(facts, "dt", Message(_("recorder {number}"), {"number": number}))
            value = SubElement(facts, "dd")
            SubElement(value, "span").text = each.address
            if each.revoked_from is not None:
                SubElement(value, "span").text = " · "
                values = {"time": Moment(each.revoked_from, self.zone)}
                self._both(value, "span", Message(_("revoked from {time} on"), values))

    def _row(self, rows: Element, record: Record) -> None:
        certificate = self.certificate
        remarks = tuple(self._remarks(record))
        number = record.number
        void = number in certificate.history.tainted or number in certificate.history.superseded
        row = SubElement(rows, "tr", {"class": "void"} if void else {})
        self._cell(row, str(number), "number")
        self._cell(row, self._day(record.occurred_at), "date")
        self._both(row, "td", record.kind, "said")
        self._cell(row, f"{record.km:,}" if record.is_reading else "–", "number")
        finding = certificate.findings.get(number)
        self._both(row, "td", (finding.reason if finding else record.reason) if record.is_reading else Message("–"))
        self._cell(row, str(record.recorder), "number")
        self._both(row, "td", Joined(remarks, ", "))

    def _remarks(self, record: Record) -> Iterator[Readable]:
        history = self.certificate.history
        if (said := outcome_words(record.kind, record.outcome)) is not None:
            yield said
        if record.number in history.tainted:
            since = self.certificate.recorders[record.recorder].revoked_from or 0
            values = {"time": Moment(since, self.zone)}
            yield Message(_("tainted: the recorder is revoked from {time} on"), values)
        if by := history.superseded.get(record.number):
            yield Message(_("corrected by record {number}"), {"number": by})
        if record.supersedes:
            yield Message(_("corrects record {number}"), {"number": record.supersedes})

    def _proof(self, body: Element) -> None:
        section = SubElement(body, "section", {"class": "proof"})
        section.append(_code(self.certificate))
        words = SubElement(section, "div")
        self._both(words, "h2", Message(_("How to verify")))
        text = _(
            "This page alone proves nothing: it can be altered. Ask for the JSON file it came with, and run the "
            "command below; it needs any node of the chain, and nothing from the city. It must state the head shown "
            "here, which the code holds too. A later record is not on this page: the command says how many there are."
        )
        self._both(words, "p", Message(text))
        SubElement(words, "code").text = "dongne vehicle verify car.json --rpc https://…"
        SubElement(words, "p", {"class": "head"}).text = "head 0x" + self.certificate.head.hex()

    def _both(self, parent: Element, tag: str, text: Readable, name: str = "") -> None:
        """A text in the reader's language, and in the other one beneath where that differs."""
        element = SubElement(parent, tag, {"class": name} if name else {})
        said, again = text.text(self.language), text.text(self.other)
        SubElement(element, "span").text = said
        if again != said:
            SubElement(element, "small", {"lang": self.other}).text = again

    def _value(self, parent: Element, value: object) -> None:
        if isinstance(value, Readable):
            self._both(parent, "span", value)
        else:
            parent.text = str(value)

    def _cell(self, row: Element, text: str, name: str) -> None:
        SubElement(SubElement(row, "td", {"class": name}), "span").text = text


def _restriction(block: OpenRestriction) -> Message:
    return Message(_("{kind} (record {number})"), {"kind": block.kind, "number": block.record})


def _code(certificate: Certificate) -> Element:
    made = segno.make(code_text(certificate), error="m", micro=False)
    return fromstring(made.svg_inline(border=2, svgclass="code", lineclass=None, omitsize=True))
