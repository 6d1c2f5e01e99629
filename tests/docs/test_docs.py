"""What the documentation says is so: commands, links, paths, pins, roles, tables, types, errors, against the code."""

import json
import os
import re
import shlex
import tomllib
from collections.abc import Iterator
from functools import cache
from itertools import accumulate

import pytest
from eth_account import Account

from dongne.abi import abi
from dongne.ballot import Aim, BallotPaper, Booth, Measure, Skip
from dongne.cli import command as command_line
from dongne.cli import run
from dongne.currency import DEFAULT_TABLE, RESIDENTS_MAY_GIVE, Kind, Refusal
from dongne.deployment.city import City
from dongne.signing import Domain, TypedMessage, compact_of
from dongne.suite import OFFICES, SUITE, Role
from dongne.vehicle import Gauge, Reason
from dongne.vehicle import Kind as RecordKind
from scripts import error_tables
from tests.docs.pages import ROOT, Page, pages, rows, tables

CONTRACTS, FORMATS, OPERATIONS = Page("docs/contracts.md"), Page("docs/formats.md"), Page("docs/operations.md")
SECRET = Page("docs/secret-ballots.md")
DEPENDENCIES, ARCHITECTURE = Page("docs/dependencies.md"), Page("docs/architecture.md")
TOP_FOLDERS = {"contracts", "dongne", "scripts", "tests", "tools", "docs", "deploy"}
MADE_BY_COMMANDS = {"deployments", "reports", "build", "node_modules"}

each_page = pytest.mark.parametrize("page", pages(), ids=lambda page: page.path)


def shell_lines(page: Page) -> Iterator[str]:
    """Commands of a page's shell blocks and of its inline code."""
    for block in page.blocks("sh"):
        yield from block.splitlines()
    yield from re.findall(r"`((?:make|tools/run|dongne) [^`]+)`", page.prose)


def words(line: str) -> list[str]:
    return shlex.split(line, comments=True) if line.count("'") % 2 == 0 and line.count('"') % 2 == 0 else line.split()


def dongne_arguments(page: Page) -> Iterator[list[str]]:
    for line in shell_lines(page):
        match words(line):
            case ["tools/run", "dongne", *arguments] | ["dongne", *arguments]:
                yield arguments


def targets() -> set[str]:
    return set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))


@each_page
def test_make_targets_exist(page):
    named = {word for line in shell_lines(page) for word in words(line)[1:2] if words(line)[0] == "make"}

    assert {name for name in named if "=" not in name and name != "COMMAND"} <= targets()


@each_page
def test_commands_of_dongne_exist(page):
    for arguments in dongne_arguments(page):
        path = command_path(arguments)

        assert answers_help(tuple(path)), f"dongne {' '.join(arguments)}"


@cache
def answers_help(path: tuple[str, ...]) -> bool:
    return run([*path, "--help"], os.environ) == 0


def command_path(arguments: list[str]) -> list[str]:
    """The commands among the arguments; fails where a group has none of that name, or a command no such option."""
    path: list[str] = []
    command = command_line()
    values = iter(arguments)
    for argument in values:
        if argument.startswith("--"):
            options = {name: option for option in command.params for name in option.opts}
            assert argument in {*options, "--help"}, f"dongne {' '.join(path)} has no option {argument}"
            if argument != "--help" and not options[argument].is_flag:
                next(values)
        elif hasattr(command, "commands"):
            assert argument in command.commands, f"dongne has no command {' '.join([*path, argument])}"
            command = command.commands[argument]
            path.append(argument)
    return path


@each_page
def test_links_resolve(page):
    broken = [link for link in page.links() if not resolves(page, link)]

    assert not broken


def resolves(page: Page, link: str) -> bool:
    if link.startswith(("https://", "http://")):
        return True
    path, _, anchor = link.partition("#")
    file = (ROOT / page.path).parent / path if path else ROOT / page.path
    if not file.exists():
        return False
    return not anchor or anchor in Page(str(file.resolve().relative_to(ROOT))).anchors()


@each_page
def test_paths_exist(page):
    named = re.findall(r"`([\w.@-]+(?:/[\w.@-]+)*/?)`", page.prose)
    paths = {name for name in named if name.split("/")[0] in TOP_FOLDERS and "/" in name}

    assert not {path for path in paths if not (ROOT / path).exists()}


def test_every_file_and_folder_of_the_map_exists():
    (drawing, *_) = ARCHITECTURE.blocks("")
    top, missing = "", []
    for line in drawing.splitlines():
        names = [name for name in re.split(r" {2,}", line.strip())[0].split(" ") if "<" not in name]
        if not line.startswith(" "):
            top = names[0]
        found = [*(ROOT / top).glob("**/*"), ROOT / top]
        for name in names:
            if top.rstrip("/") not in MADE_BY_COMMANDS and "*" not in name and "IX.sol" not in name:
                missing += [name] if name.strip("/") not in {file.name for file in found} else []

    assert not missing


