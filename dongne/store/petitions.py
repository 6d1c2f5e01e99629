"""Tables of petitions: the rules under which they are filed, and where each stands."""

from dataclasses import dataclass

from dongne.store.rows import Count, Flag, Hash, Number, Row, Seconds, Text
from dongne.store.rows import state as _state


@_state("petition_rules", key=("rules",))
@dataclass(slots=True)
class Rules(Row):
    """Rules of petitions.

    Attributes:
        threshold: signatures from which the city must answer.
        collecting: seconds that a petition collects signatures; `deciding` those in which the city admits or refuses
            it, `answering` those in which it answers.
        eligible: how many may file and sign.
        label: what signing says.
        closed: when the rules were closed to more petitions.
    """

    rules: Number
    roll: Number = 0
    published: Seconds = 0
    hash: Hash = b""
    threshold: Count = 0
    collecting: Number = 0
    deciding: Number = 0
    answering: Number = 0
    eligible: Count = 0
    label: Text = ""
    closed: Seconds | None = None


@_state("petitions", key=("petition",), indexes=(("rules",), ("answer_by",)))
@dataclass(slots=True)
class Petition(Row):
    """A petition.

    Attributes:
        initiator: index in the roll of the voter who filed it.
        title: once it was admitted; `title_hash` stands from the filing on.
        document: hash of the petition itself.
        decide_by: until when the city is to admit or refuse it.
        admitted: when; signatures are taken from then until before `ends`.
        signatures: counted; `skipped` were handed in and not counted.
        threshold_met: when there were enough; `answer_by` is until when the city is to answer.
        refused: when it was not admitted; `answered` when the city answered.
        answer: hash of the reasons, or of the answer.
        late: whether the city's term was over.
    """

    petition: Number
    rules: Number = 0
    initiator: Count = 0
    filed: Seconds = 0
    title_hash: Hash = b""
    document: Hash = b""
    decide_by: Seconds = 0
    admitted: Seconds | None = None
    ends: Seconds | None = None
    terms: Hash | None = None
    title: Text | None = None
    document_uri: Text | None = None
    signatures: Count = 0
    skipped: Count = 0
    threshold_met: Seconds | None = None
    answer_by: Seconds | None = None
    refused: Seconds | None = None
    answered: Seconds | None = None
    answer: Hash | None = None
    answer_uri: Text | None = None
    late: Flag = False
