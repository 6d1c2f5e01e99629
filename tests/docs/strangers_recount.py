"""A second recount, written from docs/ballot.md alone ("Recount it yourself"): `strangers_recount.py RPC BOX POLL`.

It imports nothing of the project. What it prints is JSON: roll, turnout, tally, and how many votes their voters signed.
"""

import json
import sys
from urllib.request import Request, urlopen

from eth_abi import decode, encode
from eth_keys import keys
from eth_utils import keccak, to_canonical_address

SPEC = (
    "(uint32,uint40,uint40,uint16,uint16,uint64,uint64[],string,string[],bytes32,string,(uint24,uint24)[],"
    "(uint8,uint8,uint256,uint256,(uint8,uint8,uint32,uint32,bool),(uint8,uint8,uint32,uint32,bool)))"
)
OPENED = f"PollOpened(uint256,bytes32,{SPEC})"
COUNTED = "VotesCounted(uint256,bytes)"
APPENDED = "VotersAppended(uint32,uint256,uint256,address)"
AMENDED = "RollAmended(uint32,uint32,uint256,uint256)"
STRUCK = "VotersStruck(uint32,uint256,uint256,address)"
FROZEN = "RollFrozen(uint32,uint256,bytes32,(uint64,uint24)[])"
VOTE = "Vote(string question,string[] choices,bytes32 document,bytes32 terms,uint256 poll)"
DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
CAST_BATCH = "castBatch(uint256,bytes)"


class Node:
    """A node, by JSON-RPC."""

    def __init__(self, rpc):
        self.rpc = rpc

    def ask(self, method, *parameters):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
        with urlopen(Request(self.rpc, body, {"Content-Type": "application/json"})) as answer:
            return json.load(answer)["result"]

    def logs(self, contract, event, number):
        topics = ["0x" + keccak(text=event).hex(), f"0x{number:064x}"]
        found = self.ask("eth_getLogs", {"address": contract, "topics": topics, "fromBlock": "0x0"})
        return sorted(found, key=lambda log: (int(log["blockNumber"], 16), int(log["logIndex"], 16)))

    def call(self, contract, data):
        return raw(self.ask("eth_call", {"to": contract, "data": "0x" + data.hex()}, "latest"))


def raw(text):
    return bytes.fromhex(text[2:])


def recount(node, box, poll):
    (opened,) = node.logs(box, OPENED, poll)
    terms, spec = decode(["bytes32", SPEC], raw(opened["data"]))
    roll, _start, _end, least, most, cap, costs, question, labels, document, _uri, ranges, outcome = spec
    rolls = "0x" + node.call(box, keccak(text="rolls()")[:4])[-20:].hex()
    listed, struck, commitment = read_roll(node, rolls, roll)
    voters = {index: voter for index, voter in listed.items() if index not in struck}
    if terms != keccak(encode([SPEC, "bytes32"], [spec, commitment])):
        raise SystemExit("the terms are not those of this roll and these words")

    def digest(mask):
        chosen = b"".join(keccak(text=label) for option, label in enumerate(labels) if mask >> option & 1)
        words = (keccak(text=VOTE), keccak(text=question), keccak(chosen), document, terms, poll.to_bytes(32, "big"))
        name, version = keccak(text="Dongne BallotBox"), keccak(text="1")
        chain, contract = int(node.ask("eth_chainId"), 16), bytes(12) + to_canonical_address(box)
        domain = keccak(keccak(text=DOMAIN) + name + version + chain.to_bytes(32, "big") + contract)
        return keccak(b"\x19\x01" + domain + keccak(b"".join(words)))

    def allowed(mask):
        if mask & outcome[3]:
            return mask.bit_count() == 1
        picked = [option for option in range(len(labels)) if mask >> option & 1]
        dear = cap and sum(costs[option] for option in picked) > cap
        return not mask >> len(labels) and least <= len(picked) <= most and not dear

    width, choices, signed = (len(labels) + 7) // 8, {}, 0
    for log in node.logs(box, COUNTED, poll):
        batch = signatures(node.ask("eth_getTransactionByHash", log["transactionHash"]), box, width)
        (groups,) = decode(["bytes"], raw(log["data"]))
        for mask, items in grouped(groups, width, 3):
            for item in items:
                index = int.from_bytes(item, "big")
                eligible = index in voters and any(first <= index < first + count for first, count in ranges)
                if index in choices or not eligible or not allowed(mask):
                    raise SystemExit(f"voter {index} should not have been counted")
                choices[index] = mask
                signed += any(signer(digest(mask), each) == voters[index] for each in batch.get((index, mask), ()))
    tally = [sum(mask >> option & 1 for mask in choices.values()) for option in range(len(labels))]
    (stated,) = decode(["uint256[]"], node.call(box, keccak(text="tally(uint256)")[:4] + poll.to_bytes(32, "big")))
    return {"roll": roll, "voters": len(voters), "ballots": len(choices), "signed": signed, "tally": tally} | {
        "stated": list(stated)
    }


