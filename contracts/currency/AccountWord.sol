// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Account} from "./Account.sol";
import {Kind} from "./Kind.sol";

/// @dev Everything the currency knows of an account, in one storage word:
///
/// | bits    | field    | meaning                                                        |
/// |---------|----------|----------------------------------------------------------------|
/// | 252-255 | kind     | what the account is; the top bits, so reading it needs no mask |
/// | 248-251 | heldKind | what a frozen account was before; 0 otherwise                  |
/// | 232-247 | category | the city's code for a merchant's trade; 0 if there is none     |
/// | 176-231 | zero     | not used                                                       |
/// | 160-175 | month    | the month of `receipts`: months since January 1970, UTC+9      |
/// | 96-159  | receipts | what residents paid a merchant in `month`, less refunds        |
/// | 64-95   | nonce    | signed orders this account has used up                         |
/// | 0-63    | balance  | base units                                                     |
///
/// Two counters grow unchecked, and their overflow is harmless. On overflow, receipts carry into the month, so none of
/// them can be refunded; the nonce, after 2^32 orders, adds 1 to the receipts.
type AccountWord is uint256;

using AccountWordLibrary for AccountWord global;

/// @title Account word
/// @notice The only place that knows the bits of an account's word.
/// @dev Every payment runs through here twice, so constants are literals: solc recomputes constant expressions at each
/// use.
library AccountWordLibrary {
    // Constants

    uint256 private constant KIND = 252;
    uint256 private constant HELD_KIND = 248;
    uint256 private constant CATEGORY = 232;
    uint256 private constant MONTH = 160;
    uint256 private constant RECEIPTS = 96;
    uint256 private constant NONCE = 64;

    uint256 private constant HELD_KIND_MASK = 0xf;
    uint256 private constant BALANCE_MASK = 0xffffffffffffffff;
    uint256 private constant MONTH_MASK = 0x00ffff0000000000000000000000000000000000000000;

    /// @dev Everything but month and receipts.
    uint256 private constant REST_MASK = 0xffffffffffffffffffff00000000000000000000ffffffffffffffffffffffff;

    /// @dev Kind, held kind and category.
    uint256 private constant CLASS_MASK = 0xffffff0000000000000000000000000000000000000000000000000000000000;

    /// @dev The payer's row of the transfer table starts at bit `8 * kind`: shift by `KIND - 3` and keep 4 bits.
    uint256 private constant TABLE_ROW = 249;
    uint256 private constant TABLE_ROW_MASK = 0x78;

    /// @dev One bit for each kind that may be issued new money: residents, institutions, system contracts.
    /// Not merchants: they cash out only what was paid to them.
    uint256 private constant ISSUABLE_KINDS = 0x1a;

    /// @dev 1 in the nonce.
    uint256 private constant ONE_ORDER = 0x010000000000000000;

    // Getters

    function balance(AccountWord self) internal pure returns (uint256) {
        return AccountWord.unwrap(self) & BALANCE_MASK;
    }

    function nonce(AccountWord self) internal pure returns (uint256) {
        return uint32(AccountWord.unwrap(self) >> NONCE);
    }

    function kind(AccountWord self) internal pure returns (Kind) {
        return Kind(AccountWord.unwrap(self) >> KIND);
    }

    function heldKind(AccountWord self) internal pure returns (Kind) {
        return Kind((AccountWord.unwrap(self) >> HELD_KIND) & HELD_KIND_MASK);
    }

    function category(AccountWord self) internal pure returns (uint16) {
        return uint16(AccountWord.unwrap(self) >> CATEGORY);
    }

    /// @dev What residents paid in the word's month, less refunds.
    function receipts(AccountWord self) internal pure returns (uint256) {
        return uint64(AccountWord.unwrap(self) >> RECEIPTS);
    }

    /// @dev Whether the receipts belong to the month given by `PolicyWord.monthBits`.
    function isOfMonth(AccountWord self, uint256 monthBits) internal pure returns (bool) {
        return AccountWord.unwrap(self) & MONTH_MASK == monthBits;
    }

    /// @dev `8 * payer's kind + payee's kind`: the bit of the transfer table for this payment.
    function pairWith(AccountWord self, AccountWord payee) internal pure returns (uint256) {
        return ((AccountWord.unwrap(self) >> TABLE_ROW) & TABLE_ROW_MASK) | (AccountWord.unwrap(payee) >> KIND);
    }

    function isIssuable(AccountWord self) internal pure returns (bool) {
        return (ISSUABLE_KINDS >> (AccountWord.unwrap(self) >> KIND)) & 1 != 0;
    }

    function decoded(AccountWord self) internal pure returns (Account memory) {
        uint256 raw = AccountWord.unwrap(self);
        return
            Account({
                balance: uint64(raw),
                nonce: uint32(raw >> NONCE),
                kind: self.kind(),
                heldKind: self.heldKind(),
                category: self.category(),
                month: uint16(raw >> MONTH),
                receipts: uint64(raw >> RECEIPTS)
            });
    }

    // Setters

    /// @dev Cannot overflow: the total supply is below 2^64.
    function credit(AccountWord self, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(self) + amount);
        }
    }

    /// @dev The caller has checked the balance.
    function debit(AccountWord self, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(self) - amount);
        }
    }

    /// @dev Starts a month with no receipts.
    function atMonth(AccountWord self, uint256 monthBits) internal pure returns (AccountWord) {
        return AccountWord.wrap((AccountWord.unwrap(self) & REST_MASK) | monthBits);
    }

    function addReceipt(AccountWord self, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(self) + (amount << RECEIPTS));
        }
    }

    /// @dev The caller has checked this month's receipts.
    function takeReceipt(AccountWord self, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(self) - (amount << RECEIPTS));
        }
    }

    function useNonce(AccountWord self) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(self) + ONE_ORDER);
        }
    }

    /// @dev Sets kind, held kind and category; keeps the rest.
    function classified(
        AccountWord self,
        Kind kind_,
        Kind heldKind_,
        uint16 category_
    ) internal pure returns (AccountWord) {
        uint256 class = (uint256(heldKind_) << HELD_KIND) | (uint256(kind_) << KIND) | (uint256(category_) << CATEGORY);
        return AccountWord.wrap((AccountWord.unwrap(self) & ~CLASS_MASK) | class);
    }
}
