"""Client of any ERC-20 money: what sales of vehicles are paid in need not be the city's currency."""

from dataclasses import replace

from eth_typing import ChecksumAddress

from dongne.book import Entry
from dongne.chain import Call, Chain
from dongne.contract import ContractClient


class Erc20(ContractClient):
    """An ERC-20 contract; its functions are among those of the city's currency, whose interface is used."""

    NAME = "LocalCurrency"

    @classmethod
    def at(cls, chain: Chain, address: ChecksumAddress) -> "Erc20":
        """The money at an address.

        Raises:
            ChainError: there is no contract.
        """
        if not chain.code(address):
            raise chain.no_contract()
        return cls(chain, Entry(address, 0, "", []))

    def symbol(self) -> str:
        """What wallets show behind amounts."""
        return str(self._read("symbol"))

    def decimals(self) -> int:
        """Decimal places of its amounts."""
        return int(self._read("decimals"))

    def balance_of(self, account: ChecksumAddress) -> int:
        """What an account holds, in the smallest unit."""
        return int(self._read("balanceOf", account))

    def allowance(self, owner: ChecksumAddress, spender: ChecksumAddress) -> int:
        """What `spender` may take from `owner`, in the smallest unit."""
        return int(self._read("allowance", owner, spender))

    def approve(self, spender: ChecksumAddress, value: int) -> Call:
        """Let `spender` take up to `value`."""
        return replace(self._write("approve", spender, value), title="ERC20.approve")
