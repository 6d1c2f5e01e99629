"""Cash-back: typed client, terms, lists computed from the logs, payment in parts, and a check that anyone can make."""

from dongne.currency.incentives.client import Incentives, Programme, PublishedList, Skip
from dongne.currency.incentives.lists import CashbackList, Place, Rate, read_list, write_list
from dongne.currency.incentives.paying import pay_list
from dongne.currency.incentives.purchases import compute_list
from dongne.currency.incentives.terms import Terms, read_terms
from dongne.currency.incentives.verifying import Verification, verify_month

__all__ = [
    "CashbackList",
    "Incentives",
    "Place",
    "Programme",
    "PublishedList",
    "Rate",
    "Skip",
    "Terms",
    "Verification",
    "compute_list",
    "pay_list",
    "read_list",
    "read_terms",
    "verify_month",
    "write_list",
]
