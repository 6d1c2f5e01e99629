"""Errors of the ballot contracts."""

from dongne.explanations.sentence import Sentence

EXPLANATIONS: dict[str, Sentence] = {}
