"""Petitions: rules that the city publishes, what citizens file and sign, the city's answer, and the recount."""

from dongne.ballot.petitions.client import PetitionBox
from dongne.ballot.petitions.messages import Filing
from dongne.ballot.petitions.petition import Petition, PetitionRules, Stage
from dongne.ballot.petitions.recount import PetitionRecount, recount_petition

__all__ = ["Filing", "Petition", "PetitionBox", "PetitionRecount", "PetitionRules", "Stage", "recount_petition"]
