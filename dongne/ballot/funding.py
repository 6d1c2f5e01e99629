"""Which projects of a participatory budget are funded: from the ballots that the chain counted, by a published rule.

The rules are those of the `pabutools` library, installed with the extra `funding`. Anybody who has the chain, the costs
and the budget gets the same set: `inputs_hash` says of which inputs it is.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dongne.ballot.choices import options_of
from dongne.ballot.errors import CostsUnknown, FundingMissing, NoBallotsToFund
from dongne.ballot.recount import Recount
from dongne.ballot.scores.polls import ScorePollSpec
from dongne.hashing import keccak
from dongne.language import Word, _

if TYPE_CHECKING:
    from pabutools.tiebreaking import TieBreakingRule

FORMAT = "dongne-funding-1"
_INDEX = 3


class FundingRule(Word):
    """How a budget is spent."""

    GREEDY = 0, _("most votes first, as far as the money goes")
    EQUAL_SHARES = 1, _("equal shares: every voter has the same part of the money")


@dataclass(frozen=True, slots=True)
class Budget:
    """What is to be spent, and how.

    Attributes:
        limit: the money, in the unit of the costs.
        costs: of each option.
        rule: how it is spent.
        increment: of equal shares: by how much every voter's part grows until the money is spent; 0 to leave the rest.
    """

    limit: int
    costs: tuple[int, ...]
    rule: FundingRule
    increment: int = 0


@dataclass(frozen=True, slots=True)
class Funding:
    """The projects that are funded.

    Attributes:
        budget: what was to be spent, and how.
        tally: votes by option.
        funded: options, in their order.
        tied: options that are funded in one order of ties and not in the opposite one.
        inputs_hash: keccak256 over poll, ballots and budget.
    """

    budget: Budget
    tally: tuple[int, ...]
    funded: tuple[int, ...]
    tied: tuple[int, ...]
    inputs_hash: bytes

    @property
    def spent(self) -> int:
        """What the funded projects cost together."""
        return sum(self.budget.costs[option] for option in self.funded)


def fund(found: Recount, terms: bytes, budget: Budget) -> Funding:
    """Which projects of a recounted poll are funded. Ties go to the first option; those that matter are named.

    Args:
        terms: hash of the poll's terms, which voters signed.

    Raises:
        FundingMissing: the library is not installed.
        CostsUnknown: there is not one cost for each option.
        NoBallotsToFund: nobody picked a project.
    """
    if len(budget.costs) != len(found.spec.labels):
        raise CostsUnknown(len(found.spec.labels))
    options = options_of(((1 << len(budget.costs)) - 1) & ~found.spec.outcome.blank)
    given = (dict(found.spec.given(choices)) for choices in found.choices.values())
    ballots = [ballot for each in given if (ballot := {option: each[option] for option in options if option in each})]
    if not ballots:
        raise NoBallotsToFund(found.poll)
    scores = isinstance(found.spec, ScorePollSpec)
    first, last = (_funded(ballots, options, budget, scores=scores, last=last) for last in (False, True))
    hashed = inputs_hash(terms, {index: found.spec.written(each) for index, each in found.choices.items()}, budget)
    return Funding(budget, tuple(found.tally()), tuple(sorted(first)), tuple(sorted(first ^ last)), hashed)


def inputs_hash(terms: bytes, ballots: Mapping[int, bytes], budget: Budget) -> bytes:
    """keccak256 over the terms, the hash of the ballots, and the budget in JSON.

    Ballots are index (3 bytes) and mask (32), by index; of a score poll index (3), how many options have points (1),
    and these and their points (1 each). The JSON has its keys in order and no spaces.
    """
    listed = b"".join(index.to_bytes(_INDEX, "big") + ballot for index, ballot in sorted(ballots.items()))
    spent = {
        "budget": budget.limit,
        "costs": list(budget.costs),
        "increment": budget.increment,
        "rule": budget.rule.name.lower(),
    }
    return keccak(terms + keccak(listed) + json.dumps(spent, sort_keys=True, separators=(",", ":")).encode())


def _funded(
    ballots: Sequence[Mapping[int, int]], options: Sequence[int], budget: Budget, *, scores: bool, last: bool
) -> set[int]:
    """The options that a rule funds, with ties for the first or for the last option.

    Args:
        ballots: options with their votes or points.
        scores: whether they are points: these are then what a project is worth to a voter; of approvals, its cost is.
    """
    try:
        from pabutools.election import (
            Additive_Cardinal_Sat,
            ApprovalBallot,
            ApprovalProfile,
            CardinalBallot,
            CardinalProfile,
            Cost_Sat,
            Instance,
            Project,
        )
        from pabutools.rules import greedy_utilitarian_welfare, method_of_equal_shares
    except ImportError as error:
        raise FundingMissing from error
    projects = {option: Project(str(option), budget.costs[option]) for option in options}
    instance = Instance(projects.values(), budget_limit=budget.limit)
    profile: Any
    if scores:
        cardinal = (CardinalBallot({projects[option]: points for option, points in each.items()}) for each in ballots)
        profile = CardinalProfile(cardinal, instance=instance).as_multiprofile()
    else:
        approvals = (ApprovalBallot(projects[option] for option in each) for each in ballots)
        profile = ApprovalProfile(approvals, instance=instance).as_multiprofile()
    terms: dict[str, Any] = {
        "sat_class": Additive_Cardinal_Sat if scores else Cost_Sat,
        "tie_breaking": _ties(last=last),
    }
    if budget.rule is FundingRule.GREEDY:
        chosen = greedy_utilitarian_welfare(instance, profile, **terms)
    else:
        chosen = method_of_equal_shares(instance, profile, voter_budget_increment=budget.increment or None, **terms)
    return {int(project.name) for project in chosen}


def _ties(*, last: bool) -> "TieBreakingRule":
    from pabutools.tiebreaking import TieBreakingRule

    sign = -1 if last else 1
    return TieBreakingRule(lambda _instance, _profile, project: sign * int(project.name))
