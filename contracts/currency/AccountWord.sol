// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Account, Kind} from "./ILocalCurrency.sol";

/// @dev Everything the currency knows of an account, in one storage word:
///
///     255      224 223   160 159   156 155  152 151      136 135   120 119      64 63       0
///    +------------+---------+---------+--------+------------+---------+-----------+----------+
///    |   nonce    |    0    | held as |  kind  |  category  |  month  |  receipts | balance  |
///    +------------+---------+---------+--------+------------+---------+-----------+----------+
///
/// The nonce is on top so that its overflow after 2^32 orders falls off instead of changing the kind.
type AccountWord is uint256;

using AccountWordLibrary for AccountWord global;

/// @title Account word
/// @notice The only place that knows which bits mean what.
library AccountWordLibrary {
    uint256 internal constant MAX_BALANCE = type(uint64).max;
    uint256 private constant MAX_RECEIPTS = type(uint56).max;
    uint256 private constant RECEIPTS = 64;
    uint256 private constant MONTH = 120;
    uint256 private constant CATEGORY = 136;
    uint256 private constant KIND = 152;
    uint256 private constant HELD_KIND = 156;
    uint256 private constant NONCE = 224;
    uint256 private constant MONTH_AND_RECEIPTS_MASK = ((1 << 72) - 1) << RECEIPTS;
    uint256 private constant CLASS_MASK = ((1 << 24) - 1) << CATEGORY;

    function balance(AccountWord word) internal pure returns (uint256) {
        return AccountWord.unwrap(word) & MAX_BALANCE;
    }

    function nonce(AccountWord word) internal pure returns (uint256) {
        return AccountWord.unwrap(word) >> NONCE;
    }

    /// @dev As a number, for the transfer table; `Kind(...)` would check its range again.
    function kindIndex(AccountWord word) internal pure returns (uint256) {
        return (AccountWord.unwrap(word) >> KIND) & 0xf;
    }

    function kind(AccountWord word) internal pure returns (Kind) {
        return Kind(word.kindIndex());
    }

    function heldKind(AccountWord word) internal pure returns (Kind) {
        return Kind((AccountWord.unwrap(word) >> HELD_KIND) & 0xf);
    }

    function category(AccountWord word) internal pure returns (uint16) {
        return uint16(AccountWord.unwrap(word) >> CATEGORY);
    }

    /// @dev Receipts of another month count as none.
    function receipts(AccountWord word, uint256 month) internal pure returns (uint256) {
        uint256 raw = AccountWord.unwrap(word);
        return (raw >> MONTH) & 0xffff == month ? (raw >> RECEIPTS) & MAX_RECEIPTS : 0;
    }

    /// @dev No overflow: all balances together are at most `MAX_BALANCE`.
    function credit(AccountWord word, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(word) + amount);
        }
    }

    /// @dev The caller has checked that the balance suffices.
    function debit(AccountWord word, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(word) - amount);
        }
    }

    function useNonce(AccountWord word) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(word) + (1 << NONCE));
        }
    }

    /// @dev Receipts saturate: beyond 2^56 - 1 a merchant could refund less than it received, never more.
    function addReceipt(AccountWord word, uint256 month, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            uint256 sum = word.receipts(month) + amount; // both below 2^64
            return word.withReceipts(month, sum > MAX_RECEIPTS ? MAX_RECEIPTS : sum);
        }
    }

    function withReceipts(AccountWord word, uint256 month, uint256 amount) internal pure returns (AccountWord) {
        uint256 rest = AccountWord.unwrap(word) & ~MONTH_AND_RECEIPTS_MASK;
        return AccountWord.wrap(rest | (month << MONTH) | (amount << RECEIPTS));
    }

    /// @dev Sets kind, held kind and category; keeps balance, nonce and receipts.
    function classified(AccountWord word, Kind kind_, Kind heldKind_, uint16 category_) internal pure returns (AccountWord) {
        uint256 class = (uint256(heldKind_) << HELD_KIND) | (uint256(kind_) << KIND) | (uint256(category_) << CATEGORY);
        return AccountWord.wrap((AccountWord.unwrap(word) & ~CLASS_MASK) | class);
    }

    function decoded(AccountWord word) internal pure returns (Account memory) {
        uint256 raw = AccountWord.unwrap(word);
        return Account({
            balance: uint64(raw),
            nonce: uint32(raw >> NONCE),
            kind: word.kind(),
            heldKind: word.heldKind(),
            category: word.category(),
            month: uint16(raw >> MONTH),
            receipts: uint56(raw >> RECEIPTS)
        });
    }
}
