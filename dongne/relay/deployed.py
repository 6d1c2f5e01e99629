"""The kinds of messages that a deployment's contracts take."""

from collections.abc import Callable
from typing import Protocol, TypeVar

from dongne.ballot import BallotBox, ElectoralRoll
from dongne.ballot.scores import ScoreBallotBox
from dongne.contract import ContractClient
from dongne.currency import CashOutDesk, LocalCurrency
from dongne.currency.vouchers import Vouchers
from dongne.relay.kinds import Kind
from dongne.relay.payments import Payments
from dongne.relay.singles import Authorizations, CashOuts, VoucherPayments
from dongne.relay.votes import ScoreVotes, Votes

_Client = TypeVar("_Client", bound=ContractClient)


class Clients(Protocol):
    """Gives the typed client of a deployed contract."""

    def __call__(self, kind: type[_Client], /) -> _Client:
        """The client of that kind."""


def every_kind(client: Clients, now: Callable[[], int], zone: str) -> list[Kind]:
    """All kinds.

    Args:
        client: of the contracts.
        now: Unix seconds by which polls are open.
        zone: time zone of the city, for messages.
    """
    currency = client(LocalCurrency)
    return [
        Payments(currency),
        Authorizations(currency),
        CashOuts(currency, client(CashOutDesk)),
        VoucherPayments(client(Vouchers), currency.decimals()),
        Votes(client(BallotBox), client(ElectoralRoll), now, zone),
        ScoreVotes(client(ScoreBallotBox), client(ElectoralRoll), now, zone),
    ]
