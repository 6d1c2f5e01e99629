// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev Half hours of which a person was paid, one bit each since 1970; 256 of them in a storage word.
///
/// | bits  | field | meaning                                               |
/// |-------|-------|-------------------------------------------------------|
/// | 0-255 | paid  | bit n: half hour `256 * word + n` since 1970 was paid |
///
/// So no minute of a person is paid twice: whatever the activity, the programme, the list or the address.
struct WorkedHours {
    mapping(uint256 word => uint256 bits) paid;
}

using WorkedHoursLibrary for WorkedHours global;

/// @title Worked hours
/// @notice The only place that knows the bits of the half hours that were paid.
library WorkedHoursLibrary {
    // Constants

    /// @dev Half hours in a word, as a power of 2.
    uint256 private constant WORD = 8;
    uint256 private constant PLACE_MASK = 0xff;

    // Getters

    /// @param first Number of the first half hour since 1970.
    /// @param count 1 to 48.
    function isAnyPaid(WorkedHours storage self, uint256 first, uint256 count) internal view returns (bool) {
        (uint256 low, uint256 high) = _masks(first, count);
        if (self.paid[first >> WORD] & low != 0) return true;
        return high != 0 && self.paid[(first >> WORD) + 1] & high != 0;
    }

    // Setters

    function markPaid(WorkedHours storage self, uint256 first, uint256 count) internal {
        (uint256 low, uint256 high) = _masks(first, count);
        self.paid[first >> WORD] |= low;
        if (high != 0) self.paid[(first >> WORD) + 1] |= high;
    }

    // Internals

    /// @dev Bits in the word of the first half hour, and those that spill into the next one.
    function _masks(uint256 first, uint256 count) private pure returns (uint256 low, uint256 high) {
        uint256 place = first & PLACE_MASK;
        uint256 bits = (1 << count) - 1;
        low = bits << place;
        high = place == 0 ? 0 : bits >> (256 - place);
    }
}
