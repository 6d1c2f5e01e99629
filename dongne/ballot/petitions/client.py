"""Typed client of the `PetitionBox` contract."""

from web3.types import TxReceipt

from dongne.ballot.forms import MaskForm
from dongne.ballot.messages import BallotPaper
from dongne.ballot.petitions.errors import NoSuchPetition, NoSuchRules, NotAdmitted
from dongne.ballot.petitions.events import (
    PetitionAdmitted,
    PetitionAnswered,
    PetitionFiled,
    PetitionRefused,
    RulesPublished,
)
from dongne.ballot.petitions.petition import Petition, PetitionRules
from dongne.ballot.polls import PollSpec
from dongne.ballot.voting_client import VotingClient
from dongne.chain import Call

SIGNED = 1
"""Choices of who signs: the one option of a petition."""


class PetitionBox(VotingClient):
    """The city's petitions on one chain; to voters a petition is a poll with one option."""

    NAME = "PetitionBox"
    NAME_IN_SIGNATURES = "Dongne PetitionBox"

    def publish_rules(self, rules: PetitionRules) -> Call:
        """Publish rules (election officer); `published_in` tells their number."""
        return self._write("publishRules", rules.as_tuple())

    def published_in(self, receipt: TxReceipt) -> int:
        """Number of the rules that a transaction published."""
        return self.events_of(receipt, RulesPublished)[0].number

    def close_rules(self, number: int) -> Call:
        """Take no more petitions under rules (election officer)."""
        return self._write("closeRules", number)

    def file(self, rules: int, index: int, title: bytes, document: bytes, signature: bytes = b"") -> Call:
        """File a petition as the voter of that index, or with that voter's signature.

        Args:
            title: keccak256 of the title.
            document: keccak256 of the petition itself.
        """
        return self._write("file", rules, index, title, document, signature)

    def filed_in(self, receipt: TxReceipt) -> int:
        """Number of the petition that a transaction filed."""
        return self.events_of(receipt, PetitionFiled)[0].petition

    def admit(self, petition: int, title: str, uri: str) -> Call:
        """Admit a petition in the words that were filed (election officer)."""
        return self._write("admit", petition, title, uri)

    def refuse(self, petition: int, document: bytes, uri: str) -> Call:
        """Refuse to admit a petition (election officer); `document` is keccak256 of the reasons."""
        return self._write("refuse", petition, document, uri)

    def answer(self, petition: int, document: bytes, uri: str) -> Call:
        """Answer a petition (election officer); `document` is keccak256 of the answer."""
        return self._write("answer", petition, document, uri)

    def rules(self, number: int) -> PetitionRules:
        """Rules by their number.

        Raises:
            NoSuchRules: there are none of that number.
        """
        event = next(self.events(RulesPublished, number=number), None)
        if event is None:
            raise NoSuchRules(number)
        return event.decided()

    def rules_hash(self, number: int, block: int | None = None) -> bytes:
        """The hash of rules, as the contract keeps it."""
        return bytes(self._read("rulesOf", number, block=block)[0])

    def filings(self, rules: int, index: int) -> int:
        """How many petitions a voter has filed under rules."""
        return int(self._read("filingsOf", rules, index))

    def state(self, petition: int, block: int | None = None) -> Petition:
        """Where a petition stands, now or by a block."""
        return Petition(*self._read("petitionOf", petition, block=block))

    def terms(self, petition: int, block: int | None = None) -> bytes:
        """What signatures cover beside the words, as the contract keeps it."""
        return bytes(self._read("termsOf", petition, block=block))

    def petitions(self) -> list[PetitionFiled]:
        """Every petition ever filed.

        Raises:
            NoContractThere: there are none because there is no contract.
        """
        filed = list(self.events(PetitionFiled))
        if not filed and not self.chain.code(self.address):
            raise self.chain.no_contract()
        return filed

    def titles(self) -> dict[int, str]:
        """The titles of the petitions that were admitted."""
        return {event.petition: event.title for event in self.events(PetitionAdmitted)}

    def filing(self, petition: int) -> PetitionFiled:
        """How a petition was filed.

        Raises:
            NoSuchPetition: there is none of that number.
        """
        event = next(self.events(PetitionFiled, petition=petition), None) if 0 < petition < 2**256 else None
        if event is None:
            raise NoSuchPetition(petition)
        return event

    def admission(self, petition: int) -> PetitionAdmitted:
        """How a petition was admitted.

        Raises:
            NoSuchPetition: there is none of that number.
            NotAdmitted: it was not admitted.
        """
        self.filing(petition)
        event = next(self.events(PetitionAdmitted, petition=petition), None)
        if event is None:
            raise NotAdmitted(petition)
        return event

    def reply(self, petition: int) -> PetitionAnswered | PetitionRefused | None:
        """The city's answer, or why it did not admit the petition; None before either."""
        answered = next(self.events(PetitionAnswered, petition=petition), None)
        return answered or next(self.events(PetitionRefused, petition=petition), None)

    def spec(self, poll: int) -> PollSpec:
        """A petition as a poll with one option.

        Raises:
            NoSuchPetition: there is none of that number.
            NotAdmitted: it was not admitted.
        """
        filed, admitted = self.filing(poll), self.admission(poll)
        rules = self.rules(filed.rules)
        return PollSpec(
            roll=rules.roll,
            start=admitted.end - rules.collecting,
            end=admitted.end,
            question=admitted.title,
            labels=(rules.label,),
            ranges=rules.ranges,
            document=filed.document,
            document_uri=admitted.document_uri,
        )

    def paper(self, poll: int) -> BallotPaper:
        """What a petition's signers read.

        Raises:
            NoSuchPetition: there is none of that number.
            NotAdmitted: it was not admitted.
        """
        spec = self.spec(poll)
        return BallotPaper(poll, spec.question, spec.labels, spec.document, self.admission(poll).terms)

    def form(self, poll: int) -> MaskForm:
        """How signatures are written: as votes for one option."""
        return MaskForm(1)
