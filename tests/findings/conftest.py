"""Findings were made in contracts: their tests are undone like the contracts' own."""

from tests.contracts.conftest import isolation

__all__ = ["isolation"]
