// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mark} from "./Mark.sol";
import {Reason} from "./Reason.sol";

/// @dev What the registry keeps of a vehicle besides the head of its history:
///
/// | bits    | field     | meaning                                                               |
/// |---------|-----------|-----------------------------------------------------------------------|
/// | 160-255 | last      | `Mark` of the latest reading by date; 0 if there is none              |
/// | 64-159  | previous  | `Mark` of the one before it, to judge `last` again after a correction |
/// | 41-63   | zero      | not used                                                              |
/// | 40      | corrected | whether any record was ever superseded                                |
/// | 24-39   | seen      | bit r is set if reason r was ever given                               |
/// | 0-23    | records   | number of records                                                     |
type VehicleState is uint256;

using VehicleStateLibrary for VehicleState global;

/// @title Vehicle state
/// @notice The only place that knows the bits of a vehicle's state.
library VehicleStateLibrary {
    // Constants

    uint256 private constant LAST = 160;
    uint256 private constant PREVIOUS = 64;
    uint256 private constant CORRECTED = 40;
    uint256 private constant SEEN = 24;

    // Getters

    function last(VehicleState self) internal pure returns (Mark) {
        return Mark.wrap(VehicleState.unwrap(self) >> LAST);
    }

    function previous(VehicleState self) internal pure returns (Mark) {
        return Mark.wrap(uint96(VehicleState.unwrap(self) >> PREVIOUS));
    }

    function records(VehicleState self) internal pure returns (uint256) {
        return uint24(VehicleState.unwrap(self));
    }

    /// @dev The number of the next record; 0 if the history is full.
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

    // Setters

    /// @dev Counts a record and adds its reason to `seen`. The caller has checked that the history is not full.
    function counted(VehicleState self, uint256 reason) internal pure returns (VehicleState) {
        unchecked {
            return VehicleState.wrap((VehicleState.unwrap(self) + 1) | (1 << (SEEN + reason)));
        }
    }

    /// @dev Changes the reason of the last reading.
    function withLastReason(VehicleState self, uint256 reason) internal pure returns (VehicleState) {
        VehicleState noted = VehicleState.wrap(VehicleState.unwrap(self) | (1 << (SEEN + reason)));
        return withMarks(noted, previous(self), last(self).withReason(reason));
    }

    /// @dev Adds a reading to the series by date: as `last`, as `previous`, or not at all if it is older than both.
    /// Of readings in the same second, the one recorded later counts as later.
    function inserted(VehicleState self, Mark mark) internal pure returns (VehicleState) {
        if (mark.occurredAt() >= last(self).occurredAt()) return withMarks(self, last(self), mark);
        if (mark.occurredAt() >= previous(self).occurredAt()) return withMarks(self, mark, last(self));
        return self;
    }

    /// @dev Notes a correction, and drops the reading of record `number` if it is one of the two kept.
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
