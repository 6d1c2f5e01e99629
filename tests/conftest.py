"""Set-up for all tests: brownie made faster, a free port for the chain it starts, and no test fails for being slow."""

import hypothesis
import pytest
from brownie._config import CONFIG

from scripts.deployment.artifacts import ROOT
from scripts.localchain.anvil import free_port
from tests import brownie_speed

RPC_SECONDS = 300


@pytest.hookimpl(trylast=True)  # after brownie's plugin: it adds the worker's number to the port
def pytest_configure(config):
    brownie_speed.apply()
    if not hasattr(config, "workerinput"):
        remove_results_of_workers()
    CONFIG.networks["development"] |= {"timeout": RPC_SECONDS}
    CONFIG.networks["development"]["cmd_settings"]["port"] = free_port()
    hypothesis.settings.register_profile(
        "unhurried",
        parent=hypothesis.settings.default,
        deadline=None,
        suppress_health_check=[hypothesis.HealthCheck.too_slow],
    )
    hypothesis.settings.load_profile("unhurried")


@pytest.hookimpl(wrapper=True, trylast=True)  # within pytest's own, which reports errors
def pytest_sessionfinish(session):
    """Where no test is collected, pytest says why; brownie would blame a missing fixture instead."""
    try:
        return (yield)
    except pytest.UsageError:
        if session.testscollected:
            raise


def remove_results_of_workers():
    """Brownie stops with an error where an interrupted run left some of other contracts."""
    for file in (ROOT / "build").glob("tests-*.json"):
        file.unlink(missing_ok=True)
