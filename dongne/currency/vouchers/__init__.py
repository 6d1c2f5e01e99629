"""Vouchers for a purpose: typed client, signed orders, lists of grants and their Merkle trees, programme files."""

from dongne.currency.vouchers.client import Fund, ListProgress, Programme, Voucher, Vouchers
from dongne.currency.vouchers.granting import claim_places, grant_list, publish_list
from dongne.currency.vouchers.lists import Grant, GrantFile, GrantPlan, read_grants
from dongne.currency.vouchers.messages import VoucherPayment, VoucherRest
from dongne.currency.vouchers.programmes import Terms, read_terms

__all__ = [
    "Fund",
    "Grant",
    "GrantFile",
    "GrantPlan",
    "ListProgress",
    "Programme",
    "Terms",
    "Voucher",
    "VoucherPayment",
    "VoucherRest",
    "Vouchers",
    "claim_places",
    "grant_list",
    "publish_list",
    "read_grants",
    "read_terms",
]
