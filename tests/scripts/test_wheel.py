"""The built package: complete, and with its message catalogues compiled."""

import gettext
import io
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from scripts.deployment.artifacts import ROOT

LEFT_OUT = shutil.ignore_patterns("__pycache__", "*.mo")
CATALOGUE = """msgid ""
msgstr ""
"Language: ko\\n"
"Content-Type: text/plain; charset=UTF-8\\n"

msgid "Wallet"
msgstr "지갑"
"""
SDIST = "import sys; from setuptools import build_meta; build_meta.build_sdist(sys.argv[1])"


def copied(folder: Path) -> Path:
    """The package's source as a clone has it, with a catalogue for a language that nobody here speaks."""
    shutil.copytree(ROOT / "dongne", folder / "dongne", ignore=LEFT_OUT)
    for name in ("pyproject.toml", "setup.py", "MANIFEST.in", "LICENSE"):
        shutil.copy(ROOT / name, folder / name)
    catalogue = folder / "dongne/locale/tlh/LC_MESSAGES/dongne.po"
    catalogue.parent.mkdir(parents=True)
    catalogue.write_text(CATALOGUE, encoding="utf-8")
    return folder


@pytest.fixture(scope="module", params=["from the folder", "from a source distribution"])
def wheel(request, tmp_path_factory):
    """The built wheel, opened."""
    source, out = copied(tmp_path_factory.mktemp("source") / "동네 1"), tmp_path_factory.mktemp("out")
    what = source if request.param == "from the folder" else source_distribution(source, out)
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-build-isolation", "--no-deps", "--no-index"]
    run([*pip, "--wheel-dir", str(out), str(what)], source)
    with zipfile.ZipFile(next(out.glob("*.whl"))) as archive:
        yield archive


def source_distribution(source: Path, out: Path) -> Path:
    run([sys.executable, "-c", SDIST, str(out)], source)
    return next(out.glob("*.tar.gz"))


def run(command: list[str], folder: Path) -> None:
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_wheel_holds_compiled_catalogues(wheel):
    compiled = wheel.read("dongne/locale/tlh/LC_MESSAGES/dongne.mo")

    assert gettext.GNUTranslations(io.BytesIO(compiled)).gettext("Wallet") == "지갑"


def test_the_wheel_holds_every_file_of_the_package(wheel):
    made_elsewhere = {".pyc", ".po", ".mo"}  # catalogues are compiled into the wheel
    files = [file for file in (ROOT / "dongne").rglob("*") if file.is_file() and ".mo." not in file.name]
    names = {str(file.relative_to(ROOT)) for file in files if file.suffix not in made_elsewhere}

    assert "dongne/bytecode.json" in names
    assert names - set(wheel.namelist()) == set()
