// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Account} from "./Account.sol";
import {Kind} from "./Kind.sol";

/// @dev Everything the currency knows of an account, in one storage word:
///
///     255  252 251  248 247      232 231   176 175   160 159      96 95      64 63       0
///    +--------+--------+------------+---------+---------+-----------+----------+----------+
///    |  kind  |  held  |  category  |    0    |  month  |  receipts |  nonce   | balance  |
///    +--------+--------+------------+---------+---------+-----------+----------+----------+
///
/// The kind is on top, read without a mask. The two counters that grow without a check can do no harm when they
/// overflow: receipts beyond 2^64 turn the month on, so that none can be refunded in it; the nonce after 2^32 orders adds 1 to them.
type AccountWord is uint256;

using AccountWordLibrary for AccountWord global;

/// @title Account word
/// @notice The only place that knows which bits mean what.
/// @dev Every payment runs through here twice: constants are written out, because solc computes `1 << 64` each time.
library AccountWordLibrary {
    uint256 private constant BALANCE_MASK = 0xffffffffffffffff;
    uint256 private constant NONCE = 64;
    uint256 private constant RECEIPTS = 96;
    uint256 private constant MONTH = 160;
    uint256 private constant CATEGORY = 232;
    uint256 private constant HELD_KIND = 248;
    uint256 private constant KIND = 252;

    uint256 private constant MONTH_MASK = 0x00ffff0000000000000000000000000000000000000000;

    /// @dev All but month and receipts.
    uint256 private constant REST_MASK = 0xffffffffffffffffffff00000000000000000000ffffffffffffffffffffffff;

    /// @dev Kind, held kind and category.
    uint256 private constant CLASS_MASK = 0xffffff0000000000000000000000000000000000000000000000000000000000;

    /// @dev A bit for each kind that new money may be issued to: residents, institutions, system contracts.
    /// Not merchants: what a merchant cashes out, residents have paid it.
    uint256 private constant ISSUABLE_KINDS = 0x1a;

    /// @dev One in the nonce.
    uint256 private constant ONE_ORDER = 0x010000000000000000;

    function balance(AccountWord word) internal pure returns (uint256) {
        return AccountWord.unwrap(word) & BALANCE_MASK;
    }

    function nonce(AccountWord word) internal pure returns (uint256) {
        return (AccountWord.unwrap(word) >> NONCE) & 0xffffffff;
    }

    function kind(AccountWord word) internal pure returns (Kind) {
        return Kind(AccountWord.unwrap(word) >> KIND);
    }

    function heldKind(AccountWord word) internal pure returns (Kind) {
        return Kind((AccountWord.unwrap(word) >> HELD_KIND) & 0xf);
    }

    function category(AccountWord word) internal pure returns (uint16) {
        return uint16(AccountWord.unwrap(word) >> CATEGORY);
    }

    /// @dev What was received in the word's month and not refunded.
    function receipts(AccountWord word) internal pure returns (uint256) {
        return uint64(AccountWord.unwrap(word) >> RECEIPTS);
    }

    /// @dev Whether the receipts are of the month whose bits `PolicyWord` gives.
    function isOfMonth(AccountWord word, uint256 monthBits) internal pure returns (bool) {
        return AccountWord.unwrap(word) & MONTH_MASK == monthBits;
    }

    /// @dev `8 * payer's kind + payee's kind`: the transfer table's bit for a payment between the two.
    function pairWith(AccountWord payer, AccountWord payee) internal pure returns (uint256) {
        return ((AccountWord.unwrap(payer) >> 249) & 0x78) | (AccountWord.unwrap(payee) >> KIND);
    }

    function isIssuable(AccountWord word) internal pure returns (bool) {
        return (ISSUABLE_KINDS >> (AccountWord.unwrap(word) >> KIND)) & 1 != 0;
    }

    /// @dev No overflow: all balances together are below 2^64.
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

    /// @dev A new month, without receipts.
    function atMonth(AccountWord word, uint256 monthBits) internal pure returns (AccountWord) {
        return AccountWord.wrap((AccountWord.unwrap(word) & REST_MASK) | monthBits);
    }

    function addReceipt(AccountWord word, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(word) + (amount << RECEIPTS));
        }
    }

    /// @dev The caller has checked that this month's receipts suffice.
    function takeReceipt(AccountWord word, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(word) - (amount << RECEIPTS));
        }
    }

    function useNonce(AccountWord word) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(word) + ONE_ORDER);
        }
    }

    /// @dev Sets kind, held kind and category; keeps all else.
    function classified(
        AccountWord word,
        Kind kind_,
        Kind heldKind_,
        uint16 category_
    ) internal pure returns (AccountWord) {
        uint256 class = (uint256(heldKind_) << HELD_KIND) | (uint256(kind_) << KIND) | (uint256(category_) << CATEGORY);
        return AccountWord.wrap((AccountWord.unwrap(word) & ~CLASS_MASK) | class);
    }

    function decoded(AccountWord word) internal pure returns (Account memory) {
        uint256 raw = AccountWord.unwrap(word);
        return
            Account({
                balance: uint64(raw),
                nonce: uint32(raw >> NONCE),
                kind: word.kind(),
                heldKind: word.heldKind(),
                category: word.category(),
                month: uint16(raw >> MONTH),
                receipts: uint64(raw >> RECEIPTS)
            });
    }
}
