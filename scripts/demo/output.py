"""What the demo prints, in the reader's language."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.rule import Rule
from rich.table import Table

from dongne.language import Language, Message, Template, shown

_Item = TypeVar("_Item")


class Output:
    """A console that speaks one language.

    Args:
        console: where everything goes.
        language: of the reader.
    """

    def __init__(self, console: Console, language: Language) -> None:
        self.console, self.language = console, language

    def text(self, template: Template, **values: object) -> str:
        """A text with its values."""
        return Message(template, values).text(self.language)

    def word(self, value: object) -> str:
        """A value as it reads in a table."""
        return str(shown(value, self.language))

    def heading(self, template: Template, **values: object) -> None:
        """Begin a part."""
        self.console.print(Rule(self.text(template, **values), align="left", style="cyan"))

    def say(self, template: Template, *, style: str = "", **values: object) -> None:
        """Print a line."""
        self.console.print(self.text(template, **values), style=style or None, markup=False, highlight=False)

    def check(self, holds: object, template: Template) -> None:
        """Print whether something is so."""
        self.say(_CHECKED if holds else _FAILED, style="green" if holds else "red bold", fact=self.text(template))

    def table(self, title: str, columns: Sequence[tuple[str, str]], rows: Sequence[Sequence[str]]) -> None:
        """Print a table; a column is (heading, "left" or "right"), headings are left out where all are empty."""
        table = Table(title=title, title_justify="left", show_header=any(name for name, _side in columns))
        for name, side in columns:
            table.add_column(name, justify="right" if side == "right" else "left", no_wrap=True)
        for row in rows:
            table.add_row(*row)
        self.console.print(table)

    def facts(self, title: str, facts: Sequence[tuple[str, str]]) -> None:
        """Print names with their values."""
        self.table(title, (("", "left"), ("", "right")), facts)

    def tracked(self, items: Sequence[_Item], template: Template) -> Iterator[_Item]:
        """The items, with a bar that shows how far they are."""
        return self.tracked_count(items, template, len(items))

    def tracked_count(self, items: Iterable[_Item], template: Template, count: int) -> Iterator[_Item]:
        """As `tracked`, for items that come one by one: `count` of them."""
        with self.progress(template, count) as advance:
            for item in items:
                yield item
                advance(1)

    @contextmanager
    def progress(self, template: Template, total: int) -> Iterator[Callable[[int], None]]:
        """A bar; the function that is given moves it on."""
        columns = (TextColumn("  {task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
        with Progress(*columns, console=self.console) as progress:
            task = progress.add_task(self.text(template), total=total)
            yield lambda count: progress.advance(task, count)


_CHECKED, _FAILED = "  ✓ {fact}", "  ✗ {fact}"
