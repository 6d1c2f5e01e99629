"""Found by attack: whoever had the accreditor's key revoked the zero address, and so every strike was tainted.

Strikes have recorder number 0, which stands for nobody. With nobody revoked, anyone could strike the strikes, and what
liars had written counted again.
"""

from dongne.vehicle import Evidence, History, Kind, Reason, Record, VehicleId
from dongne.vehicle.registry import Accreditation, _tainted
from tests.contracts.vehicle.conftest import people, registry  # noqa: F401
from tests.reverting import reverts

NOBODY = "0x" + "00" * 20


def test_nobody_is_not_revoked(registry, people):  # noqa: F811
    with reverts("BadRevocation", NOBODY, 1):
        registry.revoke(NOBODY, 1, {"from": people.accreditor})


def test_readers_take_no_strike_for_tainted(gauge=0):
    strike = Record(Kind.CORRECTION, gauge, 60, 0, Reason.NOT_READ, 1, 100, 0)
    history = History(VehicleId(bytes(32)), (Evidence(strike, bytes(32)),))
    revoked = {0: Accreditation(frozenset(), 0, 0, 1, 0)}

    assert _tainted(history.evidence, revoked) == frozenset()
