"""Text that people bring: files in any encoding of a Korean office, cells with invisible characters around them."""

import re
import tomllib
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dongne.errors import UnreadableFile
from dongne.language import Message, _

LONGEST_EXCERPT = 60
"""Characters of a wrong value that its error repeats."""

_BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_LINE_END = re.compile(r"\r\n|\n|\r")
_SPACES = (
    " \t\n\r\v\f\x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
_ZERO_WIDTH = (
    "\xad\u180e\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff"
)


@dataclass(eq=False)
class FileMissing(UnreadableFile):
    """There is no such file."""

    template = _("There is no file {file}. Check its name, and the folder that the command runs in.")
    reason: Message | str = ""


@dataclass(eq=False)
class FileIsFolder(UnreadableFile):
    """A folder was named where a file is needed."""

    template = _("{file} is a folder. Name a file in it.")
    reason: Message | str = ""


@dataclass(eq=False)
class FileForbidden(UnreadableFile):
    """The operating system does not let us read it."""

    template = _("{file} may not be read by this user. Ask its owner, or change its permissions.")
    reason: Message | str = ""


@dataclass(eq=False)
class FileUnread(UnreadableFile):
    """The operating system gives another reason."""

    template = _("{file} cannot be read: {reason}")


@dataclass(eq=False)
class FileEmpty(UnreadableFile):
    """There is nothing in the file."""

    template = _("{file} is empty. Check that it was saved, and that it is the right one.")
    reason: Message | str = ""


@dataclass(eq=False)
class FileIsWorkbook(UnreadableFile):
    """A spreadsheet's own format, or another archive."""

    template = _("{file} is a spreadsheet's own format, not text. In the spreadsheet, save it as “CSV UTF-8”.")
    reason: Message | str = ""


@dataclass(eq=False)
class FileUndecodable(UnreadableFile):
    """Bytes that are no text in any encoding that is recognised."""

    template = _("{file} is not text in UTF-8, CP949 or UTF-16 (line {line}). Save it as UTF-8.")
    reason: Message | str = ""
    line: int = 1


@dataclass(eq=False)
class FileDamaged(UnreadableFile):
    """Text in UTF-8 with bytes in it that are none."""

    template = _(
        "{file} is text in UTF-8, but line {line} has damaged characters. Correct that line and save it again."
    )
    reason: Message | str = ""
    line: int = 1


@dataclass(eq=False)
class FileNotToml(UnreadableFile):
    """Text that is not TOML."""

    template = _("{file} is not TOML: {reason}")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text, and the encoding that it is in."""

    text: str
    encoding: str


def read_text(file: Path) -> str:
    """The text of a file in UTF-8, CP949 or UTF-16.

    Raises:
        UnreadableFile: it is missing, a folder, forbidden, empty, or not text; each has a class of its own.
    """
    return read_decoded(file).text


def read_bytes(file: Path) -> bytes:
    """The content of a file of any sort.

    Raises:
        UnreadableFile: it is missing, a folder, or forbidden; each has a class of its own.
    """
    reasons: dict[type[OSError], Callable[[Path], UnreadableFile]] = {
        FileNotFoundError: FileMissing,
        IsADirectoryError: FileIsFolder,
        PermissionError: FileForbidden,
    }
    try:
        return file.read_bytes()
    except OSError as error:
        if type(error) in reasons:
            raise reasons[type(error)](file) from error
        raise FileUnread(file, error.strerror or str(error)) from error


def read_decoded(file: Path) -> Decoded:
    """The same, with the encoding."""
    try:
        data = file.read_bytes()
    except FileNotFoundError as error:
        raise FileMissing(file) from error
    except IsADirectoryError as error:
        raise FileIsFolder(file) from error
    except PermissionError as error:
        raise FileForbidden(file) from error
    except (OSError, ValueError) as error:
        raise FileUnread(file, str(getattr(error, "strerror", None) or error)) from error
    return _decoded(file, data)


def read_toml(file: Path) -> dict[str, Any]:
    """What a TOML file says.

    Raises:
        UnreadableFile: not text, as above, or not TOML.
    """
    try:
        return tomllib.loads(read_text(file))
    except (
        ValueError,
        RecursionError,
    ) as error:  # besides what TOML forbids: numbers of thousands of digits, deep nesting
        raise FileNotToml(file, excerpt(str(error))) from error


def lines_of(text: str) -> list[str]:
    """Lines as editors count them: ended by CR LF, LF or CR, and by nothing else that Unicode counts as an end."""
    lines = _LINE_END.split(text)
    return lines if lines[-1] else lines[:-1]


def trimmed(text: str) -> str:
    """A text without the white space and the invisible characters that were pasted around it."""
    return text.strip(_SPACES + _ZERO_WIDTH)


def excerpt(text: str) -> str:
    """The start of a text, on one line, as an error repeats it."""
    cut = text if len(text) <= LONGEST_EXCERPT else text[: LONGEST_EXCERPT - 1] + "…"
    return "".join(letter if letter.isprintable() else repr(letter)[1:-1] for letter in cut)


def folded(text: str) -> str:
    """A heading without what does not distinguish headings: case, spaces, underscores, hyphens, composed letters."""
    alike = unicodedata.normalize("NFKC", text).casefold()
    return "".join(letter for letter in alike if letter not in _SPACES + _ZERO_WIDTH + "_-")


def _decoded(file: Path, data: bytes) -> Decoded:
    if data.startswith(_WORKBOOKS):
        raise FileIsWorkbook(file)
    for encoding in _candidates(data):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            _refuse_damaged(file, data, error)
            continue
        if not trimmed(text):
            raise FileEmpty(file)
        return Decoded(text, encoding)
    raise FileUndecodable(file, line=_first_bad_line(data))


def _candidates(data: bytes) -> tuple[str, ...]:
    """Encodings to try, in order. A BOM decides; UTF-16 shows in its NULs; UTF-8 is hardly ever met by chance."""
    for mark, encoding in _BYTE_ORDER_MARKS.items():
        if data.startswith(mark):
            return (encoding,)
    even, odd = data[::2].count(0), data[1::2].count(0)
    if (even + odd) * 20 >= len(data) > 0:  # every separator and line end of UTF-16 has one
        return ("utf-16-be",) if even > odd else ("utf-16-le",)
    return ("utf-8", "cp949")


def _refuse_damaged(file: Path, data: bytes, error: UnicodeDecodeError) -> None:
    """Mostly sound UTF-8 is damaged UTF-8: as CP949 it might decode into something else altogether."""
    if not error.encoding.startswith("utf-8"):
        return
    beyond_ascii = [letter for letter in data.decode("utf-8", "replace") if letter > "\x7f"]
    if beyond_ascii.count("�") * 2 < len(beyond_ascii):
        raise FileDamaged(file, line=_first_bad_line(data)) from error


def _first_bad_line(data: bytes) -> int:
    """Line of the first bytes that are not UTF-8; 1 for text in UTF-16, whose line ends are not looked for."""
    sound = data.decode("utf-8", "replace").partition("�")[0]
    return len(_LINE_END.findall(sound)) + 1
