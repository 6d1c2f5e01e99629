// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev Words of the tally of a poll with 128 options.
uint256 constant TALLY_WORDS = 16;

/// @title Tally lanes
/// @notice Counts of up to 128 options, eight to a word.
/// @dev Option `i` is lane `i % 8` of word `i / 8`. A lane cannot overflow: a roll has fewer than 2^24 voters.
///
///      bit  255      224                  64       32        0
///           +----------+---- ... ----+----------+----------+
///           | lane 7   |             | lane 1   | lane 0   |     32 bits each
///           +----------+---- ... ----+----------+----------+
library TallyLanes {
    uint256 private constant LANES = 8;
    uint256 private constant LANE_BITS = 32;

    /// @dev Copies of a byte 31 bits apart: copy `i` starts at bit `31 i`, so its bit `i` falls on bit `32 i`.
    uint256 private constant SPREAD =
        1 | (1 << 31) | (1 << 62) | (1 << 93) | (1 << 124) | (1 << 155) | (1 << 186) | (1 << 217);

    /// @dev The lowest bit of every lane.
    uint256 private constant ONES =
        1 | (1 << 32) | (1 << 64) | (1 << 96) | (1 << 128) | (1 << 160) | (1 << 192) | (1 << 224);

    /// @dev Words that `options` need.
    function wordsFor(uint256 options) internal pure returns (uint256) {
        return (options + LANES - 1) / LANES;
    }

    /// @dev Adds `times` to every option whose bit is set in `choices`; the caller has checked that each has a lane.
    function add(uint256[] memory lanes, uint256 choices, uint256 times) internal pure {
        // No overflow: eight one-bit lanes times a count of votes, far below 2^32 a lane.
        unchecked {
            for (uint256 word; choices != 0; ++word) {
                uint256 eight = choices & type(uint8).max;
                if (eight != 0) lanes[word] += ((eight * SPREAD) & ONES) * times;
                choices >>= LANES;
            }
        }
    }

    /// @dev The count of one option in its word.
    function countIn(uint256 word, uint256 option) internal pure returns (uint256) {
        return (word >> ((option % LANES) * LANE_BITS)) & type(uint32).max;
    }

    /// @dev The word that holds an option.
    function wordOf(uint256 option) internal pure returns (uint256) {
        return option / LANES;
    }
}
