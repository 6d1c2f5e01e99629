"""What distinguishes one city's deployment from another's: names, limits, time zone, and who holds which role."""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from eth_typing import ChecksumAddress

from dongne.addresses import address_of
from dongne.book import DEFAULT_TIME_ZONE
from dongne.currency import DEFAULT_TABLE, RESIDENTS_MAY_GIVE
from dongne.deployment.errors import CityNotReadable, CityNotValid
from dongne.errors import InputError, SettingError
from dongne.language import Joined, Message, Readable, _
from dongne.suite import OFFICES, Role
from dongne.vehicle import CLASSES, MOST_PACE, pack_paces

LONGEST_NAME = 31
"""Bytes of a name that wallets sign for; longer ones do not fit one word."""

MOST_DECIMALS = 6
"""More would leave too few whole units: there can be at most 2^64 - 1 base units."""

MOST_DELAY = 365 * 24 * 3600
"""A mistyped delay could lock the roles for ever; nothing in a city is announced a year ahead."""

DEFAULT_DELAYS = {Role.ADMINISTRATOR: 24 * 3600, Role.CURRENCY_SUPERVISOR: 24 * 3600}
"""Who can give itself every role, or let others make money, announces it, unless the city's file says otherwise in
words."""

MOST_PERIOD = 365 * 24 * 3600
"""A poll that must be announced longer ahead, or last longer, would never be held."""

DEFAULT_PERIODS = {
    "roll_objection_period": 3 * 24 * 3600,
    "poll_minimum_notice": 3 * 24 * 3600,
    "poll_minimum_duration": 24 * 3600,
}
"""What voters can rely on, unless the city's file says otherwise, in words where it is nothing."""

NONE = "none"
"""What a city's file says in words where it wants to do without."""

SECOND = "second_administrator"

_DELAYED = {role.name.lower() for role in DEFAULT_DELAYS}

EXAMPLE_ADDRESSES = 2**16
"""Addresses below this are those of docs/city.example.toml and of precompiled contracts: nobody has their key."""


@dataclass(frozen=True, slots=True)
class City:
    """Arguments of a deployment.

    Attributes:
        officers: holder of each role; one account may hold several, the deployer none.
        delays: seconds that a role's holder must announce a call ahead; 0 for roles left out.
        second_administrator: holds the administrator's role too, with a key kept cold: it can replace a lost or stolen
            one, and cancel what that announced; None if the city does without.
        currency_name: shown by wallets and part of what residents sign; 1 to 31 bytes in UTF-8.
        currency_symbol: shown by wallets.
        currency_decimals: 0 for won, at most 6.
        residents_may_give: whether a resident may pay another resident.
        registry_name: name of the vehicle titles.
        registry_symbol: symbol of the vehicle titles.
        plausible_km_per_day: odometer readings that rose faster are flagged as implausible; by class of vehicles.
        roll_objection_period: seconds between the freezing of a roll and the first poll that can be opened on it.
        poll_minimum_notice: seconds that a poll is announced ahead of its start, at least.
        poll_minimum_duration: seconds that a poll takes votes, at least.
        assisted_percent: percent of a poll's voters whose votes accredited offices may cast for them, at most.
        time_zone: IANA name of the time zone in which people read times.
    """

    officers: Mapping[Role, ChecksumAddress]
    delays: Mapping[Role, int] = field(default_factory=dict)
    second_administrator: ChecksumAddress | None = None
    currency_name: str = "Dongne Won"
    currency_symbol: str = "DNW"
    currency_decimals: int = 0
    residents_may_give: bool = True
    registry_name: str = "Dongne Vehicle Title"
    registry_symbol: str = "DVT"
    plausible_km_per_day: Sequence[int] = (1000, 2000, 2000, 2000, 2000, 1000)
    roll_objection_period: int = 0
    poll_minimum_notice: int = 0
    poll_minimum_duration: int = 0
    assisted_percent: int = 5
    time_zone: str = DEFAULT_TIME_ZONE

    @property
    def transfer_table(self) -> int:
        """Who may pay whom, as `LocalCurrency` takes it."""
        return DEFAULT_TABLE | RESIDENTS_MAY_GIVE if self.residents_may_give else DEFAULT_TABLE

    @property
    def paces(self) -> int:
        """Plausible km a day by class of vehicles, as `VehicleRegistry` takes it."""
        return pack_paces(self.plausible_km_per_day)

    def holders(self) -> Iterator[tuple[Role, ChecksumAddress]]:
        """Each role with its holder; the administrator's a second time if there is a second one."""
        yield from self.officers.items()
        if self.second_administrator is not None:
            yield Role.ADMINISTRATOR, self.second_administrator

    @classmethod
    def from_file(cls, file: Path) -> "City":
        """Read a city's TOML file (docs/operations.md).

        Raises:
            CityNotReadable: the file is missing, not UTF-8 or not TOML.
            CityNotValid: it lacks, misspells or mistypes settings; all of them are named.
        """
        raw = _read(file)
        problems: list[Readable] = []
        named = raw.pop("officers", {})
        seconds: list[Readable] = []
        second = _second_administrator(named, seconds)
        officers = _section(named, "officers", _address, problems)
        delays = DEFAULT_DELAYS | _section(raw.pop("delays", {}), "delays", _delay, problems)
        missing = tuple(role.name.lower() for role in OFFICES if role not in officers)
        if missing and not problems:
            problems.append(Message(_("[officers] names no holder of {roles}"), {"roles": missing}))
        problems += seconds
        settings = {name: value for name, value in raw.items() if _is_valid(name, value, problems)}
        settings = DEFAULT_PERIODS | {name: 0 if value == NONE else value for name, value in settings.items()}
        if second is not None and second == officers.get(Role.ADMINISTRATOR):
            problems.append(Message(_("{setting} is the administrator; name another account"), {"setting": SECOND}))
        if problems:
            raise CityNotValid(file, Joined(tuple(problems)))
        return cls(officers=officers, delays=delays, second_administrator=second, **settings)


