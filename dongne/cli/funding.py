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
    OtherBudget,
    OtherCosts,
    OtherProjects,
    OtherRule,
)
from dongne.ballot.funding import FORMAT
from dongne.ballot.poll_box import PollBox
from dongne.book import write_whole
from dongne.cli.boxes import AnyPoll, box_of
from dongne.cli.left_out import left_out_data, left_out_table
from dongne.cli.output import Fact
from dongne.cli.pinning import AlsoRpc, AtBlock, WithoutProof, pin_facts, say_what_a_liar_could_do
from dongne.cli.recounting import recounted
from dongne.cli.rolls import Columns
from dongne.cli.session import Session
from dongne.language import Message, _
from dongne.tables import read_mapping
from dongne.texts import read_text

RULES = {"greedy": FundingRule.GREEDY, "equal-shares": FundingRule.EQUAL_SHARES}


def fund(
    session: Session,
    poll: AnyPoll,
    budget: Annotated[
        int | None, typer.Option(min=1, help=_("The money, in the unit of the costs; else the Pabulib file's"))
    ] = None,
    rule: Annotated[
        Literal["greedy", "equal-shares"] | None, typer.Option(help=_("How it is spent; greedy if it is not given"))
    ] = None,
    increment: Annotated[
        int | None, typer.Option(min=0, help=_("Of equal shares: let every part grow by this until the money is spent"))
    ] = None,
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
    spec = box.spec(poll)
    listed = _listed(poll, spec, projects, columns)
    if published and check:
        spent = _published_budget(published, check)
        _check_costs(check, spent, spec, listed, projects)
        _check_budget(check, spent, budget, listed, projects)
        _check_rule(check, spent, rule, increment)
    else:
        spent = _budget(spec, listed, budget, FundingRule(RULES[rule or "greedy"]), increment or 0)
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
        lambda: _facts(session, found, funding, out, check),
        lambda: _table(session, found.spec, funding),
        *left_out_table(session, left_out),
    )
    say_what_a_liar_could_do(session, found.nodes, proven=found.proven)
    if check is not None:
        _say_what_is_believed(session, check, spent, spec, listed, budget)


def _listed(poll: int, spec: PollSpec, projects: Path | None, columns: Path | None) -> CostList | None:
    """What a list says of the poll's options.

    Raises:
        OtherProjects: it lists others.
        OtherCosts: they cost something else on the chain.
    """
    if projects is None:
        return None
    listed = read_costs(projects, read_mapping(columns) if columns else None)
    for option, label in enumerate(spec.labels):
        if len(listed.labels) != len(spec.labels) or listed.labels[option] != label:
            raise OtherProjects(projects, poll, option, label)
    if spec.costs and listed.costs and listed.costs != spec.costs:
        raise OtherCosts(projects, Message(_ON_THE_CHAIN))
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


def _check_costs(file: Path, spent: Budget, spec: PollSpec, listed: CostList | None, projects: Path | None) -> None:
    """Compare the costs of a published file with those of the chain, or of a list.

    Raises:
        OtherCosts: they differ.
    """
    known = spec.costs or (listed.costs if listed else ())
    if known and spent.costs != known:
        raise OtherCosts(file, Message(_ON_THE_CHAIN) if spec.costs else Message("{file}", {"file": projects}))


def _check_budget(
    file: Path, spent: Budget, budget: int | None, listed: CostList | None, projects: Path | None
) -> None:
    """Compare the money of a published file with what is known of it.

    Raises:
        OtherBudget: it differs.
    """
    known, source = (budget, "--budget") if budget is not None else (listed and listed.budget, str(projects))
    if known and spent.limit != known:
        raise OtherBudget(file, spent.limit, known, source)


def _check_rule(file: Path, spent: Budget, rule: str | None, increment: int | None) -> None:
    """Compare the rule of a published file with the one that was named.

    Raises:
        OtherRule: it is another one.
    """
    named = spent.rule if rule is None else FundingRule(RULES[rule])
    if (named, spent.increment if increment is None else increment) != (spent.rule, spent.increment):
        raise OtherRule(file, spent.rule, spent.increment)


def _say_what_is_believed(
    session: Session, file: Path, spent: Budget, spec: PollSpec, listed: CostList | None, budget: int | None
) -> None:
    """Say what of a published file follows from nothing that is at hand."""
    if not spec.costs and not (listed and listed.costs):
        session.note(
            _("The poll does not say what its projects cost, so {file} is believed. --projects checks it."), file=file
        )
    if budget is None and not (listed and listed.budget):
        session.note(
            _("The poll does not say how much money there is, so {file} is believed: {budget:,}. --budget checks it."),
            file=file,
            budget=spent.limit,
        )


_ON_THE_CHAIN = _("the poll on the chain")


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


def _facts(session: Session, found: Recount, funding: Funding, out: Path | None, check: Path | None) -> Any:
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
    if check is not None:
        facts.insert(0, Fact(_("checked"), Message(_("{file} follows from the counted ballots"), {"file": check})))
    title = _("Poll {poll}: what is funded") if found.ended else _("Poll {poll}: what would be funded if it ended now")
    return session.facts(session.text(title, poll=found.poll), *facts)


def _table(session: Session, spec: PollSpec, funding: Funding) -> Any:
    rows = [
        (funding.tally[option], funding.budget.costs[option], option, spec.labels[option]) for option in funding.funded
    ]
    return session.table(session.text(_("Funded")), [_("votes"), _("cost"), _("number"), _("option")], rows)
