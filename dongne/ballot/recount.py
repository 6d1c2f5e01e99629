"""Counts a poll anew from the chain's logs and the roll's blobs alone, and says where the contract differs."""

from collections import Counter
from dataclasses import dataclass, field

from dongne.ballot.ballot_box import BallotBox, PollSpec
from dongne.ballot.choices import options_of
from dongne.ballot.electoral_roll import District, ElectoralRoll, VoterList
from dongne.errors import EvidenceMismatch
from dongne.explanations.sentence import Sentence


@dataclass(frozen=True, slots=True)
class Recount:
    """A poll as its logs tell it.

    Attributes:
        poll: number of the poll.
        spec: as it was opened, from the log of its opening.
        roll: voters and districts, from the blobs; their hash is the published one.
        choices: each voter's choices (bit mask) by index: the receipt of every vote.
        findings: what is wrong, in plain words of both languages; empty if the poll is sound.
    """

    poll: int
    spec: PollSpec
    roll: VoterList
    choices: dict[int, int]
    findings: tuple[Sentence, ...]

    @property
    def ballots(self) -> int:
        """Voters who voted."""
        return len(self.choices)

    @property
    def eligible(self) -> int:
        """Voters who may vote."""
        return sum(count for _first, count in self.spec.ranges)

    def tally(self, district: District | None = None) -> list[int]:
        """Votes by option, of all voters or of one district's."""
        counts = Counter(option for mask in self._of(district) for option in options_of(mask))
        return [counts[option] for option in range(self.spec.options)]

    def turnout(self, district: District) -> int:
        """Voters of a district who voted."""
        return len(self._of(district))

    def raise_if_unsound(self) -> None:
        """End with everything that was found.

        Raises:
            EvidenceMismatch: something is wrong with the poll.
        """
        if self.findings:
            found = Sentence.joined("; ", self.findings)
            raise EvidenceMismatch(
                Sentence(
                    f"Poll {self.poll} does not recount: {found.en}. Report this to the election office.",
                    f"투표 {self.poll}번의 재검표가 맞지 않습니다: {found.ko}. 선거 담당자에게 알려 주세요.",
                )
            )

    def _of(self, district: District | None) -> list[int]:
        if district is None:
            return list(self.choices.values())
        return [
            mask for index, mask in self.choices.items() if district.first <= index < district.first + district.count
        ]


def recount(box: BallotBox, rolls: ElectoralRoll, poll: int, first_block: int) -> Recount:
    """Recount a poll.

    Signatures are not checked again: each `VotesCounted` log is proof that the contract did. What can be checked
    without it is: the roll's hash, one vote a voter, eligibility, the rule, and that turnout and tally, as the contract
    states them, are what the logs add up to.

    Args:
        first_block: a block no later than the contracts' deployment.

    Raises:
        InputError: there is no such poll.
        EvidenceMismatch: the roll is not the one that was published.
    """
    spec = box.opened(poll, first_block)
    counting = _Counting(spec)
    for group in box.counted(poll, first_block):
        counting.take(group.choices, group.indices)
    sound = Recount(poll, spec, rolls.read(spec.roll, first_block), counting.choices, ())
    findings = [*counting.findings, *_differences(box, sound)]
    return Recount(poll, spec, sound.roll, counting.choices, tuple(findings))


@dataclass(slots=True)
class _Counting:
    spec: PollSpec
    choices: dict[int, int] = field(default_factory=dict)
    findings: list[Sentence] = field(default_factory=list)

    def take(self, mask: int, indices: tuple[int, ...]) -> None:
        if not self.spec.rule.allows(mask, self.spec.options, self.spec.picks):
            self.findings.append(
                Sentence(f"choices {mask:#x} break the rule", f"선택 {mask:#x}이(가) 규칙에 어긋납니다")
            )
        for index in indices:
            if index in self.choices:
                self.findings.append(
                    Sentence(f"voter {index} was counted twice", f"{index}번 선거인이 두 번 집계되었습니다")
                )
            if not self.spec.admits(index):
                self.findings.append(
                    Sentence(
                        f"voter {index} was counted but may not vote",
                        f"투표 대상이 아닌 {index}번 선거인이 집계되었습니다",
                    )
                )
            self.choices[index] = mask


def _differences(box: BallotBox, found: Recount) -> list[Sentence]:
    turnout, tally, spec = box.turnout(found.poll), box.tally(found.poll), box.spec(found.poll)
    differences = []
    if spec != found.spec:
        differences.append(
            Sentence("the contract's poll is not the one that was announced", "계약의 투표 내용이 공고된 것과 다릅니다")
        )
    if (turnout.ballots, turnout.eligible) != (found.ballots, found.eligible):
        differences.append(
            Sentence(
                f"the contract states {turnout.ballots} of {turnout.eligible} voters, "
                f"the logs {found.ballots} of {found.eligible}",
                f"투표자가 계약에는 {turnout.eligible}명 중 {turnout.ballots}명, "
                f"로그에는 {found.eligible}명 중 {found.ballots}명입니다",
            )
        )
    if tally != found.tally():
        pairs = enumerate(zip(tally, found.tally(), strict=True))
        options = ", ".join(str(option) for option, (stated, counted) in pairs if stated != counted)
        differences.append(
            Sentence(
                f"the contract's tally differs for option {options}",
                f"계약의 집계가 선택지 {options}번에서 다릅니다",
            )
        )
    if sum(box.ballots_of(found.poll, first, count) for first, count in found.spec.ranges) != turnout.ballots:
        differences.append(
            Sentence(
                "the contract's bitmap of who voted has another number of voters than its turnout",
                "계약의 투표자 표시와 투표자 수가 서로 다릅니다",
            )
        )
    return differences
