"""What recounts share: counting traced votes by the rule, and comparing the code of contracts with the build."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from eth_typing import ChecksumAddress

from dongne.ballot.errors import (
    CodeDiffers,
    CountedAgainstTheRule,
    CountedTwice,
    CountedUneligible,
    CountedUnsigned,
    Finding,
)
from dongne.ballot.origins import Origin, TracedVote
from dongne.ballot.polls import PollSpec
from dongne.ballot.rolls import VoterList
from dongne.bytecode import build
from dongne.chain import Chain
from dongne.pins import Pin

MOST_NAMED = 20
"""Findings of a kind that a recount names one by one."""


@dataclass(slots=True)
class Counting:
    """Votes as they are counted anew.

    Attributes:
        spec: the poll's terms.
        roll: its voters.
        choices: bit mask by index.
        origins: how many votes are borne out by what.
        findings: what is wrong with them.
    """

    spec: PollSpec
    roll: VoterList
    choices: dict[int, int] = field(default_factory=dict)
    origins: Counter[Origin] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)

    def take(self, votes: Sequence[TracedVote]) -> None:
        """Count votes, and note what is wrong with them."""
        for mask in {vote.choices for vote in votes}:
            if not self.spec.rule.allows(mask):
                self._find(CountedAgainstTheRule(f"{mask:#x}"))
        for vote in votes:
            self.origins[vote.origin] += 1
            if vote.index in self.choices:
                self._find(CountedTwice(vote.index))
            if not self.spec.admits(vote.index, self.roll):
                self._find(CountedUneligible(vote.index))
            if vote.origin is Origin.NOTHING:
                self._find(CountedUnsigned(vote.index))
            self.choices[vote.index] = vote.choices

    def _find(self, finding: Finding) -> None:
        if sum(type(each) is type(finding) for each in self.findings) < MOST_NAMED:
            self.findings.append(finding)


def other_code(chain: Chain, addresses: Mapping[str, ChecksumAddress], pin: Pin) -> Iterator[Finding]:
    """Contracts, by name, that are not of this suite's build.

    Raises:
        DongneError: the node failed.
    """
    codes = chain.batch([("eth_getCode", [address, hex(pin.number)]) for address in addresses.values()])
    for (name, address), code in zip(addresses.items(), codes, strict=True):
        if not build().contracts[name].is_code(bytes.fromhex(code.removeprefix("0x"))):
            yield CodeDiffers(name, address)