def read_roll(node, rolls, roll):
    """Addresses by index, of all rolls of the lineage; indices that are struck; and the commitment of all that."""
    addresses, struck, running, first = {}, set(), bytes(32), 0
    for log in node.logs(rolls, AMENDED, roll):
        addresses, _struck, running = read_roll(node, rolls, int(log["topics"][2], 16))
        first, added = decode(["uint256", "uint256"], raw(log["data"]))
        running = keccak(running + word(first) + word(added))
    for log in node.logs(rolls, STRUCK, roll):
        page, _count, blob = decode(["uint256", "uint256", "address"], raw(log["data"]))
        code = raw(node.ask("eth_getCode", blob, "latest"))[1:]
        header, *words = (int.from_bytes(code[at : at + 32], "big") for at in range(0, len(code), 32))
        marked = [at for at in range(256) if header >> at & 1]
        for at, bits in zip(marked, words, strict=True):
            struck |= {65_536 * page + 256 * at + bit for bit in range(256) if bits >> bit & 1}
        running = keccak(running + keccak(code) + word(page))
    for log in node.logs(rolls, APPENDED, roll):
        _first, count, blob = decode(["uint256", "uint256", "address"], raw(log["data"]))
        code = raw(node.ask("eth_getCode", blob, "latest"))[1:]
        if len(code) != 20 * count:
            raise SystemExit("a blob has another number of voters than its log says")
        addresses |= {first + place: code[20 * place :][:20] for place in range(count)}
        first, running = first + count, keccak(running + keccak(code))
    (frozen,) = node.logs(rolls, FROZEN, roll)
    _voters, commitment, districts = decode(["uint256", "bytes32", "(uint64,uint24)[]"], raw(frozen["data"]))
    if commitment != keccak(running + keccak(encode(["(uint64,uint24)[]"], [districts]))):
        raise SystemExit("the roll's hash is not that of its voters and districts")
    return addresses, struck, commitment


def word(number):
    return number.to_bytes(32, "big")


def signatures(transaction, box, width):
    """Signatures of a batch by index and choices; none where the box was called in another way."""
    data, found = raw(transaction["input"]), {}
    if transaction["to"].lower() != box.lower() or data[:4] != keccak(text=CAST_BATCH)[:4]:
        return found
    _poll, batch = decode(["uint256", "bytes"], data[4:])
    for mask, items in grouped(batch, width, 67):
        for item in items:
            found.setdefault((int.from_bytes(item[:3], "big"), mask), []).append(item[3:])
    return found


def grouped(packed, width, size):
    """Mask and items of every group."""
    at = 0
    while at < len(packed):
        mask, count = int.from_bytes(packed[at : at + width], "big"), int.from_bytes(packed[at + width :][:2], "big")
        start, end = at + width + 2, at + width + 2 + count * size
        yield mask, [packed[place : place + size] for place in range(start, end, size)]
        at = end


def signer(digest, signature):
    """The address that a compact signature recovers to; empty for one that is none."""
    r, vs = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    try:
        recovered = keys.Signature(vrs=(vs >> 255, r, vs & (1 << 255) - 1)).recover_public_key_from_msg_hash(digest)
    except Exception:
        return b""
    return recovered.to_canonical_address()


if __name__ == "__main__":
    rpc, box_address, number = sys.argv[1:]
    sys.stdout.write(json.dumps(recount(Node(rpc), box_address, int(number))))
