"""How commands name the ballots of a Pabulib file that its own rule leaves out: none of them goes unsaid."""

from collections.abc import Callable, Sequence
from typing import Any

from dongne.cli.session import Session
from dongne.errors import Problem
from dongne.language import Message, Template, _, _n

MOST_SHOWN = 10
"""Ballots that people see; JSON has all of them."""


def left_out_data(session: Session, problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """Line and reason of each, as JSON."""
    return [{"line": each.line, "reason": each.reason.explain(session.settings.language)} for each in problems]


def left_out_table(session: Session, problems: Sequence[Problem]) -> list[Callable[[], object]]:
    """How many there are, and the first of them with their reasons; nothing where there are none."""
    if not problems:
        return []
    beyond = len(problems) - MOST_SHOWN
    rows: list[tuple[object, object]] = [(each.line, each.reason.message) for each in problems[:MOST_SHOWN]]
    if beyond > 0:
        rows.append(
            ("", Message(_n("{count} more, which --json lists", "{count} more, which --json lists"), {"count": beyond}))
        )
    title = session.text(
        _n("{count:,} ballot of the file is left out", "{count:,} ballots of the file are left out"),
        count=len(problems),
    )
    columns: list[Template] = [_("line"), _("reason")]
    return [lambda: session.table(title, columns, rows)]
