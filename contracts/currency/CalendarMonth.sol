// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {DateTimeLib} from "solady/src/utils/DateTimeLib.sol";

/// @title Calendar month
/// @notice Months as the city's offices count them: each starts at midnight on the 1st, Korean time.
library CalendarMonth {
    // Constants

    /// @dev UTC+9; Korea has had no daylight saving time since 1988.
    uint256 private constant KOREA = 9 hours;

    // Functions

    /// @return month Months since January 1970.
    /// @return ends First second of the next month, Unix time.
    function at(uint256 timestamp) internal pure returns (uint256 month, uint256 ends) {
        (uint256 year, uint256 monthOfYear, ) = DateTimeLib.timestampToDate(timestamp + KOREA);
        month = (year - 1970) * 12 + monthOfYear - 1;
        ends = DateTimeLib.dateToTimestamp(year + monthOfYear / 12, (monthOfYear % 12) + 1, 1) - KOREA;
    }
}
