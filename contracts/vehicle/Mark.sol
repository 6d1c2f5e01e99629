// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev One reading of the odometer as the vehicle's word keeps it, 96 bits; zero is none.
type Mark is uint256;

using MarkLibrary for Mark global;

/// @title Mark
/// @notice One reading: when, how far, what was found about it, and the record that made it. The middle of a `Record`.
///
///      95           56   32       24       0
///     +------------+----+--------+--------+
///     | occurredAt | km | reason | number |
///     |     40     | 24 |    8   |   24   |
///     +------------+----+--------+--------+
///
library MarkLibrary {
    uint256 private constant REASON = 24;
    uint256 private constant KM = 32;
    uint256 private constant OCCURRED_AT = 56;

    /// @dev A record's number is never zero, so neither is its mark.
    function exists(Mark self) internal pure returns (bool) {
        return Mark.unwrap(self) != 0;
    }

    function occurredAt(Mark self) internal pure returns (uint256) {
        return Mark.unwrap(self) >> OCCURRED_AT;
    }

    function km(Mark self) internal pure returns (uint256) {
        return uint24(Mark.unwrap(self) >> KM);
    }

    /// @dev The number of a Reason.
    function reason(Mark self) internal pure returns (uint256) {
        return uint8(Mark.unwrap(self) >> REASON);
    }

    function number(Mark self) internal pure returns (uint256) {
        return uint24(Mark.unwrap(self));
    }

    function withReason(Mark self, uint256 reason_) internal pure returns (Mark) {
        return Mark.wrap((Mark.unwrap(self) & ~(uint256(0xff) << REASON)) | (reason_ << REASON));
    }
}
