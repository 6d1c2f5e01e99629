"""Errors of the contract of score polls."""

from dongne.explanations.readings import Reading
from dongne.language import Template, _

READINGS: dict[str, Reading] = {}

EXPLANATIONS: dict[str, Template] = {
    "BadPoints": _(
        "A ballot would give an option up to {mostPoints} points and {mostTotal} altogether, and points to at least "
        "{least} options. Allow 1 to 255 an option, and altogether as many as the options that must get points, or 0 for "
        "no limit."
    ),
    "LeastTotalTooHigh": _(
        "A ballot would have to give {leastTotal} points altogether, but can give {most} at most. Demand fewer, or allow "
        "more points or options."
    ),
    "TooManyScored": _(
        "A ballot would give points to up to {most} options. Allow {limit} at most, or open several polls."
    ),
    "NotForPoints": _(
        "Points are not voters, so no share of them decides. A score poll is an election without a majority, or a tally, "
        "and its quorum is of ballots or valid ballots; give such an outcome."
    ),
    "BadScores": _(
        "Poll {poll} does not allow the scores {scores}. `dongne ballot show` tells how many options get how many points "
        "each and altogether."
    ),
}
