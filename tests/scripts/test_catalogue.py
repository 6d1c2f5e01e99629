"""The catalogue holds what the sources say, translated, and says what is wrong with it."""

import gettext

import pytest
import typer
import typer.main

from dongne.cli import SHOWN
from scripts import catalogue as script
from scripts.catalogue import flaws, help_of, merged, placeholders, problems, read, source_messages, updated, written

SOURCE = """
from dongne.language import _, _n

GREETING = _("Hello {name}, it costs {amount:,}.")
COUNTED = _n("{count} vote", "{count} votes")
LONG = _(
    "A text of "
    "two parts"
)
"""
KEYS = {"Hello {name}, it costs {amount:,}.", ("{count} vote", "{count} votes"), "A text of two parts"}
KOREAN = {
    "Hello {name}, it costs {amount:,}.": "{name}님, {amount:,}원입니다.",
    ("{count} vote", "{count} votes"): "{count}표",
    "A text of two parts": "두 부분",
}


@pytest.fixture
def root(tmp_path):
    """A project with one source file."""
    for folder in script.SOURCES:
        (tmp_path / folder).mkdir()
    (tmp_path / "dongne" / "greeting.py").write_text(SOURCE, encoding="utf-8")
    return tmp_path


@pytest.fixture
def po(tmp_path):
    """Writes a catalogue."""

    def write(translations, extra=""):
        entries = "".join(_entry(key, text) + "\n" for key, text in translations.items())
        file = tmp_path / "dongne.po"
        file.write_text(script.HEADER + entries + extra, encoding="utf-8")
        file.write_text(file.read_text() if extra else written(updated(set(translations), read(file))))
        return file

    return write


def _entry(key, text):
    if isinstance(key, str):
        return f'msgid "{key}"\nmsgstr "{text}"\n'
    return f'msgid "{key[0]}"\nmsgid_plural "{key[1]}"\nmsgstr[0] "{text}"\n'


def test_what_the_sources_mark_is_extracted(root):
    assert source_messages(root) == KEYS


def test_a_complete_catalogue_has_no_problems(root, po):
    assert list(problems(KEYS, po(KOREAN), root)) == []


@pytest.mark.parametrize(
    ("key", "text", "said"),
    [
        ("A text of two parts", "", "not translated"),
        ("A text of two parts", "A text of two parts", "still English"),
        ("A text of two parts", "{many} 부분", "other placeholders"),
        ("Hello {name}, it costs {amount:,}.", "{name}님, {amount}원입니다.", "other placeholders"),
        ("Hello {name}, it costs {amount:,}.", "{name!r}님, {amount:,}원입니다.", "other placeholders"),
        ("Hello {name}, it costs {amount:,}.", "{name님", "other placeholders"),
        (("{count} vote", "{count} votes"), "표", "other placeholders"),
        (("{count} vote", "{count} votes"), "", "not translated"),
    ],
)
def test_a_wrong_translation_is_a_problem(root, po, key, text, said):
    (problem,) = problems(KEYS, po(KOREAN | {key: text}), root)

    assert problem.startswith(said)


def test_a_message_that_is_missing_or_said_nowhere_is_a_problem(root, po):
    translations = {key: text for key, text in KOREAN.items() if key != "A text of two parts"} | {"Gone": "없음"}

    assert set(problems(KEYS, po(translations), root)) == {
        "not in the catalogue: 'A text of two parts'",
        "nothing says this any more: 'Gone'",
    }


@pytest.mark.parametrize(
    ("extra", "said"),
    [
        ('\n#~ msgid "Old"\n#~ msgstr "옛것"\n', "is not as `make messages` writes it"),
        ('\n# a note\nmsgid "Zz"\nmsgstr "자"\n', "is not as `make messages` writes it"),
        ('\n<<<<<<< HEAD\nmsgid "Zz"\n=======\n', "cannot be read"),
        ('\n#, fuzzy\nmsgid "Zz"\nmsgstr "자"\n', "fuzzy: 'Zz'"),
    ],
)
def test_a_catalogue_that_was_written_otherwise_is_a_problem(root, po, extra, said):
    found = list(problems(KEYS | {"Zz"}, po(KOREAN, extra), root))

    assert any(said in problem for problem in found)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ('NAME = "동네"', "a Korean letter"),
        ("# 주석", "a Korean letter"),
        ('_(f"Hello {NAME}")', "only a literal"),
        ("_(GREETING)", "only a literal"),
        ('class Broken:\n    template = "It broke."', "a template is marked"),
    ],
)
def test_sources_that_no_extraction_can_read_are_a_problem(root, po, line, said):
    (root / "scripts" / "more.py").write_text(line + "\n", encoding="utf-8")

    (problem,) = problems(KEYS, po(KOREAN), root)

    assert problem.startswith("scripts/more.py:")
    assert said in problem


def test_an_update_keeps_translations_and_drops_what_nothing_says(po):
    former = read(po({**KOREAN, "Gone": "없음"}, '\n#, fuzzy\nmsgid "Guessed"\nmsgstr "짐작"\n'))

    catalogue = updated(KEYS | {"New", "Guessed"}, former)

    assert catalogue.get("A text of two parts").string == "두 부분"
    assert catalogue.get("{count} vote").string == ("{count}표",)
    assert catalogue.get("New").string == catalogue.get("Guessed").string == ""
    assert catalogue.get("Gone") is None


