"""The demo at a small scale on samples; what it was asked to do; what it says where an input is not usable."""

import os
import signal
import subprocess
import sys
from datetime import datetime
from io import StringIO

import psutil
import pytest
from rich.console import Console

from dongne.errors import InputError
from scripts.demo import __main__ as entry
from scripts.demo import ballot
from scripts.demo.currency import next_long_month
from scripts.demo.demo import adds_up, run
from scripts.demo.district import District
from scripts.demo.ledger import KOREA
from scripts.demo.options import DataNotFound, DataNotUsable, Options, ScaleNotValid
from scripts.demo.output import Output
from scripts.deployment.artifacts import ROOT
from scripts.localchain.suite import local_suite
from tests.docs.pages import Page


def ran(options):
    console = Console(record=True, width=140, file=StringIO())
    report = run(options, Output(console, options.language))
    return report, console.export_text()


@pytest.fixture(scope="module")
def sampled(tmp_path_factory):
    """Report and output of a demo without any input file."""
    return ran(Options(scale=0.02, report=tmp_path_factory.mktemp("demo") / "reports" / "demo.json"))


def test_without_files_samples_are_used_and_the_output_says_so(sampled):
    report, text = sampled

    assert report["ballot"]["source"] == report["vehicles"]["source"] == "sample"
    assert text.count("a sample made by this project") == 2


def test_the_sampled_election_is_counted_and_recounted(sampled):
    ballot = sampled[0]["ballot"]

    assert ballot["voters"] > 0
    assert ballot["matches_published"] is True
    assert ballot["recount_matches"] is True
    assert ballot["signatures_verified"] == ballot["accepted"] == ballot["voters"]
    assert ballot["receipts_verified"] == min(20, ballot["voters"])
    assert ballot["outcome"]["as_recounted"] is True
    assert ballot["outcome"]["leaders"] == ballot["winners"]


def test_who_left_the_roll_between_two_polls_is_refused_and_points_are_recounted(sampled):
    ballot = sampled[0]["ballot"]

    assert (ballot["edition_voters"], ballot["edition_changes"], ballot["edition_struck_refused"]) == (40, 4, 3)
    assert (ballot["edition_votes_before"], ballot["score_votes"], ballot["score_points"]) == (40, 40, 400)
    assert ballot["edition_recounts_match"] is True
    assert ballot["left_out"] == 0


@pytest.mark.parametrize(
    ("figure", "wrong"), [("edition_struck_refused", 2), ("score_votes", 39), ("edition_recounts_match", False)]
)
def test_an_edition_that_does_not_add_up_fails_the_demo(sampled, figure, wrong):
    report = sampled[0]

    assert not adds_up({**report, "ballot": {**report["ballot"], figure: wrong}})


def test_ballots_that_a_file_lists_against_its_own_rule_are_printed(tmp_path):
    file = ballot.write_election(tmp_path / "spoilt.pb", 30, 12)
    text = file.read_text(encoding="utf-8").replace("num_votes;30", "num_votes;35")
    file.write_text(text + "".join(f"{voter};99\n" for voter in range(31, 36)), encoding="utf-8")
    console = Console(record=True, width=140, file=StringIO())
    with local_suite() as suite:
        report = ballot.run(suite, ballot.load(Options(election=file)), Output(console, "en"))
    printed = console.export_text()

    assert (report["left_out"], report["accepted"], report["matches_published"]) == (5, 30, True)
    assert "5 ballots of the file are left out" in printed
    assert printed.count("votes for project 99, which is not listed") == 3


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


def test_money_for_a_purpose_is_spent_or_goes_back_and_all_of_it_is_in_reserve(sampled):
    report = sampled[0]

    assert report["currency"]["reserve_ok"] is True
    assert report["currency"]["budget_left"] == 50_000
    assert report["sales"] == {
        "completed": 1,
        "refunded": 1,
        "disputed": 1,
        "paid_out": 64_590_000,
        "titles_follow_prices": True,
        "adds_up": True,
    }
    assert report["vouchers"] == {"granted": 1_000_000, "spent": 700_000, "swept": 300_000, "add_up": True}
    assert report["holds"] == {"released": 40_000, "recovered": True}


def test_a_second_run_gives_the_same_figures_in_korean(sampled, tmp_path):
    again, text = ran(Options(scale=0.02, report=tmp_path / "demo.json", language="ko"))

    assert without_seconds(again) == without_seconds(sampled[0])
    assert "지역화폐" in text
    assert "payments" not in text


def without_seconds(report):
    return {
        name: {key: value for key, value in part.items() if key != "seconds"}
        for name, part in report.items()
        if name != "seconds"
    }


@pytest.mark.parametrize("part", ["ballot", "vehicles", "currency", "vouchers", "holds", "sales"])
def test_a_part_that_does_not_add_up_fails_the_demo(sampled, part):
    facts = {"ballot": "recount_matches", "vehicles": "verdicts_match", "currency": "reconciled"}
    fact = (facts | {"vouchers": "add_up", "holds": "recovered", "sales": "adds_up"})[part]

    assert adds_up(sampled[0])
    assert not adds_up({**sampled[0], part: {**sampled[0][part], fact: False}})


@pytest.mark.parametrize("scale", ["many", "0", "-1", "nan", "inf", "101"])
def test_a_scale_that_makes_no_sense_is_refused(scale):
    with pytest.raises(ScaleNotValid, match=scale):
        Options.from_environment({"SCALE": scale})


