"""An independent check of Groth16 proofs: the pairing of the Ethereum Foundation's py_ecc over the shipped key.

It shares no code with snarkjs, and none with the contract.
"""

import json
import sys
from functools import cache
from pathlib import Path
from typing import Any

_depth = sys.getrecursionlimit()
from py_ecc.optimized_bn128 import FQ, FQ2, FQ12, add, b, b2, final_exponentiate, is_on_curve, multiply, neg, pairing  # noqa: E402

sys.setrecursionlimit(_depth)  # py_ecc raises it for all; deeply nested JSON would then overflow the stack

Key = dict[str, Any]


@cache
def key_in(file: Path) -> Key:
    """A verification key as snarkjs writes it, its points as py_ecc has them."""
    raw = json.loads(file.read_text(encoding="utf-8"))
    points = {name: _second(raw[name]) for name in ("vk_beta_2", "vk_gamma_2", "vk_delta_2")}
    return points | {"alpha": _first(raw["vk_alpha_1"]), "IC": [_first(each) for each in raw["IC"]]}


def holds(key: Key, signals: list[int], proof: tuple[int, ...]) -> bool:
    """Whether a proof, eight numbers as the contract takes them, holds for its public signals."""
    a1, a2, b1, b2_, b3, b4, c1, c2 = proof
    first, second, third = _first((a1, a2)), _second(((b2_, b1), (b4, b3))), _first((c1, c2))
    if not (is_on_curve(first, b) and is_on_curve(third, b) and is_on_curve(second, b2)):
        return False
    total = key["IC"][0]
    for signal, point in zip(signals, key["IC"][1:], strict=True):
        total = add(total, multiply(point, signal))
    pairs = (
        (second, neg(first)),
        (key["vk_beta_2"], key["alpha"]),
        (key["vk_gamma_2"], total),
        (key["vk_delta_2"], third),
    )
    product = FQ12.one()
    for q, p in pairs:
        product *= pairing(q, p, final_exponentiate=False)
    return bool(final_exponentiate(product) == FQ12.one())


def _first(point: Any) -> Any:
    return FQ(int(point[0])), FQ(int(point[1])), FQ.one()


def _second(point: Any) -> Any:
    return FQ2([int(each) for each in point[0]]), FQ2([int(each) for each in point[1]]), FQ2.one()
