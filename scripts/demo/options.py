"""What `make demo` was asked to do: the input files and the scale, from the environment."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from dongne.config import language_of
from dongne.errors import SettingError
from dongne.language import Language, _
from scripts.deployment.artifacts import ROOT

REPORT = ROOT / "reports" / "demo.json"
USUAL_DATA = ROOT.parent / "shared" / "data"
ELECTION, SALES = ".pb", ".csv"
MOST_SCALE = 100


@dataclass(eq=False)
class ScaleNotValid(SettingError):
    """SCALE is not a number in range."""

    template = _("SCALE is {value!r}; it must be a number above 0 and at most {most}, e.g. 0.1")
    value: str
    most: int


@dataclass(eq=False)
class DataNotFound(SettingError):
    """DATA names nothing."""

    template = _("DATA is {path}, but there is no such file or folder. Leave DATA out to run on samples.")
    path: Path


@dataclass(eq=False)
class DataNotUsable(SettingError):
    """DATA names something that the demo cannot run on."""

    template = _(
        "DATA is {path}, which holds neither an election (.pb) nor car sales (.csv). Leave DATA out to run on samples."
    )
    path: Path


@dataclass(frozen=True, slots=True)
class Options:
    """How to run the demo.

    Attributes:
        election: a Pabulib file; None makes a sample.
        sales: a CSV file of car sales; None makes a sample.
        scale: factor on the sizes, above 0 and at most 100; above 1 only what is made up grows.
        report: where the figures go.
        language: of what is printed.
    """

    election: Path | None = None
    sales: Path | None = None
    scale: float = 1.0
    report: Path = REPORT
    language: Language = "en"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str], usual: Path = USUAL_DATA) -> "Options":
        """Read DATA, SCALE and the language.

        Args:
            environment: variables.
            usual: folder that is looked into where DATA is not set.

        Raises:
            SettingError: DATA names nothing usable, or SCALE is out of range.
        """
        election, sales = _input(environment.get("DATA", ""), usual)
        return cls(election, sales, _scale(environment.get("SCALE") or "1"), language=language_of(environment))


def _input(data: str, usual: Path) -> tuple[Path | None, Path | None]:
    place = Path(data) if data else usual
    election, sales = _first(place, ELECTION), _first(place, SALES)
    if data and not place.exists():
        raise DataNotFound(place)
    if data and election is None and sales is None:
        raise DataNotUsable(place)
    return election, sales


def _first(place: Path, suffix: str) -> Path | None:
    """The file itself, or the first of a folder, that ends so."""
    if place.is_file():
        return place if place.suffix.lower() == suffix else None
    return next((file for file in sorted(place.glob("*")) if file.suffix.lower() == suffix), None)


def _scale(text: str) -> float:
    try:
        scale = float(text)
    except ValueError:
        raise ScaleNotValid(text, MOST_SCALE) from None
    if not 0 < scale <= MOST_SCALE:
        raise ScaleNotValid(text, MOST_SCALE)
    return scale
