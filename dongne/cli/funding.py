"""The command that says which projects of a budget are funded, and checks what was published."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from dongne.ballot import Budget, CostList, Funding, FundingRule, PollSpec, Recount, read_costs
from dongne.ballot import fund as funded_by
from dongne.ballot.errors import (
    BudgetUnknown,
    CostsUnknown,
    FundingDiffers,
    FundingTooEarly,
    NotAFunding,
    OtherProjects,
)
from dongne.ballot.funding import FORMAT
from dongne.ballot.poll_box import PollBox
from dongne.book import write_whole
from dongne.cli.boxes import AnyPoll, box_of
from dongne.cli.left_out import left_out_data, left_out_table
from dongne.cli.output import Fact
from dongne.cli.pinning import AlsoRpc, AtBlock, WithoutProof, pin_facts
from dongne.cli.recounting import recounted
from dongne.cli.rolls import Columns
from dongne.cli.session import Session
from dongne.language import _
from dongne.tables import read_mapping
from dongne.texts import read_text

RULES = {"greedy": FundingRule.GREEDY, "equal-shares": FundingRule.EQUAL_SHARES}


def fund(
    session: Session,
    poll: AnyPoll,
    budget: Annotated[
        int | None, typer.Option(min=1, help=_("The money, in the unit of the costs; else the Pabulib file's"))
    ] = None,
    rule: Annotated[Literal["greedy", "equal-shares"], typer.Option(help=_("How it is spent"))] = "greedy",
    increment: Annotated[
        int, typer.Option(min=0, help=_("Of equal shares: let every part grow by this until the money is spent"))
    ] = 0,
    projects: Annotated[
        Path | None, typer.Option("--projects", help=_("Costs that are not on the chain: a Pabulib file or a CSV"))
    ] = None,
    columns: Columns = None,
    out: Annotated[Path | None, typer.Option("--out", help=_("File to publish, JSON; once the poll has ended"))] = None,
    check: Annotated[
        Path | None, typer.Option("--check", help=_("A published file: does it follow from the chain?"))
    ] = None,
    also: AlsoRpc = None,
    block: AtBlock = "final",
    without_proof: WithoutProof = False,
) -> None:
    """Say which projects of a participatory budget are funded, from the ballots that the chain counted.

    Needs the library pabutools, which comes with Dongne's extra “funding”.
    """
    box = box_of(session, poll)
    published = None if check is None else _read(check)
    spent = _published_budget(published, check) if published and check else None
    listed = _listed(poll, box.spec(poll), projects, columns)
    spent = spent or _budget(box.spec(poll), listed, budget, FundingRule(RULES[rule]), increment)
    found = recounted(session, poll, also or (), block, prove=not without_proof)
    found.raise_if_unsound()
    funding = funded_by(found, box.terms(poll, found.pin.number), spent)
    data = _data(session, box, found, funding)
    if published and check:
        _compare(check, poll, published, data)
    if out is not None:
        if not found.ended:
            raise FundingTooEarly(poll)
        write_whole(out, json.dumps(data, ensure_ascii=False, indent=1) + "\n")
    left_out = listed.left_out if listed else ()
    session.show(
        data | {"left_out": left_out_data(session, left_out)},
        lambda: _facts(session, found, funding, out),
        lambda: _table(session, found.spec, funding),
        *left_out_table(session, left_out),
    )


def _listed(poll: int, spec: PollSpec, projects: Path | None, columns: Path | None) -> CostList | None:
    """What a list says of the poll's options.

    Raises:
        OtherProjects: it lists others.
    """
    if projects is None:
        return None
    listed = read_costs(projects, read_mapping(columns) if columns else None)
    for option, label in enumerate(spec.labels):
        if len(listed.labels) != len(spec.labels) or listed.labels[option] != label:
            raise OtherProjects(projects, poll, option, label)
    return listed


def _budget(spec: PollSpec, listed: CostList | None, limit: int | None, rule: FundingRule, increment: int) -> Budget:
    """What the options ask for, with the costs of the chain or of a list."""
    costs = spec.costs or (listed.costs if listed else ())
    if not costs:
        raise CostsUnknown(len(spec.labels))
    if limit is None and (listed is None or listed.budget is None):
        raise BudgetUnknown
    return Budget(limit or (listed and listed.budget) or 0, costs, rule, increment)


def _read(file: Path) -> dict[str, Any]:
    try:
        found = json.loads(read_text(file))
    except (ValueError, RecursionError) as error:
        raise NotAFunding(file, str(error)) from error
    if not isinstance(found, dict) or found.get("format") != FORMAT:
        raise NotAFunding(file, "format")
    return found


def _published_budget(published: dict[str, Any], file: Path) -> Budget:
    try:
        rule, costs = FundingRule[str(published["rule"]).upper()], tuple(int(cost) for cost in published["costs"])
        return Budget(int(published["budget"]), costs, rule, int(published["increment"]))
    except (KeyError, TypeError, ValueError) as error:
        raise NotAFunding(file, str(error)) from error


def _compare(file: Path, poll: int, published: dict[str, Any], data: dict[str, Any]) -> None:
    """The block may be a later one; everything else must be the same."""
    for name in data.keys() - {"block", "library"}:
        if published.get(name) != data[name]:
            raise FundingDiffers(file, poll, name)


def _data(session: Session, box: PollBox[Any], found: Recount, funding: Funding) -> dict[str, Any]:
    labels, costs, budget = found.spec.labels, funding.budget.costs, funding.budget
    chosen = [
        {"option": option, "label": labels[option], "votes": funding.tally[option], "cost": costs[option]}
        for option in funding.funded
    ]
    return {
        "format": FORMAT,
        "chain_id": session.chain.id,
        "ballot_box": box.address,
        "poll": found.poll,
        "question": found.spec.question,
        "terms": "0x" + box.terms(found.poll, found.pin.number).hex(),
        "block": {"number": found.pin.number, "hash": found.pin.hash, "time": found.pin.time},
        "rule": budget.rule.name.lower(),
        "increment": budget.increment,
        "budget": budget.limit,
        "costs": list(costs),
        "ballots": found.ballots,
        "tally": list(funding.tally),
        "funded": chosen,
        "spent": funding.spent,
        "tied": list(funding.tied),
        "inputs_hash": "0x" + funding.inputs_hash.hex(),
    }


def _facts(session: Session, found: Recount, funding: Funding, out: Path | None) -> Any:
    budget = funding.budget
    facts = [
        Fact(_("question"), found.spec.question),
        Fact(_("rule"), budget.rule),
        Fact(_("ballots"), found.ballots),
        Fact(_("budget"), budget.limit),
        Fact(_("spent"), funding.spent),
        Fact(_("hash of the inputs"), funding.inputs_hash),
        *pin_facts(session, found.pin, proven=found.proven),
    ]
    if funding.tied:
        facts.append(Fact(_("a tie decided about"), ", ".join(found.spec.labels[option] for option in funding.tied)))
    if out is not None:
        facts.append(Fact(_("published in"), out))
    return session.facts(session.text(_("Poll {poll}: what is funded"), poll=found.poll), *facts)


def _table(session: Session, spec: PollSpec, funding: Funding) -> Any:
    rows = [
        (funding.tally[option], funding.budget.costs[option], option, spec.labels[option]) for option in funding.funded
    ]
    return session.table(session.text(_("Funded")), [_("votes"), _("cost"), _("number"), _("option")], rows)
