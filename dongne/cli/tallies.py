"""How polls are printed: terms, turnout and tallies, options by name and districts by code."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from web3 import Web3

from dongne.ballot import District, PollSpec, Recount, Result, Turnout, document_of, options_of
from dongne.cli.output import Fact
from dongne.cli.session import Session
from dongne.language import Joined, Message, Readable, Template, _

Poll = Annotated[int, typer.Argument(metavar="POLL", help=_("Number of the poll"))]
PollFile = Annotated[
    Path | None,
    typer.Option("--poll-file", help=_("File that opened the poll, or its document: names the options")),
]

BAR = 30
"""Letters of the longest bar."""

_ALL_BPS = 10_000


@dataclass(frozen=True, slots=True)
class Options:
    """The options of a poll as people call them.

    Attributes:
        count: how many there are.
        names: by number; empty where no document names them.
    """

    count: int
    names: tuple[str, ...] = ()

    def label(self, option: int) -> Message:
        """One option."""
        if self.names:
            return Message(_("option {option}: {name}"), {"option": option, "name": self.names[option]})
        return Message(_("option {option}"), {"option": option})

    def labels(self, options: Sequence[int]) -> Joined:
        """Several options."""
        return Joined(tuple(self.label(option) for option in options), ", ")


def options_for(session: Session, poll: int, spec: PollSpec, file: Path | None) -> Options:
    """The options, named by a document if that is the poll's.

    Raises:
        InputError: the document cannot be read, or is another poll's.
    """
    if file is None:
        return Options(spec.options)
    names = document_of(file).names_of(poll, spec)
    if not names:
        session.note(_("The poll's document does not name its options, so they are shown by number."))
    return Options(spec.options, names)


def terms(spec: PollSpec) -> dict[str, Any]:
    """What was decided about a poll, as JSON."""
    return {
        "roll": spec.roll,
        "rule": spec.rule.name.lower(),
        "options": spec.options,
        "picks": spec.picks,
        "start": _iso(spec.start),
        "end": _iso(spec.end),
        "quorum_bps": spec.quorum_bps,
        "pass_bps": spec.pass_bps,
        "content_uri": spec.content_uri,
        "content_hash": Web3.to_hex(spec.content_hash),
        "ranges": [list(each) for each in spec.ranges],
    }


def terms_facts(session: Session, spec: PollSpec) -> list[Fact]:
    """What was decided about a poll, for people."""
    facts = [
        Fact(_("roll"), spec.roll),
        Fact(_("eligible"), spec.eligible),
        Fact(_("rule"), spec.rule.in_words(spec.picks)),
        Fact(_("options"), spec.options),
        Fact(_("start"), session.time(spec.start)),
        Fact(_("end"), session.time(spec.end)),
        Fact(_("document"), spec.content_uri or "–"),
        Fact(_("document's hash"), spec.content_hash),
    ]
    if spec.quorum_bps:
        facts.append(Fact(_("quorum"), _share(spec.quorum_bps)))
    if spec.pass_bps:
        facts.append(Fact(_("passes with more than"), _share(spec.pass_bps)))
    return facts


def turnout_shown(ballots: int, eligible: int) -> str:
    """A turnout with its bar."""
    filled = BAR * ballots // max(eligible, 1)
    return f"{'█' * filled}{'░' * (BAR - filled)} {ballots:,} / {eligible:,} ({ballots / max(eligible, 1):.1%})"


def verdict(result: Result, options: Options) -> Readable:
    """How a poll ended, in words."""
    leaders = options.labels(options_of(result.leaders))
    if not result.leaders:
        return Message(_("no votes"))
    if result.tied:
        return Message(_("tie: {leaders}"), {"leaders": leaders})
    return Message(_VERDICTS[result.passed, result.quorum_met], {"leader": leaders})


_VERDICTS: dict[tuple[bool, bool], Template] = {
    (True, True): _("{leader}: passed"),
    (False, True): _("{leader}: not passed"),
    (False, False): _("{leader}: not passed, quorum missed"),
}


def result_data(result: Result | None) -> dict[str, Any] | None:
    """How a poll ended, as JSON."""
    if result is None:
        return None
    return {
        "quorum_met": result.quorum_met,
        "leaders": options_of(result.leaders),
        "votes": result.votes,
        "tied": result.tied,
        "passed": result.passed,
    }


def poll_facts(session: Session, poll: int, spec: PollSpec, turnout: Turnout, ended: Readable | None) -> Any:
    """Terms, turnout and result."""
    facts = [*terms_facts(session, spec), Fact(_("turnout"), turnout_shown(turnout.ballots, turnout.eligible))]
    if ended is not None:
        facts.append(Fact(_("result"), ended))
    return session.facts(session.text(_("Poll {poll}"), poll=poll), *facts)


def tally_table(session: Session, title: str, options: Options, tally: Sequence[int]) -> Any:
    """Votes by option, with bars."""
    most = max([*tally, 1])
    # The name stands last: it may be long, and nothing is cut or padded to it.
    rows = [(votes, "█" * (BAR * votes // most), options.label(option)) for option, votes in enumerate(tally)]
    return session.table(title, [_("votes"), "", _("option")], rows)


def eligible_in(spec: PollSpec, district: District) -> int:
    """How many voters of a district may vote."""
    first, end = district.first, district.first + district.count
    return sum(max(0, min(end, at + count) - max(first, at)) for at, count in spec.ranges)


def asked(spec: PollSpec, districts: Sequence[District]) -> list[District]:
    """The districts that a poll asks."""
    return [district for district in districts if eligible_in(spec, district)]


def districts_table(session: Session, spec: PollSpec, ballots: Sequence[tuple[District, int]]) -> Any:
    """Turnout by district."""
    rows = [
        (str(each.code), eligible_in(spec, each), voted, f"{voted / eligible_in(spec, each):.1%}")
        for each, voted in ballots
    ]
    columns: list[Template] = [_("district"), _("eligible"), _("voted"), ""]
    return session.table(session.text(_("Turnout by district")), columns, rows)


def district_tallies(session: Session, found: Recount, options: Options) -> list[Callable[[], object]]:
    """A tally for each district, where there are several."""
    districts = asked(found.spec, found.roll.districts)
    if len(districts) < 2:
        return []
    return [lambda each=each: _district_tally(session, found, options, each) for each in districts]  # type: ignore[misc]


def _district_tally(session: Session, found: Recount, options: Options, district: District) -> Any:
    values = {"code": district.code, "voted": found.turnout(district), "eligible": eligible_in(found.spec, district)}
    title = session.text(_("District {code}: {voted:,} of {eligible:,} voted"), **values)
    return tally_table(session, title, options, found.tally(district))


def _share(bps: int) -> str:
    return f"{bps * 100 / _ALL_BPS:g}%"


def _iso(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(seconds)