_Parse = Callable[[str, object], Any]


def _read(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise CityNotReadable(file, error.strerror or str(error)) from error
    except UnicodeDecodeError as error:
        reason = Message(_("it is not UTF-8 text (a file in CP949?); save it as UTF-8"))
        raise CityNotReadable(file, reason) from error
    except tomllib.TOMLDecodeError as error:
        raise CityNotReadable(file, Message(_("it is not TOML: {cause}"), {"cause": error})) from error


def _section(raw: object, name: str, parse: _Parse, problems: list[Readable]) -> dict[Role, Any]:
    """A table of the file with a value for each role."""
    if not isinstance(raw, dict):
        problems.append(Message(_("{setting} must be a table of its own: [{setting}]"), {"setting": name}))
        return {}
    roles = {role.name.lower(): role for role in OFFICES}
    found: dict[Role, Any] = {}
    for key, value in raw.items():
        if key not in roles:
            known = {"section": name, "role": key, "roles": tuple(roles)}
            problems.append(Message(_("[{section}] names {role!r}, which is not a role; the roles are {roles}"), known))
            continue
        try:
            found[roles[key]] = parse(key, value)
        except _NotValid as error:
            problems.append(error.reason)
    return found


def _second_administrator(officers: object, problems: list[Readable]) -> ChecksumAddress | None:
    """The second administrator, taken out of the section of officers: it holds the first one's role."""
    if not isinstance(officers, dict):
        return None
    value = officers.pop(SECOND, None)
    if value == NONE:
        return None
    if value is None:
        values = {"setting": SECOND, "none": NONE}
        problems.append(Message(_('[officers] names no {setting}; write "{none}" if there shall be none'), values))
        return None
    try:
        return _address(SECOND, value)
    except _NotValid as error:
        problems.append(error.reason)
        return None


@dataclass(eq=False)
class AnswerNotValid(SettingError):
    """What a person typed for a setting of the city's file is not valid."""

    template = _("{reason}.")
    reason: Readable


def setting_of(name: str, text: str) -> object:
    """The value of a setting that somebody typed.

    Raises:
        AnswerNotValid: it is not one.
    """
    problems: list[Readable] = []
    value = int(text) if name == "currency_decimals" and text.isascii() and text.isdecimal() else text
    if not _is_valid(name, value, problems):
        raise AnswerNotValid(problems[0])
    return value


def officer_of(name: str, text: str) -> ChecksumAddress:
    """The holder of a role that somebody typed.

    Raises:
        AnswerNotValid: it is not an address that somebody can hold.
    """
    try:
        return _address(name, text.strip())
    except _NotValid as error:
        raise AnswerNotValid(error.reason) from error


class _NotValid(Exception):
    def __init__(self, template: str, **values: object) -> None:
        super().__init__()
        self.reason = Message(template, values)


def _address(role: str, value: object) -> ChecksumAddress:
    try:
        address = address_of(value) if isinstance(value, str) else None
    except InputError as error:
        raise _NotValid(_("{role}: {reason}"), role=role, reason=error.message) from error
    if address is None:
        raise _NotValid(_("{role} must be an address in quotes, not {value!r}"), role=role, value=value)
    if int(address, 16) < EXAMPLE_ADDRESSES:
        raise _NotValid(
            _("{role} is {address}, a placeholder whose key nobody has; name the officer's address"),
            role=role,
            address=address,
        )
    return address


def _delay(role: str, value: object) -> int:
    if value == NONE:
        return 0
    if value == 0 and type(value) is int and role in _DELAYED:
        raise _NotValid(_('the delay of {role} is 0; write "{none}" if it shall have none'), role=role, none=NONE)
    if type(value) is not int or not 0 <= value <= MOST_DELAY:
        raise _NotValid(
            _("the delay of {role} must be 0 to {most:,} seconds, not {value!r}"),
            role=role,
            most=MOST_DELAY,
            value=value,
        )
    return value


def _is_text(value: object) -> bool:
    return isinstance(value, str) and 0 < len(value.encode()) <= LONGEST_NAME


def _is_zone(value: object) -> bool:
    try:
        return isinstance(value, str) and bool(ZoneInfo(value))
    except (ValueError, OSError):  # ZoneInfoNotFoundError is a KeyError of its own
        return False
    except KeyError:
        return False


def _are_paces(value: object) -> bool:
    """Class 0, of private cars, is always used."""
    is_pace = _is_whole(0, MOST_PACE)
    return isinstance(value, list) and 0 < len(value) <= CLASSES and all(map(is_pace, value)) and value[0] > 0


def _is_whole(least: int, most: int) -> Callable[[object], bool]:
    return lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_period(value: object) -> bool:
    return value == NONE or _is_whole(1, MOST_PERIOD)(value)


_PERIOD = Message(_('1 to {most:,} seconds, or "{none}"'), {"most": MOST_PERIOD, "none": NONE})
_TEXT = Message(_("text of 1 to {most} bytes in UTF-8 (a Korean letter takes 3)"), {"most": LONGEST_NAME})
_SETTINGS: dict[str, tuple[Callable[[object], bool], Message]] = {
    "currency_name": (_is_text, _TEXT),
    "currency_symbol": (_is_text, _TEXT),
    "currency_decimals": (
        _is_whole(0, MOST_DECIMALS),
        Message(_("a whole number from 0 (won) to {most}"), {"most": MOST_DECIMALS}),
    ),
    "residents_may_give": (lambda value: isinstance(value, bool), Message(_("true or false"))),
    "registry_name": (_is_text, _TEXT),
    "registry_symbol": (_is_text, _TEXT),
    "plausible_km_per_day": (
        _are_paces,
        Message(
            _("a list of 1 to {classes} whole numbers up to {most:,}, by class of vehicles; 0 for a class not used"),
            {"classes": CLASSES, "most": MOST_PACE},
        ),
    ),
    **dict.fromkeys(DEFAULT_PERIODS, (_is_period, _PERIOD)),
    "assisted_percent": (_is_whole(0, 100), Message(_("a whole number from 0 (no office casts votes) to 100"))),
    "time_zone": (_is_zone, Message(_("the name of a time zone, such as Asia/Seoul"))),
}
"""Each setting with its check and what it must be."""


def _is_valid(name: str, value: object, problems: list[Readable]) -> bool:
    values: dict[str, object] = {"setting": name, "value": value}
    if name not in _SETTINGS:
        values["known"] = tuple(_SETTINGS)
        problems.append(Message(_("there is no setting {setting!r}; the settings are {known}"), values))
        return False
    sound, expected = _SETTINGS[name]
    if not sound(value):
        values["expected"] = expected
        problems.append(Message(_("{setting} must be {expected}, not {value!r}"), values))
        return False
    return True
