"""Commands of electoral rolls."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from dongne.ballot import (
    MOST_VOTERS,
    Amending,
    Begun,
    BegunEdition,
    District,
    ElectoralRoll,
    RollState,
    VoterList,
    amend,
    begun,
    begun_edition,
    publish,
    read_changes,
    read_keys,
    read_voters,
    refuse_another_edition,
)
from dongne.ballot.document import read_document
from dongne.ballot.errors import MOST_NAMED, NodesDisagreeOnRoll, RollNotSound, RollStateDiffers, VoterIndexOutOfRange
from dongne.chain import Chain
from dongne.cli.commands import command
from dongne.cli.output import Fact
from dongne.cli.pinning import AlsoRpc
from dongne.cli.session import Session, Yes
from dongne.language import Message, Template, _, _n
from dongne.tables import read_mapping

app = typer.Typer(no_args_is_help=True)

Roll = Annotated[int, typer.Argument(metavar="ROLL", help=_("Number of the roll"))]
Columns = Annotated[
    Path | None,
    typer.Option("--columns", help=_("TOML or CSV file that names the column for headings that are not known")),
]


@command(app, "list", epilog=_("Example: dongne ballot roll list"))
def list_rolls(session: Session) -> None:
    """All rolls."""
    rolls = session.client(ElectoralRoll)
    numbers = rolls.numbers()
    found, amended = list(zip(numbers, rolls.states(numbers), strict=True)), rolls.bases()
    data = [{**_data(roll, state), "base": amended.get(roll)} for roll, state in found]
    rows = [
        (
            str(roll),
            state.voters,
            str(amended.get(roll, "")),
            Yes(state.frozen),
            Yes(state.withdrawn),
            state.commitment,
        )
        for roll, state in found
    ]
    columns: list[Template] = [
        _("roll"),
        _("voters"),
        _("amends roll"),
        _("frozen for good"),
        _("withdrawn"),
        _("hash"),
    ]
    session.show(data, lambda: session.table(session.text(_("Electoral rolls")), columns, rows))


@command(app, "show", epilog=_("Example: dongne ballot roll show 1"))
def show_roll(session: Session, roll: Roll) -> None:
    """Size and hash of a roll, what it amends and, once it is frozen, its districts."""
    rolls = session.client(ElectoralRoll)
    state = rolls.state(roll)
    districts = rolls.districts(roll) if state.frozen else ()
    data = _data(roll, state)
    amended = _amended_data(rolls, roll)
    data["amends"] = amended
    data["amended_by"] = rolls.standing_editions(roll)
    data["districts"] = [{"code": each.code, "first": each.first, "count": each.count} for each in districts]
    parts = [lambda: _districts_table(session, districts)] if districts else []
    session.show(data, lambda: _facts(session, roll, state, amended, data["amended_by"]), *parts)


@command(app, "audit", epilog=_("Example: dongne ballot roll audit 1"))
def audit_roll(session: Session, roll: Roll, also: AlsoRpc = None) -> None:
    """Recompute a roll's hash from its blobs and look for voters who are listed more than once.

    Of an edition, the same of every roll that it amends; voters who are struck do not count.
    """
    rolls = session.client(ElectoralRoll)
    found, stated = rolls.read(roll), rolls.state(roll)
    duplicates, computed = found.duplicates(), found.commitment()
    sound = stated.commitment == computed and stated.voters == found.size
    for rpc in also or ():
        other = ElectoralRoll(Chain(rpc, session.chain.id), rolls.entry)
        if other.state(roll) != stated:
            raise NodesDisagreeOnRoll(other.chain.node, roll)
    data = {
        "roll": roll,
        "voters": found.size,
        "struck": len(found.struck),
        "commitment": "0x" + computed.hex(),
        "commitment_matches": sound,
        "duplicates": duplicates,
        "withdrawn": stated.withdrawn,
    }
    session.show(data, lambda: _audit_facts(session, data))
    if not sound:
        raise RollStateDiffers(roll)
    if duplicates:
        raise RollNotSound(roll, len(duplicates))
    session.note(_ALL_STATE_IT if also else _ONE_STATES_IT)


_ONE_STATES_IT = _(
    "One node was asked, and it could show another roll altogether: compare the hash with the one that the city has "
    "published, or with other nodes (--also-rpc)."
)
_ALL_STATE_IT = _("All nodes state this hash. Those of one operator can lie together: name nodes of several.")


@command(
    app,
    "register",
    sends=True,
    epilog=_("Example: dongne ballot roll register voters.csv --keystore roll_officer.json"),
)
def register_roll(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("CSV with the columns address, district"))],
    columns: Columns = None,
) -> None:
    """Publish a roll from a CSV file and freeze it.

    It may be run again: a roll that was cut off is completed, and a list that was published is not published twice.
    """
    rolls = session.client(ElectoralRoll)
    voters = read_voters(file, read_mapping(columns) if columns else None)
    session.sender.settle()
    at = begun(rolls, voters)
    _announce(session, at, voters)
    with session.progress(_("publishing"), len(voters.voters)) as heard:
        roll = publish(rolls, voters, session.sender.deliver, heard, at, session.sender.deliver_all)
    if roll is None:
        data = {"roll": None, "voters": len(voters.voters), "commitment": "0x" + voters.commitment().hex()}
        session.show(data, lambda: _planned_facts(session, voters))
        return
    _show(session, rolls, roll)


@command(
    app,
    "amend",
    sends=True,
    epilog=_("Example: dongne ballot roll amend changes.csv --base 1 --keystore roll_officer.json"),
)
def amend_roll(
    session: Session,
    file: Annotated[Path, typer.Argument(help=_("CSV with the columns voter, address, district"))],
    base: Annotated[int, typer.Option("--base", metavar="ROLL", help=_("The roll that it amends"))],
    keys: Annotated[
        Path | None, typer.Option("--keys", help=_("CSV (key, address) where the file names voters by the city's keys"))
    ] = None,
    columns: Columns = None,
    beside: Annotated[
        bool,
        typer.Option("--beside", help=_("Amend it even if another edition does, whose changes are then not in it")),
    ] = False,
) -> None:
    """Publish an edition of a roll: strike voters and append others, for what the changes cost, and freeze it.

    A row with a voter alone strikes, one with an address and a district alone appends; a voter with an address, a
    district or both gets a new place. It may be run again: an edition that was cut off is completed.
    """
    rolls, mapping = session.client(ElectoralRoll), read_mapping(columns) if columns else None
    voters = rolls.read(base)
    known = read_keys(keys, mapping) if keys else None
    amending = Amending(base, voters, read_changes(file, base, voters, known, mapping))
    session.sender.settle()
    at = begun_edition(rolls, amending)
    if not beside:
        refuse_another_edition(rolls, amending, at)
    _announce_edition(session, at, amending)
    with session.progress(_("publishing"), amending.steps) as heard:
        roll = amend(rolls, amending, session.sender.deliver, heard, at, session.sender.deliver_all)
    if roll is None:
        data = {"roll": None, "voters": amending.edition(0).roll().size, "amends": _planned_data(amending)}
        session.show(data, lambda: _planned_edition_facts(session, amending))
        return
    state, amended = rolls.state(roll), _amended_data(rolls, roll)
    session.show({**_data(roll, state), "amends": amended}, lambda: _facts(session, roll, state, amended))


@command(
    app,
    "withdraw",
    sends=True,
    epilog=_("Example: dongne ballot roll withdraw 2 objection.pdf --uri https://vote.example/objection.pdf"),
)
def withdraw_roll(
    session: Session,
    roll: Roll,
    document: Annotated[Path, typer.Argument(metavar="DOCUMENT", help=_("The document with the reason; it is public"))],
    uri: Annotated[str, typer.Option("--uri", help=_("Where the document can be had"))] = "",
) -> None:
    """Withdraw a roll after an objection, within its objection period: no poll will use it."""
    rolls, reason = session.client(ElectoralRoll), read_document(document)
    rolls.state(roll)
    session.sender.settle()
    session.confirm(_("Withdraw roll {roll}? No poll will ever use it."), roll=roll)
    session.sender.deliver(rolls.withdraw(roll, reason.hash, uri))
    _show(session, rolls, roll)


@command(
    app,
    "prove-duplicate",
    sends=True,
    epilog=_("Example: dongne ballot roll prove-duplicate 2 17 40311 --keystore anyone.json"),
)
def prove_duplicate(
    session: Session,
    roll: Roll,
    first: Annotated[int, typer.Argument(metavar="FIRST", help=_("Lower index of the voter, as `audit` names it"))],
    second: Annotated[int, typer.Argument(metavar="SECOND", help=_("Higher index of the same voter"))],
) -> None:
    """Prove that a voter stands on a roll twice: no more polls can be opened on it. Anyone may do it."""
    rolls = session.client(ElectoralRoll)
    rolls.state(roll)
    session.sender.settle()
    session.sender.deliver(rolls.prove_duplicate(roll, index_of(first), index_of(second)))
    _show(session, rolls, roll)


def sound_roll(rolls: ElectoralRoll, number: int) -> VoterList:
    """A roll on which everybody has one vote.

    Raises:
        RollNotSound: somebody is listed twice.
    """
    roll = rolls.read(number)
    if duplicates := roll.duplicates():
        raise RollNotSound(number, len(duplicates))
    return roll


def say_if_amended(session: Session, rolls: ElectoralRoll, roll: int) -> None:
    """Say so where voters are asked as a roll has them that an edition amends."""
    if (latest := rolls.latest_edition(roll)) != roll:
        session.note(_AMENDED, roll=roll, latest=latest)


_AMENDED = _(
    "Roll {roll} was amended; its latest edition is roll {latest}. You are asking the voters of roll {roll}: those too "
    "whom editions struck, and not those whom they appended."
)


def _show(session: Session, rolls: ElectoralRoll, roll: int) -> None:
    state = rolls.state(roll)
    session.show(_data(roll, state), lambda: _facts(session, roll, state))


def index_of(number: int) -> int:
    """An index that a roll can have.

    Raises:
        VoterIndexOutOfRange: no roll has it.
    """
    if not 0 <= number < MOST_VOTERS:
        raise VoterIndexOutOfRange(number, MOST_VOTERS - 1)
    return number


_SURE = _n(
    "Publish a roll of {voters:,} voters in {count} district? It can never be changed.",
    "Publish a roll of {voters:,} voters in {count} districts? It can never be changed.",
)

_GOING_ON = _("Going on with roll {roll}, which holds {done:,} of the {total:,} voters.")


def _announce(session: Session, at: Begun, voters: VoterList) -> None:
    """Say what was found on the chain; ask before anything is sent."""
    total = len(voters.voters)
    if at.frozen:
        session.note(_("Roll {roll} holds exactly these voters already. Nothing was sent."), roll=at.roll)
        return
    if at.roll is not None:
        done = min(at.voters, total)
        session.note(_GOING_ON, roll=at.roll, done=done, total=total)
    session.confirm(_SURE, voters=total, count=len(voters.districts))


_SURE_TO_AMEND = _(
    "Publish an edition of roll {base} that strikes {struck:,} voters and appends {added:,}? It can never be changed."
)

_GOING_ON_WITH_EDITION = _("Going on with roll {roll}: {done:,} of {total:,} transactions are done.")


def _announce_edition(session: Session, at: BegunEdition | None, amending: Amending) -> None:
    """Say what was found on the chain; ask before anything is sent."""
    total = amending.steps
    if at is not None and at.done == total:
        session.note(_("Roll {roll} has exactly these changes already. Nothing was sent."), roll=at.roll)
        return
    if at is not None:
        session.note(_GOING_ON_WITH_EDITION, roll=at.roll, done=at.done, total=total)
    if new := amending.new_districts:
        shown = ", ".join(map(str, new[:MOST_NAMED])) + (" …" if len(new) > MOST_NAMED else "")
        session.note(_NEW_DISTRICTS, base=amending.base, count=len(new), codes=shown)
    session.confirm(_SURE_TO_AMEND, **_planned_data(amending))


_NEW_DISTRICTS = _n(
    "Roll {base} has no district {codes} so far: is the code right? A poll in others does not ask its voters.",
    "Roll {base} has no districts {codes} so far: are the codes right? A poll in others does not ask their voters.",
)


def _planned_data(amending: Amending) -> dict[str, int]:
    changes = amending.changes
    return {"base": amending.base, "struck": len(changes.struck), "added": len(changes.added.voters)}


def _planned_edition_facts(session: Session, amending: Amending) -> Any:
    planned = _planned_data(amending)
    facts = [
        Fact(_("amends roll"), planned["base"]),
        Fact(_("struck"), planned["struck"]),
        Fact(_("appended"), planned["added"]),
        Fact(_("voters"), amending.edition(0).roll().size),
    ]
    return session.facts(session.text(_("Nothing is published yet")), *facts)


def _amended_data(rolls: ElectoralRoll, roll: int) -> dict[str, int] | None:
    """What makes a roll an edition; its struck are all of the lineage."""
    amended = rolls.amendment(roll)
    if amended is None:
        return None
    struck = rolls.struck(roll)
    return {"base": amended.base, "first": amended.first, "added": amended.added, "struck": struck}


def _data(roll: int, state: RollState) -> dict[str, Any]:
    return {
        "roll": roll,
        "voters": state.voters,
        "frozen": state.frozen,
        "usable_from": state.usable_from or None,
        "withdrawn": state.withdrawn,
        "commitment": "0x" + state.commitment.hex(),
    }


def _facts(
    session: Session,
    roll: int,
    state: RollState,
    amended: dict[str, int] | None = None,
    amended_by: Sequence[int] = (),
) -> Any:
    facts = [
        Fact(_("voters"), state.voters),
        Fact(_("frozen for good"), Yes(state.frozen)),
        Fact(_("hash"), state.commitment),
    ]
    if state.frozen:
        facts.insert(2, Fact(_("usable from"), session.time(state.usable_from)))
    if state.withdrawn:
        facts.insert(2, Fact(_("withdrawn"), Yes(True)))
    if amended is not None:
        facts += [
            Fact(_("amends roll"), amended["base"]),
            Fact(_("struck in all"), amended["struck"]),
            Fact(_("appended"), amended["added"]),
        ]
    if amended_by:
        facts.append(Fact(_("amended by roll"), ", ".join(map(str, amended_by))))
    return session.facts(session.text(_("Roll {roll}"), roll=roll), *facts)


def _planned_facts(session: Session, voters: VoterList) -> Any:
    facts = [Fact(_("voters"), len(voters.voters)), Fact(_("hash"), voters.commitment())]
    return session.facts(session.text(_("Nothing is published yet")), *facts)


def _districts_table(session: Session, districts: Sequence[District]) -> Any:
    rows = [(str(each.code), each.first, each.count) for each in districts]
    return session.table(session.text(_("Districts")), [_("district"), _("first index"), _("voters")], rows)


def _audit_facts(session: Session, data: dict[str, Any]) -> Any:
    twice = "; ".join(f"{voter}: {', '.join(map(str, places))}" for voter, places in data["duplicates"].items())
    facts = [
        Fact(_("voters"), data["voters"]),
        *([Fact(_("struck"), data["struck"])] if data["struck"] else []),
        *([Fact(_("withdrawn"), Yes(True))] if data["withdrawn"] else []),
        Fact(_("hash"), data["commitment"]),
        Fact(_("hash matches"), Yes(data["commitment_matches"])),
        Fact(_("listed more than once"), twice or Message(_("nobody"))),
    ]
    return session.facts(session.text(_("Roll {roll}"), roll=data["roll"]), *facts)
