"""A city in brownie's console: `make console`. Its names, and nothing else, are this module's namespace."""


def main() -> None:
    """Deploy to the development chain, settle the first inhabitants and name everything."""
    import os
    from typing import Any

    from brownie import network

    from scripts.localchain.console import load
    from scripts.localchain.development import development

    provider: Any = network.web3.provider
    rpc = provider.endpoint_uri
    names = load(rpc, development(rpc), dict(os.environ))
    names["city"].help()
    globals().update(names)  # what brownie's console shows is this module's namespace