def test_layers_are_those_that_the_linter_checks():
    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = next(contract["layers"] for contract in linter["contracts"] if contract["type"] == "layers")

    assert "\n".join(layers) in ARCHITECTURE.section("## One-way data flow")


def test_every_pin_has_a_reason_and_every_reason_a_pin():
    about = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    project = [*about["dependencies"], *(pin for extra in about["optional-dependencies"].values() for pin in extra)]
    development = (ROOT / "requirements.txt").read_text().splitlines()
    building = re.findall(r'"([\w-]+==[\w.]+)"', (ROOT / "tools/setup").read_text())
    npm = json.loads((ROOT / "package.json").read_text())["dependencies"]
    for folder in ("dongne/ballot/secret/node", "tests/nodes"):
        npm |= json.loads((ROOT / folder / "package.json").read_text())["dependencies"]
    pins = {tuple(line.split("==")) for line in (*project, *development, *building) if "==" in line} | set(npm.items())

    explained = {(name, version): why for name, version, why in rows(DEPENDENCIES.text)}

    assert set(explained) == pins
    assert all(explained.values())


def test_roles_and_their_functions_are_those_of_the_code():
    (_role, _number, *contracts), *lines = next(tables(CONTRACTS.section("## Roles: CityAccess")))
    stated = {
        (role.strip("`"), contract): tuple(re.findall(r"`(\w+)`", cell))
        for role, _number, *cells in lines
        for contract, cell in zip(contracts, cells, strict=True)
    }

    with_roles = [name for name in SUITE if SUITE[name].opens]
    assert contracts == with_roles, f"docs/contracts.md: the table of roles has the columns {with_roles}"
    assert stated == {(r.name, c): SUITE[c].opens.get(r, ()) for r in Role for c in contracts}
    assert {int(number) for _role, number, *_cells in lines} == set(Role)


def test_every_contract_is_in_the_list_and_on_the_map():
    listed = re.findall(r"^- \[(?:Roles: )?(\w+)\]", CONTRACTS.text, re.MULTILINE)
    (drawing, *_) = ARCHITECTURE.blocks("")
    folders = drawing.split("\ndongne/")[0]

    missing = [name for name in SUITE if not re.search(rf"\b{name}\b", folders)]

    assert [name for name in listed if name != "Errors"] == list(SUITE), f"docs/contracts.md lists {list(SUITE)}"
    assert not missing, f"the map in docs/architecture.md lacks {missing}"


def test_transfer_table_is_the_default():
    payees = [Kind[name] for name in ("NONE", "RESIDENT", "MERCHANT", "INSTITUTION", "SYSTEM_CONTRACT", "FROZEN")]
    stated = sum(
        1 << (8 * Kind[payer] + payee)
        for payer, *cells in rows(CONTRACTS.section("### Transfer table"))
        for payee, cell in zip(payees, cells, strict=True)
        if cell == "yes"
    )

    assert stated == DEFAULT_TABLE | RESIDENTS_MAY_GIVE


@pytest.mark.parametrize("contract", [name for name in SUITE if name != "CityAccess"])
def test_every_event_is_listed(contract):
    declared = {entry["name"] for entry in abi(contract) if entry["type"] == "event"}
    section = CONTRACTS.section(f"## {contract}")
    assert "\n### Events\n" in section, f"docs/contracts.md has no “### Events” under “## {contract}”"
    events = section[section.index("\n### Events\n") :]

    assert {name for row in rows(events) for name in re.findall(r"`(\w+)`", row[0])} == declared


def test_every_error_is_listed_with_what_to_do():
    assert error_tables.page(CONTRACTS.text) == CONTRACTS.text, "run `make abi`"
    assert [row[0] for row in rows(CONTRACTS.section("## Errors")) if not row[2]] == []


def messages(kind: type = TypedMessage) -> Iterator[type[TypedMessage]]:
    for child in kind.__subclasses__():
        if hasattr(child, "TYPE"):  # a base has none
            yield child
        yield from messages(child)


def test_signed_messages_are_those_of_the_package_and_of_the_contracts():
    types = {
        "".join(f"{type_}({','.join(f'{kind} {name}' for name, kind in fields)})" for type_, fields in parts)
        for m in messages()
        for parts in [[(m.TYPE, m.FIELDS), *m.STRUCTS]]
    }
    stated = {
        block.strip()
        for page in (FORMATS, SECRET)
        for block in page.blocks("")
        if re.fullmatch(r"([A-Z]\w+\([^)]*\))+\n", block)
    }
    sources = "".join(file.read_text() for file in (ROOT / "contracts").glob("*/*.sol"))
    sources = re.sub(r'"\n *"', "", sources)  # a long literal goes on in the next line

    assert stated == types
    assert all(f'"{each}"' in sources for each in types)


