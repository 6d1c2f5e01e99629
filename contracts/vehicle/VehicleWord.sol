// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Record} from "./RecordWord.sol";
import {Reason} from "./VehicleTypes.sol";

/// @dev One reading of the odometer as the vehicle's word keeps it, 96 bits; zero is none.
type Mark is uint256;

/// @dev What the registry keeps of a vehicle beside its head, packed.
type VehicleState is uint256;

using MarkWord for Mark global;
using VehicleWord for VehicleState global;

/// @title Mark word
/// @notice One reading: when, how far, what was found about it, and the record that made it. The middle of a `Record`.
///
///      95           56   32       24       0
///     +------------+----+--------+--------+
///     | occurredAt | km | reason | number |
///     |     40     | 24 |    8   |   24   |
///     +------------+----+--------+--------+
///
library MarkWord {
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

/// @title Vehicle word
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
library VehicleWord {
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
