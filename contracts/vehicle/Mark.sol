// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev One odometer reading as a vehicle's state keeps it; 0 is no reading. A mark is the middle of a `Record`:
///
/// | bits  | field      | meaning                       |
/// |-------|------------|-------------------------------|
/// | 56-95 | occurredAt | Unix seconds of the reading   |
/// | 32-55 | km         | the reading                   |
/// | 24-31 | reason     | a `Reason`                    |
/// | 0-23  | number     | number of the record, never 0 |
type Mark is uint256;

using MarkLibrary for Mark global;

/// @title Mark
/// @notice The only place that knows the bits of a mark.
library MarkLibrary {
    // Constants

    uint256 private constant OCCURRED_AT = 56;
    uint256 private constant KM = 32;
    uint256 private constant REASON = 24;
    uint256 private constant SORTED_NUMBER = 32;

    // Getters

    function exists(Mark self) internal pure returns (bool) {
        return Mark.unwrap(self) != 0;
    }

    function occurredAt(Mark self) internal pure returns (uint256) {
        return Mark.unwrap(self) >> OCCURRED_AT;
    }

    function km(Mark self) internal pure returns (uint256) {
        return uint24(Mark.unwrap(self) >> KM);
    }

    /// @dev A `Reason` as a number.
    function reason(Mark self) internal pure returns (uint256) {
        return uint8(Mark.unwrap(self) >> REASON);
    }

    function number(Mark self) internal pure returns (uint256) {
        return uint24(Mark.unwrap(self));
    }

    /// @dev The mark as a number that sorts by date, and by number within the same second: the number of the record
    /// moves before km and reason.
    function sortable(Mark self) internal pure returns (uint256) {
        return
            (occurredAt(self) << OCCURRED_AT) | (number(self) << SORTED_NUMBER) | uint32(Mark.unwrap(self) >> REASON);
    }

    /// @dev The mark that `sortable` turned into `key`.
    function fromSortable(uint256 key) internal pure returns (Mark) {
        uint256 at = (key >> OCCURRED_AT) << OCCURRED_AT;
        return Mark.wrap(at | (uint256(uint32(key)) << REASON) | uint24(key >> SORTED_NUMBER));
    }

    // Setters

    function withReason(Mark self, uint256 reason_) internal pure returns (Mark) {
        return Mark.wrap((Mark.unwrap(self) & ~(uint256(type(uint8).max) << REASON)) | (reason_ << REASON));
    }
}
