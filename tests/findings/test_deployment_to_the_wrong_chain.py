"""`--network dongne-sepolia` with a node of chain 1 deployed there, with real money."""

import json

from eth_account import Account

from dongne.chain import Chain
from dongne.errors import ExitCode
from dongne.suite import OFFICES
from scripts.deployment import entry
from scripts.localchain.anvil import anvil, officer

DEPLOYER = Account.from_key("0x" + "d4" * 32)


def test_a_node_of_another_chain_than_the_networks_is_refused_before_anything_is_sent(tmp_path, capsys, monkeypatch):
    (tmp_path / "key.json").write_text(json.dumps(DEPLOYER.encrypt("x", kdf="pbkdf2", iterations=1_000)))
    (tmp_path / "password").write_text("x")
    officers = "\n".join(f'{role.name.lower()} = "{officer(role).address}"' for role in OFFICES)
    (tmp_path / "city.toml").write_text('[officers]\nsecond_administrator = "none"\n' + officers)
    with anvil("--chain-id", "1") as mainnet:
        chain = Chain(mainnet)
        chain.web3.provider.make_request("anvil_setBalance", [DEPLOYER.address, hex(10**20)])

        setting = {
            "DONGNE_SEPOLIA_RPC": mainnet,
            "DONGNE_KEYSTORE": str(tmp_path / "key.json"),
            "DONGNE_KEYSTORE_PASSWORD_FILE": str(tmp_path / "password"),
            "DONGNE_CITY": str(tmp_path / "city.toml"),
            "DONGNE_DEPLOYMENTS": str(tmp_path),
            "DONGNE_YES": "1",
        }
        for name, value in setting.items():
            monkeypatch.setenv(name, value)

        code = entry.run("dongne-sepolia")

        assert code == ExitCode.LATER
        assert "serves chain 1, but chain 11155111 was expected" in capsys.readouterr().err
        assert chain.nonce(DEPLOYER.address) == 0
        assert chain.block_number() == 0