@pytest.mark.parametrize(
    ("contract", "struct", "section", "rest"),
    [
        ("IPollBox", "Poll", "### State of a poll", ["zero"]),
        ("IScoreBallotBox", "Points", "## ScoreBallotBox", ["zero"]),
    ],
)
def test_a_polls_word_is_laid_out_as_solidity_packs_it(contract, struct, section, rest):
    source = (ROOT / f"contracts/ballot/{contract}.sol").read_text()
    struct = source.split(f"struct {struct} {{")[1].split("}")[0]
    bits = {"RollId": 32, "bool": 8}
    sizes = [bits.get(kind) or int(kind.removeprefix("uint")) for kind, _ in re.findall(r"(\w+) (\w+);", struct)]
    names = [name for _, name in re.findall(r"(\w+) (\w+);", struct)]
    starts = [start for start in [0, *accumulate(sizes)] if start < 256]
    ends = [*(start - 1 for start in starts[1:]), 255]

    stated = next(tables(CONTRACTS.section(section)))

    expected = [f"{start}-{end}" for start, end in zip(starts, ends, strict=True)]
    in_word = [*names[: len(starts) - len(rest)], *rest]
    assert stated[:0:-1] == [list(row) for row in zip(expected, in_word, strict=True)]


def test_numbers_of_a_history_are_those_of_the_code():
    kinds, words_of_readings = FORMATS.section("## Numbers of a vehicle's history").split("CORRECTION only", 1)
    stated = {int(n): name for row in rows(kinds) for n, name in zip(row[::2], row[1::2], strict=True)}
    readings = list(rows(words_of_readings))

    assert stated == {kind.value: kind.name for kind in RecordKind}
    assert {int(row[0]): row[1] for row in readings if row[0]} == {gauge.value: gauge.name for gauge in Gauge}
    assert {(int(row[2]), row[3], row[4]) for row in readings} == {(r.value, r.name, r.verdict.name) for r in Reason}


def test_reasons_of_skipped_items_are_those_of_the_code():
    payments = re.findall(r"(\d) ([a-z ]+)", CONTRACTS.text.split("carries a `Refusal`:")[1].split(".\n")[0])
    votes = {(int(row[0]), row[1]) for row in rows(CONTRACTS.section("### Three ways to vote")) if row[0].isdecimal()}

    assert [int(number) for number, _ in payments] == [refusal.value for refusal in Refusal if refusal]
    assert votes == {(skip.value, skip.name.title().replace("_", "")) for skip in Skip if skip}


def test_aims_and_measures_of_polls_are_those_of_the_code():
    section = CONTRACTS.section("## OutcomeRule")
    compared = re.findall(r"the (\w+)(?: \w+)? \((\d)\)", section)

    assert [(int(row[0]), row[1].upper()) for row in rows(section)] == [(aim.value, aim.name) for aim in Aim]
    assert [(name.upper(), int(number)) for name, number in compared] == [(each.name, each.value) for each in Measure]


def test_what_a_wallet_shows_is_what_counts():
    (block,) = re.findall(r"```json\n(.*?)```", FORMATS.section("### Vote"), re.DOTALL)
    asked = json.loads(block)
    shown, domain = asked["message"], asked["domain"]
    options = ("By the station", "In the park", "Next to the school")
    paper = BallotPaper(shown["poll"], shown["question"], options, b"\x11" * 32, b"\x22" * 32)
    booth = Booth(Domain(domain["name"], domain["version"], domain["chainId"], domain["verifyingContract"]), paper)
    wallet = Account.from_key(b"\x07" * 32)

    signature = wallet.sign_typed_data(full_message=asked).signature

    expected = json.dumps(paper.vote(0b110).typed_data(booth.domain), default=lambda value: "0x" + value.hex())
    assert json.loads(expected) == asked
    assert compact_of(signature, booth.digest(0b110), wallet.address) == booth.sign(0, 0b110, wallet).signature


def test_the_example_of_a_citys_file_loads_and_names_every_setting(tmp_path):
    text = (ROOT / "docs/city.example.toml").read_text()
    someones = text.replace("0x" + 38 * "0", "0x" + 38 * "1")  # the example's placeholders are refused
    (tmp_path / "city.toml").write_text(someones)
    city, raw = City.from_file(tmp_path / "city.toml"), tomllib.loads(text)
    settings = {row[0].strip("`[]") for row in rows(OPERATIONS.section("## The city's file"))}

    assert settings == set(City.__slots__) - {"second_administrator"} == set(raw)
    assert city.second_administrator is not None
    assert len(set(city.officers.values())) == len(OFFICES)


def test_every_environment_variable_is_listed():
    code = [
        *(ROOT / "dongne").rglob("*.py"),
        *(ROOT / "scripts").rglob("*.py"),
        ROOT / "networks.yaml",
        ROOT / "tools/setup",
    ]
    used = set(re.findall(r"DONGNE_[A-Z_]+", "".join(file.read_text() for file in code))) - {"DONGNE_"}

    assert set(re.findall(r"DONGNE_[A-Z_]+", OPERATIONS.section("## Settings"))) == used


def test_networks_are_those_that_set_up_imports():
    stated = {row[0].strip("`") for row in rows(OPERATIONS.section("## Networks"))}

    assert stated == set(re.findall(r"^\s+id: (\S+)$", (ROOT / "networks.yaml").read_text(), re.MULTILINE))
