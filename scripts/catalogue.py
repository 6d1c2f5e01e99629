"""The Korean catalogue: `make messages` writes into it what the sources say and keeps the translations.

python -m scripts.catalogue                 extract, update and compile
python -m scripts.catalogue --check         is everything translated, and with the same values?
python -m scripts.catalogue --merge FILE    take over translations, of another branch for instance
python -m scripts.catalogue --compile       write what gettext reads at run time
"""

import argparse
import ast
import io
import re
import string
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po, write_po

from dongne.language import DOMAIN, LOCALE

ROOT = Path(__file__).parents[1]
CATALOGUE = LOCALE / "ko" / "LC_MESSAGES" / f"{DOMAIN}.po"
SOURCES = ("dongne", "scripts")
KEYWORDS = {"_": None, "_n": (1, 2)}
HEADER = r"""msgid ""
msgstr ""
"Language: ko\n"
"Content-Type: text/plain; charset=utf-8\n"
"Content-Transfer-Encoding: 8bit\n"
"Plural-Forms: nplurals=1; plural=0;\n"

"""
"""Without dates and versions, on which two branches would always differ."""

_KOREAN = re.compile("[\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff]")
_CODE = re.compile(r"`[^`]*`|\{[^}]*\}")
_WORD = re.compile(r"[a-z]{2,}")

Key = str | tuple[str, str]
"""What gettext finds a message by: its English, or singular and plural."""


def extracted() -> set[Key]:
    """Every message of the suite."""
    return source_messages() | set(help_messages())


def source_messages(root: Path = ROOT) -> set[Key]:
    """What the sources mark with `_` and `_n`."""
    found: set[Key] = set()
    for folder in SOURCES:
        each = extract_from_dir(root / folder, [("**.py", "python")], {}, KEYWORDS)
        found |= {_key(message) for _file, _line, message, _comments, _context in each}
    return found


def help_messages() -> Iterator[str]:
    """Every text that `--help` of the command shows, of every subcommand."""
    from dongne.cli import SHOWN, command  # imports every client

    yield from help_of(command("en"), SHOWN)


def help_of(command: Any, attributes: Sequence[str], parent: Any = None) -> Iterator[str]:
    """The help of a command, its parameters and its subcommands, in these attributes of each."""
    context = command.context_class(command, info_name=command.name, parent=parent)
    shown = [command, *command.get_params(context)]
    for each in shown:
        for attribute in attributes:
            text = getattr(each, attribute, None)
            if isinstance(text, str) and text:
                yield text
    for name in command.list_commands(context) if hasattr(command, "list_commands") else ():
        subcommand = command.get_command(context, name)
        if subcommand is not None and not subcommand.hidden:
            yield from help_of(subcommand, attributes, context)


def read(file: Path) -> Catalog:
    """A catalogue.

    Raises:
        PoFileError: not one; after a merge, for instance, with the marks of a conflict.
    """
    if not file.exists():
        return Catalog(locale="ko", domain=DOMAIN)
    with file.open("rb") as stream:
        return read_po(stream, locale="ko", domain=DOMAIN, abort_invalid=True)


def written(catalogue: Catalog) -> str:
    """A catalogue's file: sorted, one line a text, nothing that changes by itself, so that branches merge well."""
    stream = io.BytesIO()
    write_po(stream, catalogue, width=0, no_location=True, omit_header=True, sort_output=True, ignore_obsolete=True)
    return HEADER + stream.getvalue().decode("utf-8").strip("\n") + "\n"


def updated(keys: Iterable[Key], former: Catalog) -> Catalog:
    """The catalogue of these messages, with the translations that there are; a fuzzy one is none."""
    catalogue = Catalog(locale="ko", domain=DOMAIN)
    for key in keys:
        message = former.get(key if isinstance(key, str) else key[0])
        known = message is not None and _key(message.id) == key and not message.fuzzy
        _add(catalogue, key, message.string if known and message else "")
    return catalogue


def merged(ours: Catalog, theirs: Catalog) -> tuple[Catalog, list[Key]]:
    """Both catalogues in one, and the messages that they translate differently: there ours stays."""
    catalogue, differing = Catalog(locale="ko", domain=DOMAIN), list[Key]()
    translations = {_key(message.id): _strings(message) for message in _messages(theirs)}
    for message in _messages(ours):
        key, ours_said = _key(message.id), _strings(message)
        theirs_said = translations.get(key, ())
        if any(ours_said) and any(theirs_said) and ours_said != theirs_said:
            differing.append(key)
        translations[key] = ours_said if any(ours_said) else theirs_said
    for key, said in translations.items():
        _add(catalogue, key, said if isinstance(key, tuple) else "".join(said[:1]))
    return catalogue, differing


def problems(keys: set[Key], file: Path, root: Path) -> Iterator[str]:
    """All that is wrong with a catalogue of these messages, and with how the sources mark them."""
    yield from problems_of_sources(root)
    try:
        catalogue = read(file)
    except PoFileError as error:
        yield f"{file.name} cannot be read ({error}); after a merge take one side and --merge the other"
        return
    there = _keys(catalogue)
    yield from (f"not in the catalogue: {_excerpt(key)}" for key in sorted(keys - there, key=str))
    yield from (f"nothing says this any more: {_excerpt(key)}" for key in sorted(there - keys, key=str))
    for message in _messages(catalogue):
        yield from (f"{flaw}: {_excerpt(_key(message.id))}" for flaw in flaws(message))
    if file.exists() and file.read_text(encoding="utf-8") != written(updated(there, catalogue)):
        yield f"{file.name} is not as `make messages` writes it"


