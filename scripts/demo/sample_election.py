"""A made-up participatory budget in the Pabulib format, for where no real election's file is at hand."""

import random
from itertools import accumulate
from pathlib import Path

SEED = 2023
_PICKS = (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 4, 5, 6, 9)
"""How many projects twenty typical voters approve: half of them one, few more than six."""
_CAMPAIGNS = 24
_FOLLOW_A_CAMPAIGN = 0.75


def approval_masks(voters: int, projects: int, seed: int = SEED, *, follow: float = _FOLLOW_A_CAMPAIGN) -> list[int]:
    """Approvals by voter as bit masks; few projects are popular and many are not, as in real budgets."""
    return [sum(1 << project for project in picks) for picks in approvals(voters, projects, seed, follow=follow)]


def approvals(voters: int, projects: int, seed: int = SEED, *, follow: float = _FOLLOW_A_CAMPAIGN) -> list[list[int]]:
    """Approved projects by voter, in the order of picking.

    Args:
        follow: share of those who approve several that follow one of a few campaigns; the others pick independently.
    """
    chance = random.Random(seed)
    weights = list(accumulate(1 / (rank + 1) for rank in range(projects)))
    campaigns = [_picked(chance, weights, chance.randint(2, min(6, projects))) for _campaign in range(_CAMPAIGNS)]
    return [_approved(chance, weights, campaigns, follow) for _voter in range(voters)]


def cumulative_ballots(voters: int, projects: int, points: int, seed: int = SEED) -> list[dict[int, int]]:
    """Points by project for each voter, who has `points` to give away: half of them give all to one project."""
    chance = random.Random(seed)
    ballots = []
    for picks in approvals(voters, projects, seed, follow=0):
        given = dict.fromkeys(picks[:points], 1)
        for _point in range(points - len(given)):
            given[chance.choice(list(given))] += 1
        ballots.append(given)
    return ballots


def write_election(file: Path, voters: int = 600, projects: int = 64, seed: int = SEED) -> Path:
    """Write an election whose published counts are those of its votes."""
    picked = approvals(voters, projects, seed)
    counts = [sum(project in picks for picks in picked) for project in range(projects)]
    file.write_text(
        "\n".join([*_head(voters, projects), *_projects(counts, seed), *_votes(picked)]) + "\n",
        encoding="utf-8",
    )
    return file


def _approved(chance: random.Random, weights: list[float], campaigns: list[list[int]], follow: float) -> list[int]:
    count = min(chance.choice(_PICKS), len(weights))
    if count > 1 and chance.random() < follow:
        return chance.choice(campaigns)
    return _picked(chance, weights, count)


def _picked(chance: random.Random, weights: list[float], count: int) -> list[int]:
    picks: dict[int, None] = {}
    while len(picks) < count:
        picks[chance.choices(range(len(weights)), cum_weights=weights)[0]] = None
    return list(picks)


def _head(voters: int, projects: int) -> list[str]:
    settings = {
        "description": "Made-up participatory budget",
        "country": "Nowhere",
        "unit": "Sample",
        "instance": "2023",
        "num_projects": projects,
        "num_votes": voters,
        "budget": 1_000_000,
        "vote_type": "approval",
        "rule": "greedy",
        "min_length": 1,
    }
    return ["META", "key;value", *(f"{key};{value}" for key, value in settings.items())]


def _projects(counts: list[int], seed: int) -> list[str]:
    chance, left = random.Random(seed), 1_000_000
    rows = []
    for project, votes in sorted(enumerate(counts), key=lambda each: -each[1]):
        cost = chance.randrange(600, 100_000, 100)
        selected = cost <= left
        left -= cost if selected else 0
        rows.append(f"{project + 1};Project {project + 1};{cost};{votes};{int(selected)}")
    return ["PROJECTS", "project_id;name;cost;votes;selected", *rows]


def _votes(picked: list[list[int]]) -> list[str]:
    rows = (f"{voter};{','.join(str(project + 1) for project in picks)}" for voter, picks in enumerate(picked, 1))
    return ["VOTES", "voter_id;vote", *rows]
