"""A city on a fresh local chain, on real input: `make demo`. Writes reports/demo.json.

Environment: DATA names a folder (its first .pb and .csv files are taken) or one such file; SCALE multiplies the sizes.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.rule import Rule

from dongne.errors import DongneError, SettingError
from scripts.demo import ballot, currency, vehicle
from scripts.localchain.suite import LocalSuite, local_suite

REPORT = ROOT / "reports" / "demo.json"
Play = Callable[[LocalSuite, Path | None, float, Console], dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One part of the demo.

    Attributes:
        key: its name in the report.
        title: what the audience reads.
        play: plays it and gives its figures.
        suffix: ending of its input file; empty where it needs none.
    """

    key: str
    title: str
    play: Play
    suffix: str = ""


CHAPTERS = (
    Chapter("ballot", "1 Ballot 투표: an election, every vote signed, tallied and recounted", ballot.play, ".pb"),
    Chapter("vehicles", "2 Vehicles 차량이력: sales become odometer records", vehicle.play, ".csv"),
    Chapter("currency", "3 Currency 지역화폐: a month in a district", currency.play),
)


@dataclass(frozen=True, slots=True)
class Script:
    """How to play.

    Attributes:
        data: folder or file of the input.
        scale: factor on the sizes, above 0 and at most 1.
        report: where the figures go.
    """

    data: Path
    scale: float = 1.0
    report: Path = REPORT

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Script":
        """Read DATA and SCALE.

        Raises:
            SettingError: SCALE is no number in range.
        """
        text = environment.get("SCALE") or "1"
        try:
            scale = float(text)
        except ValueError:
            raise SettingError(f"SCALE is {text!r}; it must be a number such as 0.1") from None
        if not 0 < scale <= 1:
            raise SettingError(f"SCALE is {text}; it must be above 0 and at most 1")
        return cls(Path(environment.get("DATA") or "data"), scale)

    def source(self, suffix: str) -> Path | None:
        """The input file with that ending, if there is one."""
        if self.data.is_file():
            return self.data if self.data.suffix == suffix else None
        return next(iter(sorted(self.data.glob(f"*{suffix}"))), None) if suffix else None


def play(script: Script, screen: Console) -> dict[str, Any]:
    """Play all chapters and write the report."""
    report: dict[str, Any] = {}
    started = time.monotonic()
    with local_suite() as on:
        for chapter in CHAPTERS:
            screen.print(Rule(chapter.title, align="left", style="cyan"))
            report[chapter.key] = _played(chapter, on, script, screen)
    report["seconds"] = round(time.monotonic() - started, 1)
    script.report.parent.mkdir(parents=True, exist_ok=True)
    script.report.write_text(json.dumps(report, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return report


def _played(chapter: Chapter, on: LocalSuite, script: Script, screen: Console) -> dict[str, Any]:
    started = time.monotonic()
    source = script.source(chapter.suffix)
    if chapter.suffix:
        where = (
            source or f"no {chapter.suffix} file in {script.data}: a sample made by this project (DATA= names your own)"
        )
        screen.print(f"[dim]Input: {where}")
    figures = chapter.play(on, source, script.scale, screen)
    if chapter.suffix:
        figures["source"] = source.name if source else "sample"
    return {**figures, "seconds": round(time.monotonic() - started, 1)}


def main() -> int:
    """Play, and fail if anything does not add up."""
    screen = Console(width=None if sys.stdout.isatty() else 120)
    try:
        report = play(Script.from_environment(os.environ), screen)
    except DongneError as error:
        screen.print(f"demo: {error}", style="red", markup=False)
        return 1
    sound = (
        report["ballot"]["matches_published"] and report["vehicles"]["heads_match"] and report["currency"]["reconciled"]
    )
    verdict = "[green]Everything adds up 모두 일치" if sound else "[red bold]Something does not add up 불일치"
    screen.print(
        Rule(style="cyan"),
        f"{verdict}[/] · {report['seconds']:.0f} s · figures in {REPORT.relative_to(ROOT)}",
    )
    return 0 if sound else 1


if __name__ == "__main__":
    sys.exit(main())
