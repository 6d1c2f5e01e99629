// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Mark} from "./Mark.sol";
import {Reason} from "./Reason.sol";
import {Record} from "./Record.sol";
import {VehicleState} from "./VehicleState.sol";
import {Verdict} from "./Verdict.sol";

/// @title Odometer
/// @notice The rules that judge a reading against its neighbours by date, among the two readings that are kept.
/// @dev Nothing overflows: products of 24-bit kilometres, 40-bit seconds and 24-bit kilometres a day stay far below
/// 2^256.
library Odometer {
    // Constants

    /// @dev Members of `Reason` as plain numbers, as words hold them.
    uint256 private constant NO_BASELINE = uint256(Reason.NoBaseline);
    uint256 private constant CONSISTENT = uint256(Reason.Consistent);
    uint256 private constant IMPLAUSIBLE = uint256(Reason.Implausible);
    uint256 private constant LOWER_THAN_EARLIER = uint256(Reason.LowerThanEarlier);
    uint256 private constant HIGHER_THAN_LATER = uint256(Reason.HigherThanLater);

    // Functions

    /// @dev Judges an entry whose gauge was read; returns the next state and the complete record.
    function takeReading(
        VehicleState state,
        Record entry,
        uint256 number,
        uint256 plausibleKmPerDay
    ) internal pure returns (VehicleState, Record) {
        Mark last = state.last();
        uint256 at = entry.occurredAt();
        // Fast path: most records are newer than the last.
        if (!last.exists() || at < last.occurredAt()) return _takeFirstOrLate(state, entry, number, plausibleKmPerDay);

        uint256 reason = _follow(last, at, entry.km(), plausibleKmPerDay);
        entry = entry.complete(reason, number);
        return (state.counted(reason).withMarks(last, Mark.wrap(entry.mark())), entry);
    }

    /// @dev Adds an entry whose gauge was not read or starts a new series: there is nothing to compare it with.
    function takeOther(VehicleState state, Record entry, uint256 number) internal pure returns (VehicleState, Record) {
        // These gauge states have the numbers of the reasons they give.
        uint256 reason = entry.gauge();
        entry = entry.complete(reason, number);
        state = state.counted(reason);
        if (reason != uint256(Reason.NotRead)) state = state.inserted(Mark.wrap(entry.mark()));
        return (state, entry);
    }

    /// @dev The reason of the last reading, judged again after the reading before it was corrected.
    function judgeLastAgain(VehicleState state, uint256 plausibleKmPerDay) internal pure returns (uint256) {
        Mark last = state.last();
        if (!_continues(last)) return last.reason();
        Mark previous = state.previous();
        if (!previous.exists()) return NO_BASELINE;
        return _follow(previous, last.occurredAt(), last.km(), plausibleKmPerDay);
    }

    function verdictOf(Reason reason) internal pure returns (Verdict) {
        if (reason < Reason.Consistent) return Verdict.NoVerdict;
        return reason <= Reason.Implausible ? Verdict.Logical : Verdict.Illogical;
    }

    // Internals

    function _takeFirstOrLate(
        VehicleState state,
        Record entry,
        uint256 number,
        uint256 plausibleKmPerDay
    ) private pure returns (VehicleState, Record) {
        uint256 reason = state.last().exists() ? _judgeLate(state, entry, plausibleKmPerDay) : NO_BASELINE;
        entry = entry.complete(reason, number);
        return (state.counted(reason).inserted(Mark.wrap(entry.mark())), entry);
    }

    /// @dev A late reading is older than the last one: it belongs between the two that are kept, or before both.
    /// Between them it is judged against both, and the worse reason counts.
    function _judgeLate(VehicleState state, Record entry, uint256 plausibleKmPerDay) private pure returns (uint256) {
        Mark previous = state.previous();
        uint256 at = entry.occurredAt();
        if (at < previous.occurredAt()) return _precede(previous, at, entry.km(), plausibleKmPerDay);

        uint256 reason = _precede(state.last(), at, entry.km(), plausibleKmPerDay);
        if (!previous.exists() || reason == HIGHER_THAN_LATER) return reason;
        uint256 other = _follow(previous, at, entry.km(), plausibleKmPerDay);
        return other > reason ? other : reason;
    }

    /// @dev Judges a reading of `km` at time `at` against an earlier one.
    function _follow(Mark earlier, uint256 at, uint256 km, uint256 plausibleKmPerDay) private pure returns (uint256) {
        unchecked {
            uint256 earlierKm = earlier.km();
            if (km < earlierKm) return LOWER_THAN_EARLIER;
            // One extra day is allowed; otherwise two readings on the same day would always be implausible.
            uint256 allowance = plausibleKmPerDay * (at - earlier.occurredAt() + 1 days);
            return (km - earlierKm) * 1 days > allowance ? IMPLAUSIBLE : CONSISTENT;
        }
    }

    /// @dev Judges a reading of `km` at time `at` against a later one.
    function _precede(Mark later, uint256 at, uint256 km, uint256 plausibleKmPerDay) private pure returns (uint256) {
        unchecked {
            // A replaced gauge, new unit or import says nothing about the distance before it.
            if (!_continues(later)) return CONSISTENT;
            uint256 laterKm = later.km();
            if (km > laterKm) return HIGHER_THAN_LATER;
            uint256 allowance = plausibleKmPerDay * (later.occurredAt() - at + 1 days);
            return (laterKm - km) * 1 days > allowance ? IMPLAUSIBLE : CONSISTENT;
        }
    }

    /// @dev Whether the reading continues the series before it.
    function _continues(Mark mark) private pure returns (bool) {
        return mark.reason() == NO_BASELINE || mark.reason() >= CONSISTENT;
    }
}