def flaws(message: Message) -> Iterator[str]:
    """What is wrong with a translation."""
    original = message.id if isinstance(message.id, str) else message.id[-1]
    if message.fuzzy:
        yield "fuzzy"
    for translation in _strings(message):
        if not translation.strip():
            yield "not translated"
        elif placeholders(original) != placeholders(translation):
            yield "other placeholders in Korean"
        elif not _KOREAN.search(translation) and len(_WORD.findall(_CODE.sub("", original))) > 1:
            yield "still English"


def placeholders(text: str) -> set[tuple[str, str, str]] | None:
    """Name, format and conversion of every value in a text; None where its braces are none of a template."""
    try:
        parts = list(string.Formatter().parse(text))
    except ValueError:
        return None
    return {(name, spec or "", conversion or "") for _text, name, spec, conversion in parts if name is not None}


def problems_of_sources(root: Path) -> Iterator[str]:
    """Korean in the sources, and messages that no extraction finds."""
    for folder in SOURCES:
        for file in sorted((root / folder).rglob("*.py")):
            text, where = file.read_text(encoding="utf-8"), file.relative_to(root)
            for number, line in enumerate(text.splitlines(), 1):
                if _KOREAN.search(line):
                    yield f"{where}:{number}: a Korean letter; it belongs into the catalogue"
            yield from (f"{where}:{line}: {flaw}" for line, flaw in _unmarked(ast.parse(text)))


def main(arguments: Sequence[str] | None = None) -> int:
    """Entry point; 1 if the check finds something."""
    parser = argparse.ArgumentParser(prog="python -m scripts.catalogue", description="The Korean catalogue.")
    task = parser.add_mutually_exclusive_group()
    task.add_argument("--check", action="store_true", help="name all that is wrong with it")
    task.add_argument("--merge", type=Path, metavar="FILE", help="take over translations that it lacks")
    task.add_argument("--compile", action="store_true", help="write what gettext reads at run time")
    given = parser.parse_args(arguments)
    if given.merge and not given.merge.is_file():
        parser.error(f"there is no file {given.merge}")
    try:
        return _run(given)
    except PoFileError as error:
        print(f"not a catalogue: {error}; after a merge take one side and --merge the other", file=sys.stderr)
        return 1


def _run(given: argparse.Namespace) -> int:
    if given.check:
        keys, said_all = _extracted_as_far_as_possible()
        found = list(problems(keys, CATALOGUE, ROOT))
        if found:
            hint = f"Run `make messages`, then put the Korean into {CATALOGUE.relative_to(ROOT)}."
            print(*found, hint, sep="\n", file=sys.stderr)
        return 1 if found or not said_all else 0
    if given.merge:
        _merge(given.merge)
    elif not given.compile:
        _save(updated(_extracted_as_far_as_possible()[0], read(CATALOGUE)))
    _compile()
    return 0


def _extracted_as_far_as_possible() -> tuple[set[Key], bool]:
    """Every message, and whether these are all: while the command cannot be imported the catalogue loses nothing."""
    try:
        return extracted(), True
    except ImportError as error:
        print(f"the help of the command is left out, for it cannot be imported: {error}", file=sys.stderr)
        return source_messages() | _keys(read(CATALOGUE)), False


def _merge(file: Path) -> None:
    catalogue, differing = merged(read(CATALOGUE), read(file))
    for key in differing:
        print(f"translated differently, ours stays: {_excerpt(key)}", file=sys.stderr)
    _save(catalogue)


def _save(catalogue: Catalog) -> None:
    CATALOGUE.parent.mkdir(parents=True, exist_ok=True)
    CATALOGUE.write_text(written(catalogue), encoding="utf-8")
    if untranslated := sum(not all(_strings(message)) for message in _messages(catalogue)):
        print(f"{CATALOGUE.relative_to(ROOT)}: {untranslated} of {len(catalogue)} not translated", file=sys.stderr)


def _compile() -> None:
    with CATALOGUE.with_suffix(".mo").open("wb") as stream:
        write_mo(stream, read(CATALOGUE))


def _messages(catalogue: Catalog) -> Iterator[Message]:
    """All but the header."""
    return (message for message in catalogue if message.id)


def _keys(catalogue: Catalog) -> set[Key]:
    return {_key(message.id) for message in _messages(catalogue)}


def _key(found: Any) -> Key:
    return found if isinstance(found, str) else (found[0], found[1])


def _strings(message: Message) -> tuple[str, ...]:
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ())


def _add(catalogue: Catalog, key: Key, string: Any) -> None:
    """Add a message without the flags that Babel guesses."""
    message = catalogue.add(key, string or ("" if isinstance(key, str) else ("",)))
    message.flags.clear()


def _excerpt(key: Key) -> str:
    text = key if isinstance(key, str) else key[1]
    return repr(text if len(text) <= 100 else text[:99] + "…")


def _unmarked(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Lines of texts that Babel does not find."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(func=ast.Name(id="_" | "_n"), args=arguments):
                if not all(isinstance(each, ast.Constant) for each in arguments):
                    yield node.lineno, "only a literal text can be marked; values go into placeholders"
            case ast.Assign(targets=[ast.Name(id="template")], value=ast.Constant() | ast.JoinedStr()):
                yield node.lineno, "a template is marked with _( )"


if __name__ == "__main__":
    sys.exit(main())
