"""An account's storage word, drawn a second time and read past the contract, so that tests do not trust its views."""

from dataclasses import dataclass

from brownie import web3

_FIELDS = (
    ("balance", 0, 64),
    ("nonce", 64, 40),
    ("counted", 104, 64),
    ("month", 168, 16),
    ("closed", 184, 48),
    ("category", 232, 16),
    ("held_kind", 248, 4),
    ("kind", 252, 4),
)


@dataclass(frozen=True, slots=True)
class Word:
    """The fields of one account, as `AccountWord.sol` draws them."""

    balance: int = 0
    nonce: int = 0
    counted: int = 0
    month: int = 0
    closed: int = 0
    category: int = 0
    held_kind: int = 0
    kind: int = 0

    @classmethod
    def unpack(cls, raw: int) -> "Word":
        word = cls(**{name: raw >> shift & (1 << bits) - 1 for name, shift, bits in _FIELDS})
        assert word.pack() == raw, f"bits outside every field are set: {raw:#066x}"
        return word

    def pack(self) -> int:
        return sum(getattr(self, name) << shift for name, shift, _ in _FIELDS)


def stored(currency, account) -> Word:
    """The account's word as it lies in storage."""
    raw = web3.eth.get_storage_at(currency.address, _slot(account))
    return Word.unpack(int.from_bytes(raw, "big"))


def store(currency, account, word: Word) -> None:
    """Set an account's word, for states that take years to reach."""
    slot, value = f"{_slot(account):#066x}", f"{word.pack():#066x}"
    web3.provider.make_request("anvil_setStorageAt", [currency.address, slot, value])


def _slot(account) -> int:
    return int(str(getattr(account, "address", account)), 16) << 96
