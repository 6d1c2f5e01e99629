// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Kind} from "./Kind.sol";

/// @dev What all accounts have in common, in one storage word that every transfer reads:
///
/// | bits    | field       | meaning                                                                 |
/// |---------|-------------|-------------------------------------------------------------------------|
/// | 216-255 | reviewAt    | when the word must be looked at again: end of the month, 0 if paused    |
/// | 184-215 | zero        | not used                                                                |
/// | 168-183 | month       | months since January 1970, UTC+9                                        |
/// | 104-167 | zero        | not used                                                                |
/// | 64-103  | pausedUntil | Unix seconds; in the past if transfers are not paused                   |
/// | 0-63    | table       | bit `8 * payer's kind + payee's kind` is set if that payment is allowed |
///
/// Until `reviewAt` the word is valid as stored: one comparison per transfer. A pause sets it to 0, and the first
/// transfer after the pause sets it again. The month has the same bits as in an account's word, so comparing the two
/// needs no shift.
type PolicyWord is uint256;

using PolicyWordLibrary for PolicyWord global;

/// @title Policy word
/// @notice The only place that knows the bits of the policy word.
library PolicyWordLibrary {
    // Constants

    uint256 private constant REVIEW_AT = 216;
    uint256 private constant PAUSED_UNTIL = 64;
    uint256 private constant MONTH = 168;
    uint256 private constant TIME_MASK = 0xffffffffff;
    uint256 private constant MONTH_MASK = 0xffff000000000000000000000000000000000000000000;
    uint256 private constant TABLE_MASK = 0xffffffffffffffff;

    /// @dev One payee of each payer.
    uint256 private constant COLUMN = 0x0101010101010101;
    uint256 private constant ROW = 0xff;

    /// @dev Rows and columns that must stay empty: `None`, `Frozen`, `Superseded`, and the number that is not a kind.
    uint64 private constant FORBIDDEN = 0xffffffe1e1e1e1ff;

    /// @dev A merchant pays a city contract, `8 * Kind.Merchant + Kind.SystemContract`: how it cashes out.
    uint64 private constant WAY_OUT = 0x100000;

    // Getters

    function isAllowedTable(uint64 table_) internal pure returns (bool) {
        return table_ & FORBIDDEN == 0;
    }

    function table(PolicyWord self) internal pure returns (uint64) {
        return uint64(PolicyWord.unwrap(self));
    }

    /// @param pair `8 * payer's kind + payee's kind`, below 64.
    function allows(PolicyWord self, uint256 pair) internal pure returns (bool) {
        return (PolicyWord.unwrap(self) >> pair) & 1 != 0;
    }

    /// @dev Whether this kind may pay anybody.
    function letsPay(PolicyWord self, Kind kind) internal pure returns (bool) {
        return (self.table() >> (8 * uint256(kind))) & ROW != 0;
    }

    /// @dev Whether anybody may pay this kind.
    function letsBePaid(PolicyWord self, Kind kind) internal pure returns (bool) {
        return (self.table() >> uint256(kind)) & COLUMN != 0;
    }

    /// @dev Months since January 1970.
    function month(PolicyWord self) internal pure returns (uint256) {
        return self.monthBits() >> MONTH;
    }

    /// @dev The month, not shifted: as `AccountWord.isOfMonth` compares it.
    function monthBits(PolicyWord self) internal pure returns (uint256) {
        return PolicyWord.unwrap(self) & MONTH_MASK;
    }

    function reviewAt(PolicyWord self) internal pure returns (uint256) {
        return PolicyWord.unwrap(self) >> REVIEW_AT;
    }

    function pausedUntil(PolicyWord self) internal pure returns (uint256) {
        return (PolicyWord.unwrap(self) >> PAUSED_UNTIL) & TIME_MASK;
    }

    function isPaused(PolicyWord self) internal view returns (bool) {
        return self.pausedUntil() > block.timestamp;
    }

    // Setters

    function withTable(PolicyWord self, uint64 table_) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(self) & ~TABLE_MASK) | table_);
    }

    /// @dev What a pause leaves of the table.
    function withWayOutOnly(PolicyWord self) internal pure returns (PolicyWord) {
        return self.withTable(self.table() & WAY_OUT);
    }

    function withMonth(PolicyWord self, uint256 month_) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(self) & ~MONTH_MASK) | (month_ << MONTH));
    }

    function withReviewAt(PolicyWord self, uint256 time) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(self) & ~(TIME_MASK << REVIEW_AT)) | (time << REVIEW_AT));
    }

    function withPausedUntil(PolicyWord self, uint256 time) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(self) & ~(TIME_MASK << PAUSED_UNTIL)) | (time << PAUSED_UNTIL));
    }
}
