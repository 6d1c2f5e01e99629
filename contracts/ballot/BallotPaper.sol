// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBit} from "solady/src/utils/LibBit.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollBox} from "./IPollBox.sol";
import {PollId} from "./PollId.sol";

/// @dev What a poll's votes are checked against, as read from its blob.
/// @param data The blob without its first byte.
/// @param options How many options the poll has.
struct BallotPaper {
    bytes data;
    uint256 options;
}

using BallotPaperLibrary for BallotPaper global;

/// @title Ballot paper
/// @notice Keeps what is decided about a poll in bytecode: it cannot change, and a batch reads it once. A poll with n
/// options and r ranges of voters has a blob, a contract whose code is:
///
/// | bytes | field     | meaning                                                              |
/// |-------|-----------|----------------------------------------------------------------------|
/// | 1     | zero      | the opcode STOP, so that the code cannot run                         |
/// | 32    | question  | keccak256 of the question                                            |
/// | 32    | document  | keccak256 of the document                                            |
/// | 32    | terms     | hash of everything that was decided                                  |
/// | 32    | proposal  | mask of the options that are votes for the proposal                  |
/// | 32    | blank     | mask of the options that stand for no choice                         |
/// | 8     | cap       | most that the options of one ballot may cost together; 0 for no cap  |
/// | 1     | ranges    | r                                                                    |
/// | 1     | aim       | of `IOutcomeRule`                                                    |
/// | 1     | seats     | of an election                                                       |
/// | 11    | quorum    | part (1), whole (1), numerator (4), denominator (4), moreThan (1)    |
/// | 11    | pass      | the same                                                             |
/// | 32 n  | labels    | keccak256 of each option's label                                     |
/// | 6 r   | voters    | of each range first (3) and count (3)                                |
/// | 8 n   | costs     | of each option; nothing if there is no cap                           |
library BallotPaperLibrary {
    // Constants

    /// @dev Offsets in `data`.
    uint256 private constant QUESTION = 0;
    uint256 private constant DOCUMENT = 32;
    uint256 private constant TERMS = 64;
    uint256 private constant PROPOSAL = 96;
    uint256 private constant BLANK = 128;
    uint256 private constant CAP = 160;
    uint256 private constant RANGES = 168;
    uint256 private constant AIM = 169;
    uint256 private constant SEATS = 170;
    uint256 private constant QUORUM = 171;
    uint256 private constant PASS = 182;
    uint256 private constant LABELS = 193;

    /// @dev Offsets in a threshold.
    uint256 private constant WHOLE = 1;
    uint256 private constant NUMERATOR = 2;
    uint256 private constant DENOMINATOR = 6;
    uint256 private constant MORE_THAN = 10;

    uint256 private constant RANGE_BYTES = 6;
    uint256 private constant COST_BYTES = 8;

    // Getters

    /// @dev Hash of the question.
    function question(BallotPaper memory self) internal pure returns (bytes32) {
        return bytes32(_word(self, QUESTION));
    }

    /// @dev Hash of the document.
    function document(BallotPaper memory self) internal pure returns (bytes32) {
        return bytes32(_word(self, DOCUMENT));
    }

    /// @dev Hash of everything that was decided.
    function terms(BallotPaper memory self) internal pure returns (bytes32) {
        return bytes32(_word(self, TERMS));
    }

    /// @dev Mask of the blank options.
    function blank(BallotPaper memory self) internal pure returns (uint256) {
        return _word(self, BLANK);
    }

    /// @dev Most that the options of a ballot may cost together; 0 for no cap.
    function cap(BallotPaper memory self) internal pure returns (uint256) {
        return _field(self, CAP, COST_BYTES);
    }

    /// @dev Hash of an option's label.
    function labelOf(BallotPaper memory self, uint256 option) internal pure returns (bytes32) {
        return bytes32(_word(self, LABELS + 32 * option));
    }

    /// @dev How many ranges of voters there are.
    function rangeCount(BallotPaper memory self) internal pure returns (uint256) {
        return _field(self, RANGES, 1);
    }

    /// @dev One of the ranges.
    function range(BallotPaper memory self, uint256 position) internal pure returns (uint256 first, uint256 count) {
        uint256 packed = _field(self, LABELS + 32 * self.options + RANGE_BYTES * position, RANGE_BYTES);
        return (packed >> 24, packed & type(uint24).max);
    }

    /// @dev The range that a voter's index is in; (0, 0) if it is in none.
    function rangeOf(BallotPaper memory self, uint256 index) internal pure returns (uint256 first, uint256 count) {
        uint256 ranges = self.rangeCount();
        for (uint256 i; i < ranges; ++i) {
            (first, count) = self.range(i);
            if (index >= first && index < first + count) return (first, count);
        }
        return (0, 0);
    }

    /// @dev How the outcome follows from the tally.
    function outcome(BallotPaper memory self) internal pure returns (IOutcomeRule.Terms memory) {
        return
            IOutcomeRule.Terms({
                aim: IOutcomeRule.Aim(_field(self, AIM, 1)),
                seats: uint8(_field(self, SEATS, 1)),
                proposal: _word(self, PROPOSAL),
                blank: _word(self, BLANK),
                quorum: _threshold(self, QUORUM),
                pass: _threshold(self, PASS)
            });
    }

    // Functions

    /// @dev What the blob of a poll holds behind its first byte.
    function pack(
        IPollBox.PollSpec calldata spec,
        bytes32[] memory labels,
        bytes32 termsHash
    ) internal pure returns (bytes memory) {
        bytes memory head = abi.encodePacked(
            keccak256(bytes(spec.question)),
            spec.document,
            termsHash,
            spec.outcome.proposal,
            spec.outcome.blank,
            spec.cap,
            uint8(spec.ranges.length),
            uint8(spec.outcome.aim),
            spec.outcome.seats
        );
        return
            abi.encodePacked(
                head,
                _packed(spec.outcome.quorum),
                _packed(spec.outcome.pass),
                labels,
                packedRanges(spec.ranges),
                _packedCosts(spec.costs)
            );
    }

    /// @dev The same of a petition: one option, no outcome. `ranges` are packed already.
    function packPetition(
        bytes32 title,
        bytes32 documentHash,
        bytes32 termsHash,
        bytes32 label,
        bytes memory ranges
    ) internal pure returns (bytes memory) {
        bytes memory nothing = new bytes(LABELS - RANGES - 1);
        uint8 count = uint8(ranges.length / RANGE_BYTES);
        bytes memory masksAndCap = new bytes(RANGES - PROPOSAL);
        return abi.encodePacked(title, documentHash, termsHash, masksAndCap, count, nothing, label, ranges);
    }

    /// @dev Whether an index is in one of the ranges, packed as a paper holds them.
    function isWithin(bytes memory ranges, uint256 index) internal pure returns (bool) {
        BallotPaper memory self = BallotPaper({data: ranges, options: 0});
        for (uint256 at; at < ranges.length; at += RANGE_BYTES) {
            uint256 first = _field(self, at, RANGE_BYTES) >> 24;
            uint256 count = _field(self, at, RANGE_BYTES) & type(uint24).max;
            if (index >= first && index < first + count) return true;
        }
        return false;
    }

    /// @dev Ranges as a paper holds them.
    function packedRanges(IPollBox.Range[] calldata ranges) internal pure returns (bytes memory packed) {
        for (uint256 i; i < ranges.length; ++i) packed = abi.encodePacked(packed, ranges[i].first, ranges[i].count);
    }

    /// @dev Writes the blob of a poll. Its address depends only on the writing contract and the poll.
    function write(PollId poll, bytes memory packed) internal {
        SSTORE2.writeDeterministic(packed, bytes32(PollId.unwrap(poll)));
    }

    /// @dev The paper of a poll that this contract has opened.
    function read(PollId poll, uint256 options) internal view returns (BallotPaper memory) {
        address blob = SSTORE2.predictDeterministicAddress(bytes32(PollId.unwrap(poll)));
        return BallotPaper({data: SSTORE2.read(blob), options: options});
    }

    /// @dev The paper of a poll that the contract at `box` has opened.
    function readOf(address box, PollId poll, uint256 options) internal view returns (BallotPaper memory) {
        address blob = SSTORE2.predictDeterministicAddress(bytes32(PollId.unwrap(poll)), box);
        return BallotPaper({data: SSTORE2.read(blob), options: options});
    }

    /// @dev EIP-712 hash of the chosen options' labels, in the order of the options.
    function choicesHash(BallotPaper memory self, uint256 choices) internal pure returns (bytes32 hash) {
        uint256 labels;
        uint256 start;
        // Safe: only computes addresses.
        assembly ("memory-safe") {
            labels := add(mload(self), add(32, LABELS))
            start := mload(0x40)
        }
        uint256 end = start;
        // Cannot overflow: an option is below 256.
        unchecked {
            while (choices != 0) {
                uint256 option = LibBit.ffs(choices);
                // Safe: reads the label of an option that the rule allows, and writes beyond the free memory pointer,
                // where nothing is allocated until the hash is taken.
                assembly ("memory-safe") {
                    mstore(end, mload(add(labels, shl(5, option))))
                }
                end += 32;
                choices &= choices - 1;
            }
        }
        // Safe: reads what the loop wrote.
        assembly ("memory-safe") {
            hash := keccak256(start, sub(end, start))
        }
    }

    /// @dev What the chosen options cost together; only where there is a cap.
    function costOf(BallotPaper memory self, uint256 choices) internal pure returns (uint256 cost) {
        uint256 costs = LABELS + 32 * self.options + RANGE_BYTES * rangeCount(self);
        // Cannot overflow: at most 256 numbers below 2^64.
        unchecked {
            while (choices != 0) {
                cost += _field(self, costs + COST_BYTES * LibBit.ffs(choices), COST_BYTES);
                choices &= choices - 1;
            }
        }
    }

    // Internals

    function _word(BallotPaper memory self, uint256 at) private pure returns (uint256 word) {
        // Safe: reads within `data`; every caller's offset is part of the layout.
        assembly ("memory-safe") {
            word := mload(add(add(mload(self), 32), at))
        }
    }

    /// @dev `size` bytes at `at`. Near the end the word reaches past `data`; those bits are shifted out.
    function _field(BallotPaper memory self, uint256 at, uint256 size) private pure returns (uint256) {
        return _word(self, at) >> (256 - 8 * size);
    }

    function _threshold(BallotPaper memory self, uint256 at) private pure returns (IOutcomeRule.Threshold memory) {
        return
            IOutcomeRule.Threshold({
                part: IOutcomeRule.Measure(_field(self, at, 1)),
                whole: IOutcomeRule.Measure(_field(self, at + WHOLE, 1)),
                numerator: uint32(_field(self, at + NUMERATOR, 4)),
                denominator: uint32(_field(self, at + DENOMINATOR, 4)),
                moreThan: _field(self, at + MORE_THAN, 1) != 0
            });
    }

    function _packed(IOutcomeRule.Threshold calldata t) private pure returns (bytes memory) {
        return abi.encodePacked(uint8(t.part), uint8(t.whole), t.numerator, t.denominator, t.moreThan);
    }

    function _packedCosts(uint64[] calldata costs) private pure returns (bytes memory packed) {
        packed = new bytes(COST_BYTES * costs.length);
        for (uint256 i; i < costs.length; ++i) {
            uint256 cost = uint256(costs[i]) << (256 - 8 * COST_BYTES);
            // Safe: the last word reaches 24 bytes past the array, into memory that is not allocated yet.
            assembly ("memory-safe") {
                mstore(add(add(packed, 32), mul(i, COST_BYTES)), cost)
            }
        }
    }
}
