"""How commands print: facts and tables whose cells are never cut or folded, times in the city's time zone."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table
from rich.text import Text

from dongne.language import Language, Readable, Template, translated

_WIDE = 10_000
"""Columns of the screen as tables see it: a terminal wraps long lines, and copying an address gives the address."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a list of facts.

    Attributes:
        label: what the value is, English.
        value: a `Readable` is shown in the reader's language.
    """

    label: Template
    value: object


def screen() -> Console:
    """The standard output, without folding."""
    return Console(width=_WIDE, soft_wrap=True, highlight=False, markup=False)


def facts(language: Language, title: object, rows: Iterable[Fact]) -> Table:
    """A list of labels and values, one a line."""
    table = _table(title)
    table.show_header = False
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    for row in rows:
        table.add_row(translated(row.label, language), cell(row.value, language))
    return table


def table(language: Language, title: object, columns: Sequence[Template], rows: Iterable[Sequence[object]]) -> Table:
    """A table; numbers stand on the right."""
    filled = [list(row) for row in rows]
    made = _table(title)
    for place, name in enumerate(columns):
        numeric = bool(filled) and all(_is_number(row[place]) for row in filled)
        made.add_column(translated(name, language), no_wrap=True, justify="right" if numeric else "left")
    for row in filled:
        made.add_row(*(cell(value, language) for value in row))
    return made


@dataclass(frozen=True, slots=True)
class Number:
    """A number that is already written out, such as an amount with its decimals; stands on the right."""

    text_shown: str


def cell(value: object, language: Language) -> Text:
    """A value as a table shows it: brackets in it are no markup."""
    if isinstance(value, Readable):
        return Text(value.text(language))
    if isinstance(value, Number):
        return Text(value.text_shown)
    if isinstance(value, bytes):
        return Text("0x" + value.hex())
    if isinstance(value, int) and not isinstance(value, bool):
        return Text(f"{value:,}")
    return Text(str(value))


def _is_number(value: object) -> bool:
    """Whether a cell stands on the right; a `Word` is a number of the contracts, but people read it as a word."""
    return isinstance(value, int | Number) and not isinstance(value, Readable)


def _table(title: object) -> Table:
    return Table(
        title=Text(str(title)), title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, 3, 0, 0)
    )
