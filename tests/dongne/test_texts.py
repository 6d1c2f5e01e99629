"""Files become text in whatever encoding they were saved, and say what to do where they cannot."""

import os

import pytest

from dongne.errors import UnreadableFile
from dongne.texts import (
    FileDamaged,
    FileEmpty,
    FileForbidden,
    FileIsFolder,
    FileIsWorkbook,
    FileMissing,
    FileNotToml,
    FileUndecodable,
    FileUnread,
    excerpt,
    folded,
    lines_of,
    read_decoded,
    read_text,
    read_toml,
    trimmed,
)


@pytest.fixture
def file(tmp_path):
    return tmp_path / "input"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp949", "utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["a", "동네, 1\n", "똠방각하 펲시콜라\n0x1,300\n", '{"a": "가나다"}\n'])
def test_encodings_are_recognised(file, encoding, text):
    file.write_bytes(text.encode(encoding))

    assert read_text(file) == text


@pytest.mark.parametrize(("encoding", "said"), [("utf-8", "utf-8"), ("cp949", "cp949"), ("utf-16", "utf-16")])
def test_the_encoding_is_said(file, encoding, said):
    file.write_bytes("동네".encode(encoding) + "\n".encode(encoding).removeprefix(b"\xff\xfe"))

    assert read_decoded(file).encoding == said


def test_one_nul_does_not_make_utf_16(file):
    file.write_bytes(b"address,amount\n" * 5 + b"0x1,3\x0000\n")

    assert read_decoded(file).encoding == "utf-8"


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"", FileEmpty),
        (b"\xef\xbb\xbf\n", FileEmpty),
        (b"PK\x03\x04" + bytes(40), FileIsWorkbook),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40), FileIsWorkbook),
        (b"a,b\n1,\xff\xff\n", FileUndecodable),
        (b"\xef\xbb\xbfa,b\n1,\xff\n", FileUndecodable),
        (b"\xff\xfea", FileUndecodable),
        ("가나다라마바사\n아자차".encode() + b"\xff" + "카타파하".encode(), FileDamaged),
        ("가나다라마바사\n아자차".encode()[:-1], FileDamaged),
    ],
)
def test_what_is_no_text_is_refused(file, content, kind):
    file.write_bytes(content)

    with pytest.raises(UnreadableFile) as refused:
        read_text(file)

    assert type(refused.value) is kind
    assert str(file) in str(refused.value)


def test_the_line_of_damaged_characters_is_named(file):
    file.write_bytes("가나\n다라\n".encode() + b"\xea\xb0" + "\n마바사\n".encode())

    with pytest.raises(FileDamaged, match="line 3 has damaged characters"):
        read_text(file)


def test_a_file_that_is_not_there(file):
    with pytest.raises(FileMissing, match="There is no file"):
        read_text(file)


def test_a_folder(tmp_path):
    with pytest.raises(FileIsFolder, match="is a folder"):
        read_text(tmp_path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_that_may_not_be_read(file):
    file.write_text("a")
    file.chmod(0)

    with pytest.raises(FileForbidden):
        read_text(file)


@pytest.mark.parametrize("name", ["a" * 300, "a\0b"])
def test_a_name_that_no_file_can_have(tmp_path, name):
    with pytest.raises(FileUnread, match="cannot be read"):
        read_text(tmp_path / name)


def test_a_folder_s_part_that_is_a_file(file):
    file.write_text("a")

    with pytest.raises(UnreadableFile):
        read_text(file / "b")


def test_toml_is_read_in_any_encoding(file):
    file.write_bytes('이름 = "동네"'.replace("이름", '"이름"').encode("cp949"))

    assert read_toml(file) == {"이름": "동네"}


def test_what_is_not_toml_is_refused_with_its_place(file):
    file.write_text("a = 1\nb = c\n")

    with pytest.raises(FileNotToml, match="line 2"):
        read_toml(file)


def test_lines_end_where_editors_end_them():
    assert lines_of("a\r\nb\rc\nd\u2028e\x0bf\n") == ["a", "b", "c", "d\u2028e\x0bf"]


def test_what_was_pasted_around_a_text_is_cut_off():
    assert trimmed("\ufeff\u200b \xa0a b\u200d\t\u3000") == "a b"


def test_excerpts_stay_on_one_line_and_short():
    assert excerpt("a\nb\0") == r"a\nb\x00"
    assert excerpt("x" * 1_000) == "x" * 59 + "…"


def test_headings_alike_are_folded_alike():
    assert folded(" Sale-Date_") == folded("saledate") == folded("ＳＡＬＥ\xa0DATE")
    assert folded("Straße") != folded("strase")
