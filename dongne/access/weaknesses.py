"""What is weak about how a city holds its roles: what one stolen or lost key could do that nobody could stop."""

from collections.abc import Iterator, Mapping, Sequence

from dongne.access.city_access import Holder
from dongne.language import Message, _
from dongne.suite import Role

Holders = Mapping[Role, Sequence[Holder]]


def weaknesses(holders: Holders, guardians: Mapping[Role, int]) -> Iterator[Message]:
    """Each weakness in words.

    Args:
        holders: of every role.
        guardians: number of the role that may cancel what holders of a role announce.
    """
    yield from _of_administrators(holders[Role.ADMINISTRATOR])
    yield from _of_supervisors(holders[Role.CURRENCY_SUPERVISOR], holders[Role.CURRENCY_OFFICER])
    if not holders[Role.GUARDIAN]:
        yield Message(_("nobody is guardian: payments cannot be paused, and nobody cancels what officers announce"))
    for role, found in holders.items():
        if role in (Role.ADMINISTRATOR, Role.GUARDIAN):
            continue
        if guardians[role] != Role.GUARDIAN:
            yield Message(_("the guardian may not cancel what the {role} announces"), {"role": role})
        for account in _both(found, holders[Role.GUARDIAN]):
            yield Message(_("{account} is guardian and {role}: it watches itself"), {"account": account, "role": role})


def _of_administrators(found: Sequence[Holder]) -> Iterator[Message]:
    if len(found) == 1:
        yield Message(
            _(
                "there is one administrator: if its key is lost, roles never change again; if it is stolen, nobody "
                "stops it"
            )
        )
    for holder in found:
        if not holder.delay:
            values = {"account": holder.account}
            yield Message(_("the administrator {account} announces nothing: nobody sees coming what it does"), values)


def _of_supervisors(found: Sequence[Holder], issuers: Sequence[Holder]) -> Iterator[Message]:
    for holder in found:
        if not holder.delay:
            unseen = _("the currency supervisor {account} announces nothing: nobody sees new money coming")
            yield Message(unseen, {"account": holder.account})
    for account in _both(found, issuers):
        yield Message(_("{account} is currency supervisor and officer: one key makes money"), {"account": account})


def _both(some: Sequence[Holder], others: Sequence[Holder]) -> list[str]:
    return [each.account for each in some if each.account in {other.account for other in others}]
