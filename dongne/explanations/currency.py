"""Errors of the currency contracts."""

from dongne.explanations.sentence import Sentence

EXPLANATIONS: dict[str, Sentence] = {}
