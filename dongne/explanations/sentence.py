"""One sentence in the two languages of the suite."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

Language = Literal["en", "ko"]


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence in English and Korean.

    Sentences in tables hold `{name}` where a value goes and are said with `say`; those that are written where an error
    is raised hold their values already and are read with `text`.
    """

    en: str
    ko: str

    @classmethod
    def same(cls, text: str) -> "Sentence":
        """A text that reads the same in both languages."""
        return cls(text, text)

    @classmethod
    def joined(cls, separator: str, sentences: Iterable["Sentence"]) -> "Sentence":
        """Several sentences as one."""
        pairs = [(each.en, each.ko) for each in sentences]
        return cls(separator.join(en for en, _ko in pairs), separator.join(ko for _en, ko in pairs))

    def text(self, language: Language) -> str:
        """The sentence as it stands: braces in it are text."""
        return self.en if language == "en" else self.ko

    def say(self, language: Language, values: Mapping[str, object]) -> str:
        """The sentence with its values filled in."""
        return self.text(language).format(**values)
