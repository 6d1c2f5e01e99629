// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev What corrections and late evidence changed about one record; 0 if nothing:
///
/// | bits   | field        | meaning                                                        |
/// |--------|--------------|----------------------------------------------------------------|
/// | 58-255 | zero         | not used                                                       |
/// | 57     | judgedAgain  | whether `reason` counts instead of the record's                |
/// | 49-56  | reason       | a `Reason`: what is found about the reading now                |
/// | 48     | relinked     | whether `older` counts instead of the record's                 |
/// | 24-47  | older        | number of the record with the next older reading of the series |
/// | 0-23   | supersededBy | number of the record that corrects this one; 0 while it stands |
type Amendment is uint256;

using AmendmentLibrary for Amendment global;

/// @title Amendment
/// @notice The only place that knows the bits of an amendment.
library AmendmentLibrary {
    // Constants

    uint256 private constant JUDGED_AGAIN = 57;
    uint256 private constant REASON = 49;
    uint256 private constant RELINKED = 48;
    uint256 private constant OLDER = 24;

    // Getters

    function supersededBy(Amendment self) internal pure returns (uint256) {
        return uint24(Amendment.unwrap(self));
    }

    function isRelinked(Amendment self) internal pure returns (bool) {
        return (Amendment.unwrap(self) >> RELINKED) & 1 == 1;
    }

    function older(Amendment self) internal pure returns (uint256) {
        return uint24(Amendment.unwrap(self) >> OLDER);
    }

    function isJudgedAgain(Amendment self) internal pure returns (bool) {
        return (Amendment.unwrap(self) >> JUDGED_AGAIN) & 1 == 1;
    }

    function reason(Amendment self) internal pure returns (uint256) {
        return uint8(Amendment.unwrap(self) >> REASON);
    }

    // Setters

    function withSupersededBy(Amendment self, uint256 number) internal pure returns (Amendment) {
        return Amendment.wrap((Amendment.unwrap(self) & ~uint256(type(uint24).max)) | number);
    }

    function withOlder(Amendment self, uint256 number) internal pure returns (Amendment) {
        uint256 rest = Amendment.unwrap(self) & ~(uint256(type(uint24).max) << OLDER);
        return Amendment.wrap(rest | (number << OLDER) | (1 << RELINKED));
    }

    function withReason(Amendment self, uint256 reason_) internal pure returns (Amendment) {
        uint256 rest = Amendment.unwrap(self) & ~(uint256(type(uint8).max) << REASON);
        return Amendment.wrap(rest | (reason_ << REASON) | (1 << JUDGED_AGAIN));
    }
}
