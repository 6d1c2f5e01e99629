// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev Words in the tally of a poll with 256 options.
uint256 constant TALLY_WORDS = 32;

/// @title Tally lanes
/// @notice Counts votes for up to 256 options, eight options to a word. Option `i` is lane `i % 8` of word `i / 8`:
///
/// | bits    | field  | meaning                           |
/// |---------|--------|-----------------------------------|
/// | 224-255 | lane 7 | votes for option 8w + 7 in word w |
/// | 192-223 | lane 6 | votes for option 8w + 6 in word w |
/// | 160-191 | lane 5 | votes for option 8w + 5 in word w |
/// | 128-159 | lane 4 | votes for option 8w + 4 in word w |
/// | 96-127  | lane 3 | votes for option 8w + 3 in word w |
/// | 64-95   | lane 2 | votes for option 8w + 2 in word w |
/// | 32-63   | lane 1 | votes for option 8w + 1 in word w |
/// | 0-31    | lane 0 | votes for option 8w in word w     |
///
/// @dev A lane cannot overflow: a roll has fewer than 2^24 voters, who give an option one vote each, or at most 255
/// points: (2^24 - 1) × 255 = 4,278,189,825, which is below 2^32.
library TallyLanes {
    // Constants

    uint256 private constant LANES = 8;
    uint256 private constant LANE_BITS = 32;

    /// @dev Multiplying a byte by this copies it to every 31st bit: copy `i` starts at bit `31 i`, so its bit `i` is at
    /// bit `32 i`, the lowest of lane `i`.
    uint256 private constant SPREAD =
        1 | (1 << 31) | (1 << 62) | (1 << 93) | (1 << 124) | (1 << 155) | (1 << 186) | (1 << 217);

    /// @dev The lowest bit of every lane.
    uint256 private constant ONES =
        1 | (1 << 32) | (1 << 64) | (1 << 96) | (1 << 128) | (1 << 160) | (1 << 192) | (1 << 224);

    // Functions

    /// @dev Words needed for `options`.
    function wordsFor(uint256 options) internal pure returns (uint256) {
        return (options + LANES - 1) / LANES;
    }

    /// @dev Adds `times` to each option whose bit is set in `choices`. The caller has checked that each has a lane.
    function add(uint256[] memory lanes, uint256 choices, uint256 times) internal pure {
        // Cannot overflow: one bit per lane times a count of votes, which is far below 2^32.
        unchecked {
            for (uint256 word; choices != 0; ++word) {
                uint256 eight = choices & type(uint8).max;
                if (eight != 0) lanes[word] += ((eight * SPREAD) & ONES) * times;
                choices >>= LANES;
            }
        }
    }

    /// @dev Adds to one option. The caller has checked that it has a lane.
    function addTo(uint256[] memory lanes, uint256 option, uint256 votes) internal pure {
        // Cannot overflow: less than 2^32 altogether.
        unchecked {
            lanes[option / LANES] += votes << ((option % LANES) * LANE_BITS);
        }
    }

    /// @dev The count of `option` in its word.
    function countIn(uint256 word, uint256 option) internal pure returns (uint256) {
        return (word >> ((option % LANES) * LANE_BITS)) & type(uint32).max;
    }

    /// @dev The number of the word that holds `option`.
    function wordOf(uint256 option) internal pure returns (uint256) {
        return option / LANES;
    }
}
