"""The demo's parts on one fresh local chain, and the report of their figures."""

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

from dongne.ballot import Election
from dongne.language import _
from scripts.demo import (
    amended_roll,
    ballot,
    certificates,
    currency,
    market,
    rewards,
    secrecy,
    vehicle,
    volunteering,
    welfare,
)
from scripts.demo.ledger import KOREA
from scripts.demo.options import ELECTION, SALES, Options
from scripts.demo.output import Output
from scripts.localchain.suite import LocalSuite, local_suite

START = int(datetime(2026, 6, 1, 9, tzinfo=KOREA).timestamp())
"""The chain's clock at the start, fixed so that the figures are the same on every day; newer sales move it on."""

DAY = 86_400

_TITLES = {
    "ballot": _("1 Ballot: an election, every vote signed, tallied and recounted"),
    "vehicles": _("2 Vehicles: sales become odometer records"),
    "currency": _("3 Currency: a month in a district"),
}

_MARKET = _("5 Used cars: three sales, and the three ways in which they end")
_WELFARE = _("4 Money for a purpose: cash-back, top-ups, vouchers, a hold, a lost key, volunteers")


def run(options: Options, output: Output) -> dict[str, Any]:
    """Read the input, run all parts and write the report.

    Raises:
        InputError: an input file is not usable; nothing was run.
    """
    started = time.monotonic()
    election, sales = ballot.load(options), vehicle.load(options)
    parts: dict[str, Callable[[LocalSuite], dict[str, Any]]] = {
        "ballot": lambda suite: _ballot(suite, election, output),
        "vehicles": lambda suite: vehicle.run(suite, sales, output),
        "currency": lambda suite: currency.run(suite, options.scale, output),
    }
    report: dict[str, Any] = {}
    with local_suite(start=max(START, vehicle.latest(sales) + DAY)) as suite:
        for name, part in parts.items():
            output.heading(_TITLES[name])
            report[name] = _run(part, suite, output, **_source(name, options))
        output.heading(_WELFARE)
        report |= rewards.run(suite, output)
        for section, figures in welfare.run(suite, output).items():
            report[section] = report.get(section, {}) | figures
        report |= volunteering.run(suite, output)
        output.heading(_MARKET)
        report["sales"] = market.run(suite, output)
    report["seconds"] = _since(started)
    _write(report, options.report)
    return report


def _ballot(suite: LocalSuite, election: Election, output: Output) -> dict[str, Any]:
    return ballot.run(suite, election, output) | amended_roll.run(suite, output) | secrecy.run(suite, output)


def adds_up(report: dict[str, Any]) -> bool:
    """Whether every part found what it should."""
    return bool(
        report["ballot"]["matches_published"]
        and report["ballot"]["recount_matches"]
        and report["ballot"]["signatures_verified"] == report["ballot"]["accepted"]
        and report["ballot"]["receipts_verified"] > 0
        and report["ballot"]["outcome"]["as_recounted"]
        and amended_roll.adds_up(report["ballot"])
        and secrecy.adds_up(report["ballot"])
        and report["vehicles"]["heads_match"]
        and report["vehicles"]["verdicts_match"]
        and certificates.adds_up(report["vehicles"])
        and report["currency"]["reconciled"]
        and report["currency"]["reserve_ok"]
        and report["vouchers"]["add_up"]
        and report["holds"]["recovered"]
        and report["incentives"]["recomputed"]
        and report["rewards"]["add_up"]
        and report["sales"]["titles_follow_prices"]
        and report["sales"]["adds_up"]
    )


def _source(name: str, options: Options) -> dict[str, tuple[Path | None, str]]:
    """The input of a part that takes one: its file, and the ending of such files."""
    sources = {"ballot": (options.election, ELECTION), "vehicles": (options.sales, SALES)}
    return {"source": sources[name]} if name in sources else {}


def _run(
    part: Callable[[LocalSuite], dict[str, Any]],
    suite: LocalSuite,
    output: Output,
    source: tuple[Path | None, str] | None = None,
) -> dict[str, Any]:
    started = time.monotonic()
    if source is None:
        return {**part(suite), "seconds": _since(started)}
    file, suffix = source
    if file is None:
        output.say(_("Input: a sample made by this project; DATA= names a {suffix} file of your own"), suffix=suffix)
    else:
        output.say(_("Input: {file}"), file=file)
    return {**part(suite), "source": file.name if file else "sample", "seconds": _since(started)}


def _since(started: float) -> float:
    return round(time.monotonic() - started, 1)


def _write(report: dict[str, Any], file: Path) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
