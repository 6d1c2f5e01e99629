// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Kind} from "./ILocalCurrency.sol";

/// @dev What all accounts have in common, in one storage word that every transfer reads:
///
///     255   160 159   144 143       104 103          64 63        0
///    +---------+---------+-------------+---------------+-----------+
///    |    0    |  month  |  month ends |  paused until |   table   |
///    +---------+---------+-------------+---------------+-----------+
///
/// Bit `8 * payer's kind + payee's kind` of the table is set where that payment is allowed.
type PolicyWord is uint256;

using PolicyWordLibrary for PolicyWord global;

/// @title Policy word
/// @notice The only place that knows which bits mean what.
library PolicyWordLibrary {
    uint256 private constant PAUSED_UNTIL = 64;
    uint256 private constant MONTH_ENDS = 104;
    uint256 private constant MONTH = 144;
    uint256 private constant TABLE_MASK = (1 << 64) - 1;
    uint256 private constant PAUSED_UNTIL_MASK = ((1 << 40) - 1) << PAUSED_UNTIL;
    uint256 private constant MONTH_MASK = ((1 << 56) - 1) << MONTH_ENDS;

    /// @dev Rows and columns that must stay empty: NONE, FROZEN, and the two numbers that no kind has.
    uint64 private constant FORBIDDEN = 0xffffffe1e1e1e1ff;

    function isAllowedTable(uint64 table_) internal pure returns (bool) {
        return table_ & FORBIDDEN == 0;
    }

    function table(PolicyWord word) internal pure returns (uint64) {
        return uint64(PolicyWord.unwrap(word));
    }

    function allows(PolicyWord word, uint256 payerKind, uint256 payeeKind) internal pure returns (bool) {
        unchecked {
            return (PolicyWord.unwrap(word) >> (8 * payerKind + payeeKind)) & 1 != 0; // kinds are below 8: within the table
        }
    }

    function pausedUntil(PolicyWord word) internal pure returns (uint256) {
        return uint40(PolicyWord.unwrap(word) >> PAUSED_UNTIL);
    }

    function monthEnds(PolicyWord word) internal pure returns (uint256) {
        return uint40(PolicyWord.unwrap(word) >> MONTH_ENDS);
    }

    function month(PolicyWord word) internal pure returns (uint256) {
        return uint16(PolicyWord.unwrap(word) >> MONTH);
    }

    function withTable(PolicyWord word, uint64 table_) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(word) & ~TABLE_MASK) | table_);
    }

    function withPausedUntil(PolicyWord word, uint40 until) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(word) & ~PAUSED_UNTIL_MASK) | (uint256(until) << PAUSED_UNTIL));
    }

    function withMonth(PolicyWord word, uint16 month_, uint40 ends) internal pure returns (PolicyWord) {
        return PolicyWord.wrap((PolicyWord.unwrap(word) & ~MONTH_MASK) | (uint256(month_) << MONTH) | (uint256(ends) << MONTH_ENDS));
    }
}
