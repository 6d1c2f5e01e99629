"""How polls are printed: terms, turnout, tallies and outcomes, options by their labels and districts by code."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

import typer
from web3 import Web3

from dongne.ballot import (
    Aim,
    District,
    Outcome,
    PollSpec,
    Recount,
    Threshold,
    Turnout,
    labels_of,
    options_of,
    read_district_names,
)
from dongne.ballot.scores import ScorePollSpec
from dongne.cli.output import Fact
from dongne.cli.session import Session, Yes
from dongne.language import Message, Readable, Template, _

DistrictNames = Annotated[
    Path | None,
    typer.Option(
        "--districts", metavar="FILE", help=_("What districts are called: CSV with the columns district, name")
    ),
]

Poll = Annotated[int, typer.Argument(metavar="POLL", help=_("Number of the poll"))]

BAR = 30
"""Letters of the longest bar."""

LONGEST_LIST = 10
"""Labels that one line names."""


def named(mask: int, spec: PollSpec) -> Readable:
    """Options of a bit mask by their labels."""
    return _listed(labels_of(mask, spec.labels))


def chosen(choices: int, spec: PollSpec) -> Readable:
    """The choices of a ballot by their labels, of a score poll with the points."""
    if not isinstance(spec, ScorePollSpec):
        return named(choices, spec)
    return _listed(tuple(f"{spec.labels[option]}: {points}" for option, points in spec.given(choices)))


def written(choices: int, spec: PollSpec) -> str:
    """The choices of a ballot by number, as `dongne sign vote` takes them but for the commas."""
    if not isinstance(spec, ScorePollSpec):
        return " ".join(str(option) for option in options_of(choices))
    return " ".join(f"{option}:{points}" for option, points in spec.given(choices))


def _listed(labels: Sequence[str]) -> Readable:
    shown = ", ".join(labels[:LONGEST_LIST])
    beyond = len(labels) - LONGEST_LIST
    if beyond <= 0:
        return Message("{labels}", {"labels": shown})
    return Message(_("{labels} and {beyond} more"), {"labels": shown, "beyond": beyond})


def terms(spec: PollSpec) -> dict[str, Any]:
    """What was decided about a poll, as JSON."""
    return {
        "question": spec.question,
        "options": list(spec.labels),
        "roll": spec.roll,
        "least": spec.least,
        "most": spec.most,
        "cap": spec.cap,
        "costs": list(spec.costs),
        **(_points(spec) if isinstance(spec, ScorePollSpec) else {}),
        "start": _iso(spec.start),
        "end": _iso(spec.end),
        **_outcome_terms(spec),
        "document": Web3.to_hex(spec.document),
        "document_uri": spec.document_uri,
        "ranges": [list(each) for each in spec.ranges],
    }


def _points(spec: ScorePollSpec) -> dict[str, int]:
    return {"points": spec.most_points, "total": spec.most_total, "least_total": spec.least_total}


def terms_facts(session: Session, spec: PollSpec, eligible: int) -> list[Fact]:
    """What was decided about a poll, for people; `eligible` voters of its roll may vote."""
    facts = [
        Fact(_("question"), spec.question),
        Fact(_("roll"), spec.roll),
        Fact(_("eligible"), eligible),
        Fact(_("rule"), spec.rule.in_words()),
        Fact(_("options"), len(spec.labels)),
        Fact(_("start"), session.time(spec.start)),
        Fact(_("end"), session.time(spec.end)),
        Fact(_("document"), spec.document_uri or "–"),
        Fact(_("document's hash"), spec.document),
    ]
    return [*facts, *_outcome_facts(spec)]


def _outcome_terms(spec: PollSpec) -> dict[str, Any]:
    outcome = spec.outcome
    return {
        "aim": outcome.aim.name.lower(),
        "seats": outcome.seats,
        "proposal": options_of(outcome.proposal),
        "blank": options_of(outcome.blank),
        "quorum": _threshold(outcome.quorum),
        "majority": _threshold(outcome.majority),
    }


def _threshold(threshold: Threshold) -> dict[str, Any] | None:
    if not threshold.demands:
        return None
    return {
        "part": threshold.part.name.lower(),
        "whole": threshold.whole.name.lower(),
        "numerator": threshold.numerator,
        "denominator": threshold.denominator,
        "more_than": threshold.more_than,
    }


def _outcome_facts(spec: PollSpec) -> list[Fact]:
    outcome, facts = spec.outcome, [Fact(_("aim"), spec.outcome.aim)]
    if outcome.aim is Aim.ELECTION:
        facts.append(Fact(_("seats"), outcome.seats))
    if outcome.proposal:
        facts.append(Fact(_("votes for the proposal"), named(outcome.proposal, spec)))
    if outcome.blank:
        facts.append(Fact(_("blank"), named(outcome.blank, spec)))
    if outcome.quorum.demands:
        facts.append(Fact(_("quorum"), outcome.quorum.in_words()))
    if outcome.majority.demands:
        facts.append(Fact(_("majority"), outcome.majority.in_words()))
    return facts


def turnout_shown(ballots: int, eligible: int) -> str:
    """A turnout with its bar."""
    filled = BAR * ballots // max(eligible, 1)
    return f"{'█' * filled}{'░' * (BAR - filled)} {ballots:,} / {eligible:,} ({ballots / max(eligible, 1):.1%})"


def verdict(outcome: Outcome, spec: PollSpec) -> Readable:
    """How a poll ended, in words."""
    if not outcome.leaders and not outcome.support:
        return Message(_("no votes"))
    if not outcome.quorum_met:
        return Message(_("quorum missed"))
    if spec.outcome.aim is Aim.DECISION:
        return Message(_("passed") if outcome.passed else _("not passed"))
    if spec.outcome.aim is Aim.ELECTION:
        return _elected(outcome, spec)
    return Message(_("counted"))


def _elected(outcome: Outcome, spec: PollSpec) -> Readable:
    won, tied = named(outcome.won, spec), named(outcome.tied, spec)
    if not outcome.tied:
        return Message(_("elected: {won}"), {"won": won}) if outcome.won else Message(_("nobody has the majority"))
    if not outcome.won:
        return Message(_("tie: {tied}"), {"tied": tied})
    return Message(_("elected: {won}; tie: {tied}"), {"won": won, "tied": tied})


def outcome_data(outcome: Outcome | None) -> dict[str, Any] | None:
    """How a poll ended, as JSON."""
    if outcome is None:
        return None
    return {
        "valid": outcome.valid,
        "quorum_met": outcome.quorum_met,
        "leaders": options_of(outcome.leaders),
        "votes": outcome.votes,
        "support": outcome.support,
        "won": options_of(outcome.won),
        "tied": options_of(outcome.tied),
        "passed": outcome.passed,
    }


def outcome_facts(outcome: Outcome, spec: PollSpec) -> list[Fact]:
    """How a poll ended, for people; a tie of leaders shows in their names."""
    facts = [Fact(_("result"), verdict(outcome, spec))]
    if spec.outcome.blank:
        facts.append(Fact(_("valid votes"), outcome.valid))
    if spec.outcome.aim is Aim.DECISION:
        facts.append(Fact(_("in favour"), outcome.support))
    leaders = Message(
        _("{labels} with {votes:,} each") if outcome.leaders.bit_count() > 1 else _("{labels} with {votes:,}"),
        {"labels": named(outcome.leaders, spec), "votes": outcome.votes},
    )
    most = _("most points") if isinstance(spec, ScorePollSpec) else _("most votes")
    return [*facts, Fact(most, leaders)] if outcome.leaders else facts


def poll_facts(
    session: Session, poll: int, spec: PollSpec, turnout: Turnout, outcome: Outcome | None, cancelled: bool
) -> Any:
    """Terms, turnout and outcome."""
    facts = [
        *terms_facts(session, spec, turnout.eligible),
        Fact(_("turnout"), turnout_shown(turnout.ballots, turnout.eligible)),
    ]
    if cancelled:
        facts.append(Fact(_("cancelled before its start"), Yes(True)))
    if outcome is not None:
        facts += outcome_facts(outcome, spec)
    return session.facts(session.text(_("Poll {poll}"), poll=poll), *facts)


def tally_table(session: Session, title: str, spec: PollSpec, tally: Sequence[int]) -> Any:
    """Votes by option, with bars."""
    most = max([*tally, 1])
    # The label stands last: it may be long, and nothing is cut or padded to it.
    rows = [
        (votes, "█" * (BAR * votes // most), option, label)
        for option, (votes, label) in enumerate(zip(tally, spec.labels, strict=True))
    ]
    counted = _("points") if isinstance(spec, ScorePollSpec) else _("votes")
    return session.table(title, [counted, "", _("number"), _("option")], rows)


def asked(spec: PollSpec, districts: Iterable[District]) -> dict[int, list[District]]:
    """The districts that a poll asks, by their code: the parts of each."""
    found: dict[int, list[District]] = {}
    for district in districts:
        if spec.asked_of(district):
            found.setdefault(district.code, []).append(district)
    return found


def eligible_in(found: Recount, parts: Iterable[District]) -> int:
    """How many voters of a district may vote."""
    return found.roll.size_within(span for part in parts for span in found.spec.asked_of(part))


def district_names(session: Session, file: Path | None, districts: Iterable[District]) -> dict[int, str]:
    """What a file calls districts, by code; says so where it names none of those that a poll asks."""
    names = {} if file is None else read_district_names(file)
    if file is not None and not any(each.code in names for each in districts):
        session.note(_("{file} names none of the poll's districts."), file=file)
    return names


def district_named(code: int, names: Mapping[int, str]) -> str:
    """A district by its code, and by its name where that is known."""
    return f"{code} {names[code]}" if code in names else str(code)


def districts_table(session: Session, turnouts: Sequence[dict[str, Any]], names: Mapping[int, str]) -> Any:
    """Turnout by district."""
    rows = [
        (
            district_named(each["code"], names),
            each["eligible"],
            each["ballots"],
            f"{each['ballots'] / max(each['eligible'], 1):.1%}",
        )
        for each in turnouts
    ]
    columns: list[Template] = [_("district"), _("eligible"), _("voted"), ""]
    return session.table(session.text(_("Turnout by district")), columns, rows)


def district_tallies(session: Session, found: Recount, names: Mapping[int, str]) -> list[Callable[[], object]]:
    """A tally for each district, where there are several."""
    districts = asked(found.spec, found.roll.districts)
    if len(districts) < 2:
        return []
    return [
        lambda code=code, parts=parts: _district_tally(session, found, district_named(code, names), parts)  # type: ignore[misc]
        for code, parts in districts.items()
    ]


def _district_tally(session: Session, found: Recount, named: str, parts: Sequence[District]) -> Any:
    values = {"code": named, "voted": found.turnout(parts), "eligible": eligible_in(found, parts)}
    title = session.text(_("District {code}: {voted:,} of {eligible:,} voted"), **values)
    return tally_table(session, title, found.spec, found.tally(parts))


def _iso(seconds: int) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).isoformat()
    except (ValueError, OverflowError, OSError):
        return str(seconds)
