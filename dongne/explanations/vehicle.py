"""Errors of the vehicle contracts."""

from dongne.explanations.sentence import Sentence

EXPLANATIONS: dict[str, Sentence] = {}
