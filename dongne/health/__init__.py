"""What is usually wrong with a city's installation, and what to do: the checks of `dongne doctor`."""

from dongne.health.checks import Surroundings, examine
from dongne.health.finding import Finding, Standing

__all__ = ["Finding", "Standing", "Surroundings", "examine"]
