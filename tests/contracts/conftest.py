"""Tests of contracts share one chain, and each is undone after it."""

import pytest


@pytest.fixture(autouse=True)
def isolation(fn_isolation):
    """Each test starts from the chain as its module left it set up."""
