// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mark} from "./Mark.sol";
import {Reason} from "./Reason.sol";

/// @dev What the registry keeps of a vehicle besides the head of its history:
///
/// | bits    | field            | meaning                                                             |
/// |---------|------------------|---------------------------------------------------------------------|
/// | 160-255 | last             | `Mark` of the latest standing reading by date; 0 if there is none   |
/// | 64-159  | previous         | `Mark` of the standing reading before it; 0 if there is none        |
/// | 60-63   | class            | class of the vehicle, see `Paces`                                   |
/// | 48-59   | restrictions     | how many liens, seizures and the like are open                      |
/// | 40-47   | gaugeChanges     | standing changes of the gauge; 255 means 255 or more, for good      |
/// | 28-39   | illogical        | standing illogical readings; 4,095 means 4,095 or more, for good    |
/// | 27      | everGaugeChanged | whether a change of the gauge was ever recorded                     |
/// | 26      | everImplausible  | whether a reading was ever found implausible                        |
/// | 25      | everIllogical    | whether a reading was ever found illogical                          |
/// | 24      | corrected        | whether any record was ever superseded                              |
/// | 0-23    | records          | number of records                                                   |
type VehicleState is uint256;

using VehicleStateLibrary for VehicleState global;

/// @title Vehicle state
/// @notice The only place that knows the bits of a vehicle's state.
library VehicleStateLibrary {
    // Constants

    uint256 internal constant MOST_RESTRICTIONS = (1 << 12) - 1;

    uint256 private constant LAST = 160;
    uint256 private constant PREVIOUS = 64;
    uint256 private constant CLASS = 60;
    uint256 private constant RESTRICTIONS = 48;
    uint256 private constant GAUGE_CHANGES = 40;
    uint256 private constant ILLOGICAL = 28;
    uint256 private constant EVER_GAUGE_CHANGED = 27;
    uint256 private constant EVER_IMPLAUSIBLE = 26;
    uint256 private constant EVER_ILLOGICAL = 25;
    uint256 private constant CORRECTED = 24;

    uint256 private constant MOST_GAUGE_CHANGES = type(uint8).max;
    uint256 private constant MOST_ILLOGICAL = (1 << 12) - 1;
    uint256 private constant MOST_CLASS = (1 << 4) - 1;
    uint256 private constant PLACE_OF_PACE = 56;
    uint256 private constant MOST_PLACE = 0xf0;

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

    function restrictions(VehicleState self) internal pure returns (uint256) {
        return (VehicleState.unwrap(self) >> RESTRICTIONS) & MOST_RESTRICTIONS;
    }

    function class(VehicleState self) internal pure returns (uint256) {
        return (VehicleState.unwrap(self) >> CLASS) & MOST_CLASS;
    }

    function gaugeChanges(VehicleState self) internal pure returns (uint256) {
        return uint8(VehicleState.unwrap(self) >> GAUGE_CHANGES);
    }

    function illogical(VehicleState self) internal pure returns (uint256) {
        return (VehicleState.unwrap(self) >> ILLOGICAL) & MOST_ILLOGICAL;
    }

    function wasEverGaugeChanged(VehicleState self) internal pure returns (bool) {
        return (VehicleState.unwrap(self) >> EVER_GAUGE_CHANGED) & 1 == 1;
    }

    function wasEverImplausible(VehicleState self) internal pure returns (bool) {
        return (VehicleState.unwrap(self) >> EVER_IMPLAUSIBLE) & 1 == 1;
    }

    function wasEverIllogical(VehicleState self) internal pure returns (bool) {
        return (VehicleState.unwrap(self) >> EVER_ILLOGICAL) & 1 == 1;
    }

    function isCorrected(VehicleState self) internal pure returns (bool) {
        return (VehicleState.unwrap(self) >> CORRECTED) & 1 == 1;
    }

    /// @dev Where `Paces` has the pace of the class: 16 times the class, by one shift.
    function placeOfPace(VehicleState self) internal pure returns (uint256) {
        return (VehicleState.unwrap(self) >> PLACE_OF_PACE) & MOST_PLACE;
    }

    // Setters

    /// @dev Counts a record. The caller has checked that the history is not full.
    function counted(VehicleState self) internal pure returns (VehicleState) {
        unchecked {
            return VehicleState.wrap(VehicleState.unwrap(self) + 1);
        }
    }

    function asCorrected(VehicleState self) internal pure returns (VehicleState) {
        return VehicleState.wrap(VehicleState.unwrap(self) | (1 << CORRECTED));
    }

    /// @dev The caller has checked that the number is at most `MOST_RESTRICTIONS`.
    function withRestrictions(VehicleState self, uint256 number) internal pure returns (VehicleState) {
        uint256 rest = VehicleState.unwrap(self) & ~(MOST_RESTRICTIONS << RESTRICTIONS);
        return VehicleState.wrap(rest | (number << RESTRICTIONS));
    }

    /// @dev The caller has checked that there is such a class.
    function withClass(VehicleState self, uint256 class_) internal pure returns (VehicleState) {
        uint256 rest = VehicleState.unwrap(self) & ~(MOST_CLASS << CLASS);
        return VehicleState.wrap(rest | (class_ << CLASS));
    }

    /// @dev Notes what is found about a reading that now stands.
    function withFinding(VehicleState self, uint256 reason) internal pure returns (VehicleState) {
        uint256 word = VehicleState.unwrap(self);
        unchecked {
            if (_isIllogical(reason)) {
                word |= 1 << EVER_ILLOGICAL;
                if (illogical(self) != MOST_ILLOGICAL) word += 1 << ILLOGICAL;
            } else if (_isGaugeChange(reason)) {
                word |= 1 << EVER_GAUGE_CHANGED;
                if (gaugeChanges(self) != MOST_GAUGE_CHANGES) word += 1 << GAUGE_CHANGES;
            } else if (reason == uint256(Reason.Implausible)) {
                word |= 1 << EVER_IMPLAUSIBLE;
            }
        }
        return VehicleState.wrap(word);
    }

    /// @dev Takes back what `withFinding` counted. A count that has reached its end stays there: how many it stands
    /// for is not known.
    function withoutFinding(VehicleState self, uint256 reason) internal pure returns (VehicleState) {
        uint256 word = VehicleState.unwrap(self);
        if (_isIllogical(reason) && illogical(self) != MOST_ILLOGICAL) word -= 1 << ILLOGICAL;
        if (_isGaugeChange(reason) && gaugeChanges(self) != MOST_GAUGE_CHANGES) word -= 1 << GAUGE_CHANGES;
        return VehicleState.wrap(word);
    }

    /// @dev Counts a record whose reading comes after the last.
    function withNext(VehicleState self, Mark next) internal pure returns (VehicleState) {
        uint256 word = VehicleState.unwrap(self);
        unchecked {
            return VehicleState.wrap((Mark.unwrap(next) << LAST) | ((word >> LAST) << PREVIOUS) | uint64(word + 1));
        }
    }

    function withMarks(VehicleState self, Mark previous_, Mark last_) internal pure returns (VehicleState) {
        uint256 rest = uint64(VehicleState.unwrap(self));
        return VehicleState.wrap((Mark.unwrap(last_) << LAST) | (Mark.unwrap(previous_) << PREVIOUS) | rest);
    }

    // Internals

    function _isIllogical(uint256 reason) private pure returns (bool) {
        return reason > uint256(Reason.Implausible);
    }

    function _isGaugeChange(uint256 reason) private pure returns (bool) {
        return reason >= uint256(Reason.GaugeReplaced) && reason <= uint256(Reason.Imported);
    }
}
