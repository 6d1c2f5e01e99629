"""What commands share that act on a list row by row."""

from collections.abc import Mapping
from pathlib import Path

from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.currency.payouts import BEFORE, PAID
from dongne.language import _
from dongne.results import Outcome, write_results
from dongne.tables import Table


def results_beside(session: Session, table: Table, outcomes: Mapping[int, Outcome]) -> Path | None:
    """The result file beside a list; None for a rehearsal or a Safe's file, which carry nothing out."""
    if session.sending.dry_run or session.sending.safe:
        return None
    return write_results(table, outcomes, session.settings.language)


def show_paid(session: Session, table: Table, outcomes: Mapping[int, Outcome], rows: str) -> None:
    """Show how many rows of a list were paid, now or before, and where it says so of each.

    Args:
        rows: what the rows are, as a text of the catalogue.
    """
    results = results_beside(session, table, outcomes)
    done = sum(each.result is PAID for each in outcomes.values())
    before = sum(each.result is BEFORE for each in outcomes.values())
    data = {
        "file": str(table.file),
        "listed": len(table.rows),
        "paid": done,
        "paid_before": before,
        "not_paid": len(outcomes) - done - before,
        "results": str(results or ""),
    }
    facts = [
        Fact(rows, len(table.rows)),
        Fact(_("paid now"), done),
        Fact(_("paid before"), before),
        Fact(_("not paid"), len(outcomes) - done - before),
    ]
    session.show(data, lambda: session.facts(str(table.file), *facts))
    if results:
        session.note(_("What became of each line: {file}"), file=results)
