"""A city's file that named the deployer as administrator ended in a suite without one: the deployer gave it up."""

import pytest

from dongne.chain import Chain
from dongne.deployment.city import City
from dongne.deployment.deployment import deploy
from dongne.errors import SettingError
from dongne.suite import OFFICES, Role
from scripts.localchain.anvil import anvil, funded, officer


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.GUARDIAN])
def test_a_deployer_who_is_an_officer_is_refused_before_anything_is_sent(role, tmp_path):
    deployer = funded(0)
    officers = {each: officer(each).address for each in OFFICES} | {role: deployer.address}

    with anvil() as rpc:
        chain = Chain(rpc)
        with pytest.raises(SettingError, match=f"{deployer.address} as {role.name.lower()}"):
            deploy(deployer, 1, city=City(officers=officers), chain=chain, folder=tmp_path)

        assert chain.web3.eth.get_transaction_count(deployer.address) == 0
