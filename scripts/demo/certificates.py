"""The demo's certificates: one for each vehicle, verified against a second reading of the chain; some are forged."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from random import Random
from typing import Any

from dongne.errors import DongneError
from dongne.language import _
from dongne.vehicle import Disclosure, VehicleId, VehicleRegistry
from dongne.vehicle.certificate import Certificate
from dongne.vehicle.certificate_file import from_json, to_json
from dongne.vehicle.certification import certify_all, compare
from scripts.demo.forgeries import FORGED, forge
from scripts.demo.output import Output


def run(registry: VehicleRegistry, disclosures: Sequence[Disclosure], output: Output) -> dict[str, int]:
    """Certify the disclosed vehicles, verify every certificate, forge a hundred; returns how many were found right."""
    issued = certify_all(registry)
    certificates = [replace(issued[each.vehicle], disclosure=each) for each in disclosures]
    chain, node = certify_all(registry), registry.chain.node
    tracked = output.tracked(certificates, _("Verifying certificates"))
    verified = sum(_agrees(to_json(each), chain, node) for each in tracked)
    random = Random(FORGED)
    forged = (forge(random.choice(certificates), random, place) for place in range(FORGED))
    detected = sum(not _agrees(each.text, chain, node) for each in forged)
    return {"certificates_verified": verified, "tampered_detected": detected}


def adds_up(figures: Mapping[str, Any]) -> bool:
    """Whether every certificate was verified, and every forgery found out."""
    return bool(figures["certificates_verified"] == figures["vehicles"] and figures["tampered_detected"] == FORGED)


def _agrees(text: str, chain: Mapping[VehicleId, Certificate], node: str) -> bool:
    try:
        certificate = from_json(text)
        if certificate.vehicle not in chain:
            return False
        compare(certificate, chain[certificate.vehicle], node)
    except DongneError:
        return False
    return True
