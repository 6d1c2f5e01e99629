"""Rewards of volunteers: typed client, terms, lists of shifts, what two attesters sign of them, and their payment."""

from dongne.currency.volunteering.attestations import Attestation, document_in, read_attestations
from dongne.currency.volunteering.client import Activity, Programme, Quote, VolunteerRewards
from dongne.currency.volunteering.settling import check_shifts, settle_shifts
from dongne.currency.volunteering.shifts import Shift, ShiftList, ShiftPlan, pack_shifts, read_shifts
from dongne.currency.volunteering.terms import Terms, read_terms

__all__ = [
    "Activity",
    "Attestation",
    "Programme",
    "Quote",
    "Shift",
    "ShiftList",
    "ShiftPlan",
    "Terms",
    "VolunteerRewards",
    "check_shifts",
    "document_in",
    "pack_shifts",
    "read_attestations",
    "read_shifts",
    "read_terms",
    "settle_shifts",
]