def test_a_catalogue_is_written_the_same_whatever_order_it_was_made_in(po):
    former = read(po(KOREAN))

    assert written(updated(sorted(KEYS, key=str), former)) == written(updated(sorted(KEYS, key=str)[::-1], former))
    assert "POT-Creation-Date" not in written(former)


def test_two_branches_are_merged_and_differences_named(po):
    ours = read(po({"Both": "우리", "Ours": "우리 것", "Empty": "", "Same": "같음"}))
    theirs = read(po({"Both": "그들", "Theirs": "그들 것", "Empty": "채움", "Same": "같음"}))

    catalogue, differing = merged(ours, theirs)

    said = {message.id: message.string for message in catalogue if message.id}
    assert said == {"Both": "우리", "Ours": "우리 것", "Theirs": "그들 것", "Empty": "채움", "Same": "같음"}
    assert differing == ["Both"]


def test_plurals_are_merged(po):
    key = ("{count} vote", "{count} votes")

    catalogue, _differing = merged(read(po({key: ""})), read(po({key: "{count}표"})))

    assert catalogue.get(key[0]).string == ("{count}표",)


def test_placeholders_are_compared_with_their_formats():
    assert placeholders("{a} {b:,} {c!r} {{d}}") == {("a", "", ""), ("b", ",", ""), ("c", "", "r")}
    assert placeholders("an open {brace") is None


def test_a_name_of_a_thing_may_read_the_same_in_korean():
    catalogue = updated({"VIN", "{file}: {reason}", "CSV UTF-8"}, read(script.CATALOGUE.with_name("none.po")))
    for message in catalogue:
        message.string = message.id

    assert [flaw for message in catalogue if message.id for flaw in flaws(message)] == []


def test_the_help_of_every_command_and_option_is_a_message():
    app, part = typer.Typer(help="The whole.", epilog="For example."), typer.Typer(help="A part.")
    app.add_typer(part, name="part")

    @part.command(short_help="In short.")
    def act(amount: int = typer.Option(1, help="How much."), name: str = typer.Argument("", help="Whose.")):
        """Act at once.

        With an example.
        """

    @part.command(hidden=True)
    def secret():
        """Never shown."""

    texts = set(help_of(typer.main.get_command(app), SHOWN))

    expected = {"The whole.", "For example.", "A part.", "In short.", "How much.", "Whose."}
    assert expected | {"Act at once.\n\nWith an example."} <= texts
    assert "Never shown." not in texts


class TestCommand:
    @pytest.fixture(autouse=True)
    def project(self, root, po, monkeypatch):
        monkeypatch.setattr(script, "ROOT", root)
        monkeypatch.setattr(script, "CATALOGUE", po(KOREAN))
        monkeypatch.setattr(script, "extracted", lambda: source_messages(root))

    def test_a_check_succeeds_where_all_is_well(self, capsys):
        assert script.main(["--check"]) == 0
        assert capsys.readouterr().err == ""

    def test_a_check_names_what_is_wrong(self, capsys, po):
        po(KOREAN | {"Gone": "없음"})

        assert script.main(["--check"]) == 1
        assert capsys.readouterr().err.startswith("nothing says this any more: 'Gone'\nRun `make messages`")

    def test_an_update_is_what_the_check_asks_for(self, po):
        po(KOREAN | {"Gone": "없음"}, "# a note\n")

        assert script.main([]) == 0
        assert script.main(["--check"]) == 0

    def test_gettext_reads_what_was_compiled(self):
        script.main(["--compile"])

        with script.CATALOGUE.with_suffix(".mo").open("rb") as stream:
            compiled = gettext.GNUTranslations(stream)
        assert compiled.gettext("A text of two parts") == "두 부분"
        assert compiled.ngettext("{count} vote", "{count} votes", 1) == "{count}표"
        assert compiled.ngettext("{count} vote", "{count} votes", 2) == "{count}표"

    def test_another_branch_is_merged(self, tmp_path, capsys):
        other = tmp_path / "other.po"
        entries = (_entry("New", "새것"), _entry("A text of two parts", "다른 말"))
        other.write_text(script.HEADER + "\n".join(entries), encoding="utf-8")

        assert script.main(["--merge", str(other)]) == 0
        assert read(script.CATALOGUE).get("New").string == "새것"
        assert capsys.readouterr().err == "translated differently, ours stays: 'A text of two parts'\n"

    def test_a_file_that_is_not_there_is_not_merged(self, capsys):
        with pytest.raises(SystemExit):
            script.main(["--merge", "nowhere.po"])

        assert "there is no file nowhere.po" in capsys.readouterr().err

    def test_marks_of_a_conflict_are_no_traceback(self, capsys):
        script.CATALOGUE.write_text(script.HEADER + "<<<<<<< HEAD\n", encoding="utf-8")

        assert script.main([]) == 1
        assert "take one side and --merge the other" in capsys.readouterr().err

    def test_nothing_is_dropped_while_the_command_cannot_be_imported(self, po, monkeypatch):
        def broken():
            raise ImportError("no cli")

        po(KOREAN | {"Help of a command.": "명령의 도움말."})
        monkeypatch.setattr(script, "extracted", broken)
        monkeypatch.setattr(script, "source_messages", lambda: {"New"})

        assert script.main([]) == 0
        assert read(script.CATALOGUE).get("Help of a command.").string == "명령의 도움말."
        assert read(script.CATALOGUE).get("New") is not None
        assert script.main(["--check"]) == 1