def test_a_scale_above_one_multiplies_what_is_made_up():
    with local_suite() as suite:
        district = District(suite, 10)
        election = ballot.load(Options(scale=2))

    assert (len(district.residents), len(district.merchants), district.payments) == (10_000, 1_000, 50_000)
    assert len(election.votes) == 2 * ballot.SAMPLE_VOTERS


def test_without_data_the_usual_folder_is_used_if_it_is_there(tmp_path):
    (tmp_path / "a.pb").touch()

    assert Options.from_environment({}, tmp_path).election == tmp_path / "a.pb"
    assert Options.from_environment({}, tmp_path / "nowhere").election is None


def test_data_may_be_a_folder_or_one_file(tmp_path):
    (tmp_path / "b.csv").touch()
    (tmp_path / "a.CSV").touch()

    assert Options.from_environment({"DATA": str(tmp_path)}).sales == tmp_path / "a.CSV"
    assert Options.from_environment({"DATA": str(tmp_path / "b.csv")}).sales == tmp_path / "b.csv"
    assert Options.from_environment({"DATA": str(tmp_path / "b.csv")}).election is None


def test_data_that_names_nothing_stops_the_demo(tmp_path):
    with pytest.raises(DataNotFound, match="nowhere"):
        Options.from_environment({"DATA": str(tmp_path / "nowhere")})


def test_data_without_an_election_or_sales_stops_the_demo(tmp_path):
    (tmp_path / "notes.txt").touch()

    for data in (tmp_path, tmp_path / "notes.txt"):
        with pytest.raises(DataNotUsable, match="neither"):
            Options.from_environment({"DATA": str(data)})


@pytest.mark.parametrize("name", ["election.pb", "sales.csv"])
def test_a_file_that_cannot_be_used_stops_the_demo_before_a_chain_starts(name, tmp_path, monkeypatch):
    (tmp_path / name).write_text("nothing;of;use\n1;2;3\n")
    monkeypatch.setattr("scripts.demo.demo.local_suite", lambda **_: pytest.fail("a chain was started"))

    with pytest.raises(InputError, match=name):
        ran(Options.from_environment({"DATA": str(tmp_path)}))


def test_sales_of_which_no_row_is_usable_stop_the_demo(tmp_path):
    (tmp_path / "sales.csv").write_text("vin,odometer,saledate\nTOO SHORT,1,Wed Dec 17 2014 12:30:00 GMT-0800\n")

    with pytest.raises(InputError, match=r"sales\.csv: not one of its rows"):
        ran(Options.from_environment({"DATA": str(tmp_path)}))


def test_what_is_wrong_is_said_in_one_message_without_a_traceback(tmp_path, capsys):
    assert entry.main({"DATA": str(tmp_path / "nowhere"), "DONGNE_LANG": "en"}) == 1
    assert "there is no such file or folder" in " ".join(capsys.readouterr().out.split())


@pytest.mark.parametrize(
    ("now", "begins"),
    [
        ("2026-06-01", "2026-07-01"),
        ("2026-07-31", "2026-08-01"),
        ("2026-12-31", "2027-01-01"),
        ("2027-01-01", "2027-03-01"),
    ],
)
def test_the_thirty_days_begin_with_a_month_of_31(now, begins):
    moment = next_long_month(int(datetime.fromisoformat(f"{now}T12:00+09:00").timestamp()))

    assert datetime.fromtimestamp(moment, KOREA) == datetime.fromisoformat(f"{begins}T00:00+09:00")


def test_ctrl_c_ends_the_demo_quietly_and_its_chain_with_it():
    command = [sys.executable, "-m", "scripts.demo"]
    demo = subprocess.Popen(
        command, cwd=ROOT, env={**os.environ, "LANG": "C"}, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert demo.stdout is not None
    demo.stdout.readline()
    chains = children(demo.pid)
    demo.send_signal(signal.SIGINT)
    _out, err = demo.communicate(timeout=60)

    assert demo.returncode == 130
    assert err.strip() == "Stopped."
    assert chains and not any(is_running(pid) for pid in chains)


def children(pid):
    return [child.pid for child in psutil.Process(pid).children()]


def is_running(pid):
    return psutil.pid_exists(pid)


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The run that the README documents: as `make demo` without any variable."""
    options = Options.from_environment({})
    return ran(Options(options.election, options.sales, report=tmp_path_factory.mktemp("whole") / "demo.json"))


def test_the_readme_shows_what_the_demo_prints(whole):
    report, text = whole
    printed = {plain(line) for line in text.splitlines()}
    shown = [plain(line) for line in documented_lines(report)]

    assert len(shown) >= 6, "the currency's figures follow from no input, so that they are always compared"
    assert [line for line in shown if line not in printed] == []


def documented_lines(report):
    """Lines of the README's block but the last, whose seconds differ; of parts with another input none."""
    (block,) = (block for block in Page("README.md").blocks("text") if "1 Ballot" in block)
    ballot, rest = block.split("2 Vehicles")
    vehicles, currency = rest.split("3 Currency")
    same = {part: f"/{report[part]['source']}\n" in text for part, text in (("ballot", ballot), ("vehicles", vehicles))}
    chosen = [text for part, text in (("ballot", ballot), ("vehicles", vehicles)) if same[part]]
    lines = [line for text in (*chosen, currency) for line in text.splitlines()[1:]]
    return [line for line in lines if line and not line.startswith(("Input:", "Everything", "1 ", "4 ", "5 "))]


def plain(line):
    """The words of a line, without frames and the room between them."""
    return " ".join(line.replace("│", " ").replace("┃", " ").split())
