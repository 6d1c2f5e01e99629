// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev What all accounts have in common, in one storage word that every transfer reads:
///
///     255         216 215         176 175   160 159        64 63        0
///    +---------------+---------------+---------+------------+-----------+
///    |   review at   |  paused until |  month  |     0      |   table   |
///    +---------------+---------------+---------+------------+-----------+
///
/// The month is where an account's word has its own, so that the two are compared without a shift.
///
/// Bit `8 * payer's kind + payee's kind` of the table is set where that payment is allowed. Up to `review at` the word
/// holds as it is, so that a transfer compares one time only: it is the end of the month, or 0 from a pause to its end.
type PolicyWord is uint256;

using PolicyWordLibrary for PolicyWord global;

/// @title Policy word
/// @notice The only place that knows which bits mean what.
library PolicyWordLibrary {
    uint256 private constant MONTH = 160;
    uint256 private constant REVIEW_AT = 216;
    uint256 private constant PAUSED_UNTIL = 176;
    uint256 private constant TIME_MASK = 0xffffffffff;
    uint256 private constant MONTH_MASK = 0x00ffff0000000000000000000000000000000000000000;
    uint256 private constant TABLE_MASK = 0xffffffffffffffff;

    /// @dev Rows and columns that must stay empty: `None`, `Frozen`, and the two numbers that no kind has.
    uint64 private constant FORBIDDEN = 0xffffffe1e1e1e1ff;

    function isAllowedTable(uint64 table_) internal pure returns (bool) {
        return table_ & FORBIDDEN == 0;
    }

    function table(PolicyWord word) internal pure returns (uint64) {
        return uint64(PolicyWord.unwrap(word));
    }

    /// @param pair `8 * payer's kind + payee's kind`, below 64.
    function allows(PolicyWord word, uint256 pair) internal pure returns (bool) {
        return (PolicyWord.unwrap(word) >> pair) & 1 != 0;
    }

    /// @dev Months since January 1970.
    function month(PolicyWord word) internal pure returns (uint256) {
        return word.monthBits() >> MONTH;
    }

    /// @dev The month where it stands in the word.
    function monthBits(PolicyWord word) internal pure returns (uint256) {
        return PolicyWord.unwrap(word) & MONTH_MASK;
    }

    function reviewAt(PolicyWord word) internal pure returns (uint256) {
        return PolicyWord.unwrap(word) >> REVIEW_AT;
    }

    function pausedUntil(PolicyWord word) internal pure returns (uint256) {
        return (PolicyWord.unwrap(word) >> PAUSED_UNTIL) & TIME_MASK;
    }

    function isPaused(PolicyWord word) internal view returns (bool) {
        return word.pausedUntil() > block.timestamp;
    }

    function withTable(PolicyWord word, uint64 table_) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(word) & ~TABLE_MASK) | table_);
    }

    function withMonth(PolicyWord word, uint256 month_) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(word) & ~MONTH_MASK) | (month_ << MONTH));
    }

    function withReviewAt(PolicyWord word, uint256 time) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(word) & ~(TIME_MASK << REVIEW_AT)) | (time << REVIEW_AT));
    }

    function withPausedUntil(PolicyWord word, uint256 time) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(word) & ~(TIME_MASK << PAUSED_UNTIL)) | (time << PAUSED_UNTIL));
    }
}
