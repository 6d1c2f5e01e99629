"""Every operation's gas, measured on a fresh chain, lies between its arithmetic floor and its budget."""

import json

import pytest

from scripts.deployment.artifacts import ROOT
from scripts.gas import __main__ as gas
from scripts.gas.elections import SHAPES
from scripts.gas.gas import measure
from scripts.gas.measurement import Measurement
from scripts.gas.pages import gas_page, readme


@pytest.fixture(scope="module")
def measured():
    return measure()


def test_every_operation_is_within_its_floor_and_budget_for_every_seed(measured):
    outside = [m for m in measured if min(m.figures) < m.floor or m.worst > m.budget]

    assert outside == []


def test_a_figure_that_may_vary_is_taken_over_nine_seeds_or_more(measured):
    steady = [  # their figures do not depend on the seed, or a batch holds enough of it
        *("issueBatch_500_each", "topUpBatch_100_each", "settleBatch_100_each", "voucher_grantBatch_500_each"),
        *("cashback_settle_100_each", "cashback_settle_first_time_100_each"),
        *("reward_settle_100_each", "reward_settle_first_of_month_100_each", "poll_open", "vote_direct"),
        *("roll_100000_new", "roll_100000_amended_1_percent", "poll_open_amended"),
        *("secret_poll_open", "secret_registration_batch_250_each", "secret_vote_batch_10_each"),
        "secret_vote_batch_10_one_bad_each",
        *(
            f"vote_{picks}_of_{options}_{order}_{batch}_batch_each"
            for order in ("sorted", "arriving")
            for picks, options in SHAPES
            for batch in ("first", "later")
        ),
    ]
    assert [m.operation for m in measured if len(m.figures) < 9] == steady


@pytest.mark.parametrize(("name", "page"), [("docs/gas.md", gas_page), ("README.md", readme)])
def test_the_documented_figures_are_those_that_are_measured(measured, name, page):
    text = (ROOT / name).read_text(encoding="utf-8")

    assert page(text, measured) == text, "run `make gas`, which writes the figures, and commit what it writes"


def test_figures_that_pass_are_written_into_the_pages_and_others_are_not(monkeypatch, tmp_path, measured):
    for name in ("docs/gas.md", "README.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("Before.\n\n<!-- gas:begin -->\nold\n<!-- gas:end -->\nAfter.\n")
    monkeypatch.setattr(gas, "ROOT", tmp_path)

    monkeypatch.setattr(gas, "measure", lambda: [*measured, Measurement("expensive", [2], 1, 1)])
    assert gas.main({}, tmp_path / "gas.json") == 1
    assert "old" in (tmp_path / "README.md").read_text()

    monkeypatch.setattr(gas, "measure", lambda: measured)
    assert gas.main({}, tmp_path / "gas.json") == 0
    for name, figure in (("docs/gas.md", "| `permit` |"), ("README.md", "| signed payment, relayed alone |")):
        written = (tmp_path / name).read_text()
        assert written.startswith("Before.") and written.endswith("After.\n")
        assert figure in written and "old" not in written


def test_gas_outside_in_one_seed_fails_the_command_and_is_still_reported(monkeypatch, tmp_path):
    expensive = Measurement("expensive", [1_500, 1_600, 2_001], 1_000, 2_000)
    impossible = Measurement("impossible", [999], 1_000, 2_000)
    monkeypatch.setattr(gas, "measure", lambda: [expensive, impossible])

    assert gas.main({}, tmp_path / "reports" / "gas.json") == 1
    assert json.loads((tmp_path / "reports" / "gas.json").read_text()) == {
        "expensive": {"gas": 1_600, "worst": 2_001, "seeds": 3, "floor": 1_000, "budget": 2_000},
        "impossible": {"gas": 999, "worst": 999, "seeds": 1, "floor": 1_000, "budget": 2_000},
    }


def test_gas_within_passes():
    assert Measurement("affordable", [1_000, 2_000], 1_000, 2_000).within
    assert not Measurement("expensive", [1_000, 2_001], 1_000, 2_000).within
    assert not Measurement("impossible", [999, 1_500], 1_000, 2_000).within
