// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {KindSet} from "./KindSet.sol";
import {Mark} from "./Mark.sol";
import {Reason} from "./Reason.sol";
import {Record} from "./Record.sol";
import {VehicleState} from "./VehicleState.sol";
import {Verdict} from "./Verdict.sol";

/// @title Odometer
/// @notice The rules that judge a reading against its neighbours by date.
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

    /// @dev Judges a reading of `km` at time `at` against an earlier one.
    function follow(Mark earlier, uint256 at, uint256 km, uint256 plausibleKmPerDay) internal pure returns (uint256) {
        unchecked {
            uint256 earlierKm = earlier.km();
            if (km < earlierKm) return LOWER_THAN_EARLIER;
            // One extra day is allowed; otherwise two readings on the same day would always be implausible.
            uint256 allowance = plausibleKmPerDay * (at - earlier.occurredAt() + 1 days);
            return (km - earlierKm) * 1 days > allowance ? IMPLAUSIBLE : CONSISTENT;
        }
    }

    /// @dev Judges an entry of any date whose gauge was read against the readings that are kept.
    function judge(VehicleState state, Record entry, uint256 plausibleKmPerDay) internal pure returns (uint256 reason) {
        Mark last = state.last();
        Mark previous = state.previous();
        uint256 at = entry.occurredAt();
        if (!last.exists()) return NO_BASELINE;
        if (at >= last.occurredAt()) return follow(last, at, entry.km(), plausibleKmPerDay);
        if (at < previous.occurredAt()) return _precede(previous, at, entry.km(), plausibleKmPerDay);

        // Between the two, the worse reason counts.
        reason = _precede(last, at, entry.km(), plausibleKmPerDay);
        if (!previous.exists() || reason == HIGHER_THAN_LATER) return reason;
        uint256 other = follow(previous, at, entry.km(), plausibleKmPerDay);
        return other > reason ? other : reason;
    }

    /// @dev The reason of a reading, judged again because another one is now before it by date.
    function judgeAgain(Mark reading, Mark earlier, uint256 plausibleKmPerDay) internal pure returns (uint256) {
        uint256 before = reading.reason();
        if (!_continues(reading)) return before;
        if (!earlier.exists()) return NO_BASELINE;
        uint256 reason = follow(earlier, reading.occurredAt(), reading.km(), plausibleKmPerDay);
        // Late evidence clears nothing: a changed gauge dated before a rollback would explain it away.
        bool late = earlier.number() > reading.number();
        return late && before > reason ? before : reason;
    }

    /// @dev The verdict on the series: a finding outweighs everything, and a gauge that changed or does not tell the
    /// distance all that is logical.
    function verdictOf(VehicleState state, uint256 brands) internal pure returns (Verdict) {
        if (state.illogical() != 0) return Verdict.Illogical;
        if (brands & KindSet.GAUGE_BRANDS != 0) return Verdict.NoVerdict;
        if (state.gaugeChanges() != 0 || !state.previous().exists()) return Verdict.NoVerdict;
        return Verdict.Logical;
    }

    // Internals

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
