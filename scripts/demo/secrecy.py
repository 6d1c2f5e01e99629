"""The demo's secret ballot: forty register, five vote with real proofs, and a stranger recounts."""

from dataclasses import replace
from typing import Any

from dongne.ballot import ElectoralRoll
from dongne.ballot.secret import VoteSkip, recount_secret
from dongne.language import _
from scripts.demo.output import Output
from scripts.localchain.secret_voting import SecretPoll
from scripts.localchain.suite import LocalSuite

MEMBERS = 40
CHOICES = {3: 0b001, 8: 0b010, 17: 0b001, 29: 0b100, 36: 0b001}
"""Who of the members votes, and for what."""


def run(suite: LocalSuite, output: Output) -> dict[str, Any]:
    """Hold the poll; returns what reports/demo.json says of it."""
    poll = SecretPoll.open(suite, MEMBERS)
    poll.register(range(MEMBERS))
    poll.publish_group()
    poll.start()
    output.say(_("Proving {votes} votes among {members} registered voters"), votes=len(CHOICES), members=MEMBERS)
    votes = poll.prove(CHOICES)
    altered = replace(votes[0], choices=0b100)
    batch = [altered, *votes]
    receipt = poll.box.cast(poll.number, batch).transact(suite.relayer)
    verdicts = poll.box.counted_in(receipt, len(batch))
    suite.move_clock_to(poll.spec.poll.end)
    found = recount_secret(poll.box, suite.client(ElectoralRoll), poll.number, poll.prover)
    figures = {
        "secret_voters": MEMBERS,
        "secret_votes": verdicts.count(VoteSkip.NONE),
        "secret_altered_refused": verdicts[0] is VoteSkip.BAD_PROOF,
        "secret_recount_matches": not found.findings and found.tally() == poll.box.tally(poll.number),
    }
    output.check(figures["secret_altered_refused"], _("a vote whose choice was altered does not count"))
    output.check(figures["secret_recount_matches"], _("every proof was checked again, and the secret tally agrees"))
    return figures


def adds_up(report: dict[str, Any]) -> bool:
    """Whether every proved vote counted, the altered one did not, and the recount agrees."""
    return bool(
        report["secret_votes"] == len(CHOICES) and report["secret_altered_refused"] and report["secret_recount_matches"]
    )
