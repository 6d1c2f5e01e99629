"""A further grant to whoever had been granted a voucher under two keys failed with a panic instead of a reason.

The contract counts what was granted at the address that has it; both count once the old voucher was brought along.
"""

from tests.contracts.currency.town.busy import OWNED, VICTIM, VOUCHER, busy_town
from tests.contracts.currency.town.town import DAY, INSTITUTIONS, at
from tests.reverting import reverts

CAP = OWNED


def test_what_was_granted_in_all_is_compared_with_the_cap(fn_isolation):
    town, funder = busy_town(), INSTITUTIONS[0]
    town.issue((town.address(funder), VOUCHER))
    town.currency.approve(town.vouchers, VOUCHER, {"from": town.wallet(funder)})
    town.vouchers.fund(1, VOUCHER, {"from": town.wallet(funder)})
    old, town.keys[VICTIM] = town.address(VICTIM), town.new_key()
    at(town.announce(old, town.keys[VICTIM]).timestamp + 7 * DAY)
    town.recovery.complete(old, {"from": town.relayer})
    town.grant(1, town.address(VICTIM), CAP)
    town.vouchers.follow(1, old, {"from": town.relayer})

    with reverts("PersonalCapExceeded", town.address(VICTIM), CAP + VOUCHER, 1, CAP):
        town.grant(1, town.address(VICTIM), 1)
