"""The demo at a small scale, on samples and on real files where they are; its report must add up."""

import json
from pathlib import Path

import pytest
from rich.console import Console

from dongne.errors import SettingError
from scripts.demo import Script, play
from scripts.deployment.artifacts import ROOT

REAL = ROOT.parent / "shared" / "data"


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    """Report and screen of a demo without any input file."""
    folder = tmp_path_factory.mktemp("demo")
    screen = Console(record=True, width=120, file=(folder / "screen.txt").open("w"))
    play(Script(folder / "nothing here", 0.02, folder / "reports" / "demo.json"), screen)
    return json.loads((folder / "reports" / "demo.json").read_text()), screen.export_text()


def test_without_files_samples_are_played_and_the_output_says_so(sampled):
    report, text = sampled

    assert report["ballot"]["source"] == report["vehicles"]["source"] == "sample"
    assert text.count("a sample made by this project") == 2


def test_the_sampled_election_is_counted_and_recounted(sampled):
    ballot = sampled[0]["ballot"]

    assert ballot["voters"] > 0
    assert ballot["matches_published"] is True
    assert ballot["recount_matches"] is True


def test_the_sampled_sales_become_records_with_matching_heads(sampled):
    vehicles = sampled[0]["vehicles"]

    assert vehicles["records"] > 0
    assert vehicles["heads_match"] is True
    assert isinstance(vehicles["flagged"], list)


def test_the_month_is_reconciled_and_refuses_every_kind_of_bad_payment(sampled):
    currency = sampled[0]["currency"]

    assert currency["reconciled"] is True
    assert currency["paid"] + sum(currency["rejected"].values()) == currency["relayed"]
    assert currency["circulating"] == currency["issued"] - currency["redeemed"]


@pytest.mark.parametrize(
    ("environment", "why"), [({"SCALE": "many"}, "number"), ({"SCALE": "0"}, "above 0"), ({"SCALE": "2"}, "at most 1")]
)
def test_a_scale_that_makes_no_sense_is_refused(environment, why):
    with pytest.raises(SettingError, match=why):
        Script.from_environment(environment)


def test_data_may_be_a_folder_or_one_file(tmp_path):
    (tmp_path / "b.csv").touch()
    (tmp_path / "a.csv").touch()

    assert Script(tmp_path).source(".csv") == tmp_path / "a.csv"
    assert Script(tmp_path / "b.csv").source(".csv") == tmp_path / "b.csv"
    assert Script(tmp_path / "b.csv").source(".pb") is None
    assert Script(Path("nowhere")).source(".csv") is None
