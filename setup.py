"""Compiles the message catalogues when the package is built; everything else about it is in pyproject.toml."""

from pathlib import Path

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from setuptools import setup
from setuptools.command.build_py import build_py


class BuildWithCatalogues(build_py):
    def run(self) -> None:
        for source in Path("dongne/locale").glob("*/LC_MESSAGES/*.po"):
            with source.open("rb") as messages, source.with_suffix(".mo").open("wb") as compiled:
                write_mo(compiled, read_po(messages))
        super().run()


setup(cmdclass={"build_py": BuildWithCatalogues})
