"""One sentence in the two languages of the suite."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ko"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in English and Korean; `{name}` stands for a value."""

    en: str
    ko: str

    def say(self, language: Language, values: Mapping[str, object]) -> str:
        """The sentence with its values filled in."""
        return (self.en if language == "en" else self.ko).format(**values)
