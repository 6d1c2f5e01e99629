"""A second recount, written from docs/ballot.md alone ("Recount it yourself"): `strangers_recount.py RPC BOX POLL`.

It imports nothing of the project, and counts polls of either box. What it prints is JSON: roll, turnout, tally, how
many votes their voters signed, and how many offices cast. Ballots are options and points, ascending; an option that a
mask picks has one point.
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
SCORES = f"({SPEC},uint8,uint16,uint16)"
SCORES_OPENED = f"ScorePollOpened(uint256,bytes32,{SCORES})"
SCORES_COUNTED = "ScoresCounted(uint256,bytes)"
APPENDED = "VotersAppended(uint32,uint256,uint256,address)"
AMENDED = "RollAmended(uint32,uint32,uint256,uint256)"
STRUCK = "VotersStruck(uint32,uint256,uint256,address)"
FROZEN = "RollFrozen(uint32,uint256,bytes32,(uint64,uint24)[])"
VOTE = "Vote(string question,string[] choices,bytes32 document,bytes32 terms,uint256 poll)"
SCORE = "Score(string option,uint256 points)"
SCORE_VOTE = f"ScoreVote(string question,Score[] scores,bytes32 document,bytes32 terms,uint256 poll){SCORE}"
DOMAIN = "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
CAST_BATCH = "castBatch(uint256,bytes)"
ASSISTED = "AssistedVotesCounted(address,uint256,address,bytes32,bytes)"
ACCREDITED = "OfficeAccredited(address,uint256,address,uint256,bytes32)"


class Node:
    """A node, by JSON-RPC."""

    def __init__(self, rpc):
        self.rpc = rpc

    def ask(self, method, *parameters):
        body = json.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": parameters}).encode()
        with urlopen(Request(self.rpc, body, {"Content-Type": "application/json"})) as answer:
            return json.load(answer)["result"]

    def logs(self, contract, event, *numbers):
        topics = ["0x" + keccak(text=event).hex(), *(f"0x{number:064x}" for number in numbers)]
        found = self.ask("eth_getLogs", {"address": contract, "topics": topics, "fromBlock": "0x0"})
        return sorted(found, key=lambda log: (int(log["blockNumber"], 16), int(log["logIndex"], 16)))

    def call(self, contract, data):
        return raw(self.ask("eth_call", {"to": contract, "data": "0x" + data.hex()}, "latest"))


def raw(text):
    return bytes.fromhex(text[2:])


class Poll:
    """A poll as it was opened: of points, if its log is that of the box of points."""

    def __init__(self, node, box, number):
        self.number, self.scored = number, False
        opened = node.logs(box, OPENED, number)
        if not opened:
            opened, self.scored = node.logs(box, SCORES_OPENED, number), True
        self.spec = SCORES if self.scored else SPEC
        self.terms, self.decided = decode(["bytes32", self.spec], raw(opened[0]["data"]))
        poll, *points = self.decided if self.scored else (self.decided, 1, 0, 0)
        self.most_points, self.most_total, self.least_total = points
        self.roll, _start, _end, self.least, self.most, self.cap, self.costs, *words, self.ranges, outcome = poll
        self.question, self.labels, self.document, _uri = words
        self.blank = outcome[3]
        name = "Dongne ScoreBallotBox" if self.scored else "Dongne BallotBox"
        chain, contract = word(int(node.ask("eth_chainId"), 16)), bytes(12) + to_canonical_address(box)
        parts = (keccak(text=DOMAIN), keccak(text=name), keccak(text="1"), chain, contract)
        self.domain = keccak(b"".join(parts))

    def digest(self, ballot):
        """What the voter of a ballot signed."""
        hashes = [keccak(text=self.labels[option]) for option, _points in ballot]
        if self.scored:
            points = (word(points) for _option, points in ballot)
            hashes = [keccak(keccak(text=SCORE) + label + given) for label, given in zip(hashes, points, strict=True)]
        typehash, question = keccak(text=SCORE_VOTE if self.scored else VOTE), keccak(text=self.question)
        fields = (typehash, question, keccak(b"".join(hashes)), self.document, self.terms, word(self.number))
        return keccak(b"\x19\x01" + self.domain + keccak(b"".join(fields)))

    def allows(self, ballot):
        options, points = [option for option, _points in ballot], [points for _option, points in ballot]
        if options != sorted(set(options)) or not all(option < len(self.labels) for option in options):
            return False
        if any(self.blank >> option & 1 for option in options):
            return points == [1]
        dear = self.cap and sum(self.costs[option] for option in options) > self.cap
        total = sum(points)
        right = self.least_total <= total and (not self.most_total or total <= self.most_total)
        within = all(0 < given <= self.most_points for given in points)
        return self.least <= len(ballot) <= self.most and within and not dear and right

    def groups(self, packed, size):
        """Ballot and items of every group of a batch or a log; an item has so many bytes."""
        at, width = 0, (len(self.labels) + 7) // 8
        while at < len(packed):
            if self.scored:
                head, scores = 1 + 2 * packed[at], packed[at + 1 :][: 2 * packed[at]]
                ballot = tuple(zip(scores[::2], scores[1::2], strict=True))
            else:
                head, mask = width, int.from_bytes(packed[at : at + width], "big")
                ballot = tuple((option, 1) for option in range(8 * width) if mask >> option & 1)
            start = at + head + 2
            at = start + size * int.from_bytes(packed[at + head : start], "big")
            yield ballot, [packed[place : place + size] for place in range(start, at, size)]

    def signatures(self, transaction, box):
        """Signatures of a batch by index and ballot; none where the box was called in another way."""
        data, found = raw(transaction["input"]), {}
        if transaction["to"].lower() != box.lower() or data[:4] != keccak(text=CAST_BATCH)[:4]:
            return found
        _poll, batch = decode(["uint256", "bytes"], data[4:])
        for ballot, items in self.groups(batch, 67):
            for item in items:
                found.setdefault((int.from_bytes(item[:3], "big"), ballot), []).append(item[3:])
        return found


def recount(node, box, number):
    poll = Poll(node, box, number)
    rolls = "0x" + node.call(box, keccak(text="rolls()")[:4])[-20:].hex()
    listed, struck, commitment = read_roll(node, rolls, poll.roll)
    voters = {index: voter for index, voter in listed.items() if index not in struck}
    if poll.terms != keccak(encode([poll.spec, "bytes32"], [poll.decided, commitment])):
        raise SystemExit("the terms are not those of this roll and these words")
    ballots, signed = {}, 0
    for log in node.logs(box, SCORES_COUNTED if poll.scored else COUNTED, number):
        batch = poll.signatures(node.ask("eth_getTransactionByHash", log["transactionHash"]), box)
        (groups,) = decode(["bytes"], raw(log["data"]))
        for ballot, items in poll.groups(groups, 3):
            for item in items:
                index = int.from_bytes(item, "big")
                eligible = index in voters and any(first <= index < first + count for first, count in poll.ranges)
                if index in ballots or not eligible or not poll.allows(ballot):
                    raise SystemExit(f"voter {index} should not have been counted")
                ballots[index] = ballot
                given = batch.get((index, ballot), ())
                signed += any(signer(poll.digest(ballot), each) == voters[index] for each in given)
    assisted = {} if poll.scored else cast_by_offices(node, box, poll)
    for index, ballot in assisted.items():
        if index in ballots or index not in voters or not poll.allows(ballot):
            raise SystemExit(f"an office should not have voted for {index}")
        ballots[index] = ballot
    tally = [0] * len(poll.labels)
    for ballot in ballots.values():
        for option, points in ballot:
            tally[option] += points
    (stated,) = decode(["uint256[]"], node.call(box, keccak(text="tally(uint256)")[:4] + word(number)))
    return {"roll": poll.roll, "voters": len(voters), "ballots": len(ballots), "signed": signed, "tally": tally} | {
        "assisted": len(assisted),
        "stated": list(stated),
    }


def cast_by_offices(node, box, poll):
    """Ballots by index of the votes that offices cast, each accredited and within its cap."""
    offices = "0x" + node.call(box, keccak(text="assistance()")[:4])[-20:].hex()
    accredited = node.logs(offices, ACCREDITED, int(box, 16), poll.number)
    caps = {log["topics"][3]: decode(["uint256", "bytes32"], raw(log["data"]))[0] for log in accredited}
    found = {}
    for log in node.logs(offices, ASSISTED, int(box, 16), poll.number):
        _record, groups = decode(["bytes32", "bytes"], raw(log["data"]))
        for ballot, items in poll.groups(groups, 3):
            caps[log["topics"][3]] -= len(items)
            if caps[log["topics"][3]] < 0 or found.keys() & {int.from_bytes(item, "big") for item in items}:
                raise SystemExit("an office cast more votes than it may, or two for a voter")
            found |= {int.from_bytes(item, "big"): ballot for item in items}
    return found


def read_roll(node, rolls, roll):
    """Addresses by index, of all rolls of the lineage; indices that are struck; and the commitment of all that."""
    addresses, struck, running, first = {}, set(), bytes(32), 0
    for log in node.logs(rolls, AMENDED, roll):
        addresses, _struck, running = read_roll(node, rolls, int(log["topics"][2], 16))
        first, added = decode(["uint256", "uint256"], raw(log["data"]))
        running = keccak(running + word(first) + word(added))
    for log in node.logs(rolls, STRUCK, roll):
        page, count, blob = decode(["uint256", "uint256", "address"], raw(log["data"]))
        code = raw(node.ask("eth_getCode", blob, "latest"))
        said, code = int.from_bytes(code[1:4], "big"), code[4:]
        header, *words = (int.from_bytes(code[at : at + 32], "big") for at in range(0, len(code), 32))
        if not said == count == sum(map(int.bit_count, words)):
            raise SystemExit("a page strikes another number of voters than it says")
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
