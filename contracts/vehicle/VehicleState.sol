// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mark} from "./Mark.sol";
import {Reason} from "./Reason.sol";

/// @dev What the registry keeps of a vehicle beside its head, packed.
type VehicleState is uint256;

using VehicleStateLibrary for VehicleState global;

/// @title Vehicle state
/// @notice The two latest readings by date, all that was ever found about readings, and the number of records.
///
///      255    160        64     41          40     24        0
///     +------+----------+------+-----------+------+---------+
///     | last | previous | zero | corrected | seen | records |
///     |  96  |    96    |  23  |     1     |  16  |    24   |
///     +------+----------+------+-----------+------+---------+
///
/// Bit r of `seen` says that reason r was ever given.
/// `previous` is kept so that a correction of the last reading is judged against the one before it.
library VehicleStateLibrary {
    uint256 private constant LAST = 160;
    uint256 private constant PREVIOUS = 64;
    uint256 private constant CORRECTED = 40;
    uint256 private constant SEEN = 24;

    function last(VehicleState self) internal pure returns (Mark) {
        return Mark.wrap(VehicleState.unwrap(self) >> LAST);
    }

    function previous(VehicleState self) internal pure returns (Mark) {
        return Mark.wrap(uint96(VehicleState.unwrap(self) >> PREVIOUS));
    }

    function records(VehicleState self) internal pure returns (uint256) {
        return uint24(VehicleState.unwrap(self));
    }

    /// @dev The number of the next record; 0 where the history is full.
    function nextNumber(VehicleState self) internal pure returns (uint256) {
        unchecked {
            return uint24(VehicleState.unwrap(self) + 1);
        }
    }

    function hasSeen(VehicleState self, Reason reason) internal pure returns (bool) {
        return (VehicleState.unwrap(self) >> (SEEN + uint256(reason))) & 1 == 1;
    }

    function isCorrected(VehicleState self) internal pure returns (bool) {
        return (VehicleState.unwrap(self) >> CORRECTED) & 1 == 1;
    }

    /// @dev Counts a record and notes what was found. The caller has seen that the history is not full.
    function counted(VehicleState self, uint256 reason) internal pure returns (VehicleState) {
        unchecked {
            return VehicleState.wrap((VehicleState.unwrap(self) + 1) | (1 << (SEEN + reason)));
        }
    }

    /// @dev Gives the last reading another finding.
    function withLastFound(VehicleState self, uint256 reason) internal pure returns (VehicleState) {
        VehicleState noted = VehicleState.wrap(VehicleState.unwrap(self) | (1 << (SEEN + reason)));
        return withMarks(noted, previous(self), last(self).withReason(reason));
    }

    /// @dev Takes a reading into the series at its date: as the last, as the one before it, or not at all when older.
    function inserted(VehicleState self, Mark mark) internal pure returns (VehicleState) {
        if (mark.occurredAt() >= last(self).occurredAt()) return withMarks(self, last(self), mark);
        if (mark.occurredAt() >= previous(self).occurredAt()) return withMarks(self, mark, last(self));
        return self;
    }

    /// @dev Drops the reading that record `number` made, if it is one of the two kept.
    function withoutReading(VehicleState self, uint256 number) internal pure returns (VehicleState) {
        VehicleState marked = VehicleState.wrap(VehicleState.unwrap(self) | (1 << CORRECTED));
        if (last(self).number() == number) return withMarks(marked, Mark.wrap(0), previous(self));
        if (previous(self).number() == number) return withMarks(marked, Mark.wrap(0), last(self));
        return marked;
    }

    function withMarks(VehicleState self, Mark previous_, Mark last_) internal pure returns (VehicleState) {
        uint256 rest = uint64(VehicleState.unwrap(self));
        return VehicleState.wrap((Mark.unwrap(last_) << LAST) | (Mark.unwrap(previous_) << PREVIOUS) | rest);
    }
}
