// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {BallotPaper} from "./BallotPaper.sol";
import {TallyLanes} from "./TallyLanes.sol";

/// @title Score sheet
/// @notice Reads the points that a voter gives: two bytes for each option that gets any, in the order of the options.
///
/// | bytes | field  | meaning                                              |
/// |-------|--------|------------------------------------------------------|
/// | 1     | option | its number; greater than that of the score before it |
/// | 1     | points | at least 1                                           |
///
/// So there is one way to write a ballot. Functions take the position of the first score in calldata, and how many
/// there are; the caller has made sure that they exist.
library ScoreSheet {
    using TallyLanes for uint256[];

    // Constants

    uint256 internal constant SCORE_BYTES = 2;

    bytes32 private constant SCORE_TYPEHASH = keccak256("Score(string option,uint256 points)");

    /// @dev Right shift that brings a score down to bit 0, and the bits of its points.
    uint256 private constant SCORE = 240;
    uint256 private constant POINTS_BITS = 8;

    // Functions

    /// @dev The score at `place`.
    function scoreAt(uint256 place) internal pure returns (uint256 option, uint256 points) {
        // Safe: only reads calldata.
        assembly ("memory-safe") {
            let score := shr(SCORE, calldataload(place))
            option := shr(POINTS_BITS, score)
            points := and(score, 0xff)
        }
    }

    /// @dev EIP-712 hash of allowed scores, as labels and points.
    function hash(BallotPaper memory paper, uint256 place, uint256 scores) internal pure returns (bytes32 result) {
        uint256 start;
        // Safe: only computes an address, three words beyond the free memory pointer: those are where `hash` puts its
        // arguments.
        assembly ("memory-safe") {
            start := add(mload(0x40), 96)
        }
        uint256 end = start;
        // Cannot overflow: positions in calldata and memory.
        unchecked {
            uint256 last = place + scores * SCORE_BYTES;
            for (; place < last; place += SCORE_BYTES) {
                (uint256 option, uint256 points) = scoreAt(place);
                bytes32 score = EfficientHashLib.hash(SCORE_TYPEHASH, paper.labelOf(option), bytes32(points));
                // Safe: beyond the free memory pointer, where nothing is allocated until the hash is taken.
                assembly ("memory-safe") {
                    mstore(end, score)
                }
                end += 32;
            }
        }
        // Safe: reads what the loop wrote.
        assembly ("memory-safe") {
            result := keccak256(start, sub(end, start))
        }
    }

    /// @dev Adds the points of `ballots` equal ballots, whose scores are allowed.
    function addTo(uint256[] memory lanes, uint256 place, uint256 scores, uint256 ballots) internal pure {
        unchecked {
            uint256 end = place + scores * SCORE_BYTES;
            for (; place < end; place += SCORE_BYTES) {
                (uint256 option, uint256 points) = scoreAt(place);
                lanes.addTo(option, points * ballots);
            }
        }
    }
}
