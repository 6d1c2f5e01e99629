"""Installs the native Solidity compiler through py-solc-x; exits 1, quietly, where it cannot be downloaded."""

import sys

import requests
import solcx


def main(version: str) -> int:
    try:
        solcx.install_solc(version, show_progress=False)
    except (requests.RequestException, solcx.exceptions.SolcInstallationError, OSError):
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
