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
/// | 184-231 | closed   | `counted` of the month before `month`, at most 2^48 - 1        |
/// | 168-183 | month    | the month of `counted`: months since January 1970, UTC+9       |
/// | 104-167 | counted  | purchases of `month`, less refunds, at most 2^63 - 1           |
/// | 64-103  | nonce    | the next signed order's; its top 8 bits are the epoch          |
/// | 0-63    | balance  | base units, at most 2^63 - 1                                   |
///
/// A purchase is what a resident or an institution pays a merchant: it counts in the words of both, and a refund takes
/// from both. Counters stop at their greatest value. The epoch counts how often the account's kind has ended: each time
/// the nonce jumps to the next multiple of 2^32, so nothing that was signed before is good, and allowances, which are
/// kept by epoch, begin anew.
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
    uint256 private constant CLOSED = 184;
    uint256 private constant MONTH = 168;
    uint256 private constant COUNTED = 104;
    uint256 private constant NONCE = 64;

    uint256 private constant HELD_KIND_MASK = 0xf;
    uint256 private constant BALANCE_MASK = 0xffffffffffffffff;
    uint256 private constant NONCE_MASK = 0xffffffffff0000000000000000;
    uint256 private constant CLOSED_MASK = 0xffffffffffff;

    /// @dev The month, and the top bit of `counted` below it: only a sum that has to be capped sets that one.
    uint256 private constant MONTH_MASK = 0xffff000000000000000000000000000000000000000000;
    uint256 private constant MONTH_AND_CAP_MASK = 0xffff800000000000000000000000000000000000000000;

    /// @dev `counted`, its top bit, and its greatest value, in their places.
    uint256 private constant COUNTED_MASK = 0xffffffffffffffff00000000000000000000000000;
    uint256 private constant CAP = 0x800000000000000000000000000000000000000000;
    uint256 private constant MOST_COUNTED = 0x7fffffffffffffff00000000000000000000000000;

    /// @dev 1 in the month.
    uint256 private constant ONE_MONTH = 0x01000000000000000000000000000000000000000000;

    /// @dev Everything but `counted`, month and `closed`.
    uint256 private constant REST_MASK = 0xffffff00000000000000000000000000000000ffffffffffffffffffffffffff;

    /// @dev Kind, held kind and category.
    uint256 private constant CLASS_MASK = 0xffffff0000000000000000000000000000000000000000000000000000000000;

    /// @dev The payer's row of the transfer table starts at bit `8 * kind`: shift by `KIND - 3` and keep 4 bits.
    uint256 private constant TABLE_ROW = 249;
    uint256 private constant TABLE_ROW_MASK = 0x78;

    /// @dev One bit for each kind that may be issued new money: residents and institutions. Not merchants: they cash
    /// out only what was paid to them. Not city contracts: what nobody has paid into one, nobody could take out again.
    uint256 private constant ISSUABLE_KINDS = 0x0a;

    /// @dev Residents, merchants, institutions; with frozen ones; with system contracts.
    uint256 private constant MEMBERS = 0x0e;
    uint256 private constant MEMBERS_AND_FROZEN = 0x2e;
    uint256 private constant ACTIVE_KINDS = 0x1e;

    /// @dev `Kind.Frozen`; the only greater one is `Superseded`.
    uint256 private constant FROZEN = 5;

    /// @dev `Kind.Superseded` in its place.
    uint256 private constant SUPERSEDED = 0x6000000000000000000000000000000000000000000000000000000000000000;

    /// @dev 1 more in `counted`, 1 less in the balance: 2^104 - 1.
    uint256 private constant SPEND = 0xffffffffffffffffffffffffff;

    /// @dev 1 more in `counted` and in the balance: 2^104 + 1.
    uint256 private constant EARN = 0x0100000000000000000000000001;

    /// @dev 1 in the nonce.
    uint256 private constant ONE_ORDER = 0x010000000000000000;

    /// @dev The part of the nonce that counts orders.
    uint256 private constant ORDERS_MASK = 0xffffffff0000000000000000;
    uint256 private constant EPOCH = 96;
    uint256 private constant LAST_EPOCH = 0xff;

    /// @dev Moves the epoch to the bits right above an address.
    uint256 private constant TO_OWNER_KEY = 64;
    uint256 private constant OWNER_KEY_MASK = 0xff0000000000000000000000000000000000000000;

    // Getters

    function balance(AccountWord self) internal pure returns (uint256) {
        return AccountWord.unwrap(self) & BALANCE_MASK;
    }

    function nonce(AccountWord self) internal pure returns (uint256) {
        return uint40(AccountWord.unwrap(self) >> NONCE);
    }

    /// @dev How often the account's kind has ended.
    function epoch(AccountWord self) internal pure returns (uint256) {
        return uint8(AccountWord.unwrap(self) >> EPOCH);
    }

    /// @dev The account's address with its epoch above: where what it has approved is kept.
    function ownerKey(AccountWord self, address owner) internal pure returns (uint256) {
        return ((AccountWord.unwrap(self) << TO_OWNER_KEY) & OWNER_KEY_MASK) | uint160(owner);
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

    /// @dev Purchases of the word's month, less refunds.
    function counted(AccountWord self) internal pure returns (uint256) {
        return uint64(AccountWord.unwrap(self) >> COUNTED);
    }

    /// @dev Purchases of the month before, less refunds.
    function closed(AccountWord self) internal pure returns (uint256) {
        return (AccountWord.unwrap(self) >> CLOSED) & CLOSED_MASK;
    }

    /// @dev Whether both words count the month given by `PolicyWord.monthBits`, and neither sum has to be capped: one
    /// comparison for all of it.
    function areOfMonth(AccountWord self, AccountWord other, uint256 monthBits) internal pure returns (bool) {
        uint256 differing = (AccountWord.unwrap(self) ^ monthBits) | (AccountWord.unwrap(other) ^ monthBits);
        return differing & MONTH_AND_CAP_MASK == 0;
    }

    /// @dev `8 * payer's kind + payee's kind`: the bit of the transfer table for this payment.
    function pairWith(AccountWord self, AccountWord payee) internal pure returns (uint256) {
        return ((AccountWord.unwrap(self) >> TABLE_ROW) & TABLE_ROW_MASK) | (AccountWord.unwrap(payee) >> KIND);
    }

    function isIssuable(AccountWord self) internal pure returns (bool) {
        return _isOneOf(self, ISSUABLE_KINDS);
    }

    /// @dev A resident, a merchant or an institution.
    function isMember(AccountWord self) internal pure returns (bool) {
        return _isOneOf(self, MEMBERS);
    }

    /// @dev A member, frozen or not.
    function isMemberOrFrozen(AccountWord self) internal pure returns (bool) {
        return _isOneOf(self, MEMBERS_AND_FROZEN);
    }

    /// @dev A member that is not frozen, or a city contract.
    function isActive(AccountWord self) internal pure returns (bool) {
        return _isOneOf(self, ACTIVE_KINDS);
    }

    /// @dev Frozen or superseded: spends nobody's money.
    function isBarred(AccountWord self) internal pure returns (bool) {
        return AccountWord.unwrap(self) >> KIND >= FROZEN;
    }

    function isInLastEpoch(AccountWord self) internal pure returns (bool) {
        return self.epoch() == LAST_EPOCH;
    }

    function decoded(AccountWord self) internal pure returns (Account memory) {
        uint256 raw = AccountWord.unwrap(self);
        return
            Account({
                balance: uint64(raw),
                nonce: uint40(raw >> NONCE),
                kind: self.kind(),
                heldKind: self.heldKind(),
                category: self.category(),
                month: uint16(raw >> MONTH),
                counted: uint64(raw >> COUNTED),
                closed: uint64(self.closed()),
                held: 0
            });
    }

    // Setters

    /// @dev Cannot overflow: the total supply is below 2^63.
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

    /// @dev The word in the month given by `PolicyWord.monthBits`: closes the month before it, forgets older ones.
    function turned(AccountWord self, uint256 monthBits) internal pure returns (AccountWord) {
        uint256 raw = AccountWord.unwrap(self);
        if (raw & MONTH_MASK == monthBits) return self;
        uint256 closing = (raw & MONTH_MASK) + ONE_MONTH == monthBits ? self.counted() : 0;
        if (closing > CLOSED_MASK) closing = CLOSED_MASK;
        return AccountWord.wrap((raw & REST_MASK) | monthBits | (closing << CLOSED));
    }

    /// @dev Counts a purchase and debits it; the caller has checked the balance, and checks the sum with `areOfMonth`:
    /// counter and amount are below 2^63 each, so nothing is carried beyond the counter's top bit.
    function spend(AccountWord self, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(self) + amount * SPEND);
        }
    }

    /// @dev Counts a purchase and credits it; like `spend`.
    function earn(AccountWord self, uint256 amount) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(self) + amount * EARN);
        }
    }

    /// @dev The word after `spend` or `earn`, with a counter that stops at its greatest value.
    function capped(AccountWord self) internal pure returns (AccountWord) {
        uint256 raw = AccountWord.unwrap(self);
        return raw & CAP == 0 ? self : AccountWord.wrap((raw & ~COUNTED_MASK) | MOST_COUNTED);
    }

    /// @dev Takes a refund from `counted` and `closed`; the caller has checked both.
    function uncount(AccountWord self, uint256 fromCounted, uint256 fromClosed) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(self) - (fromCounted << COUNTED) - (fromClosed << CLOSED));
        }
    }

    /// @dev This word for another account, which has used up orders until `nonce_` under its own key: the higher nonce
    /// counts.
    function withNonceOfAtLeast(AccountWord self, uint256 nonce_) internal pure returns (AccountWord) {
        uint256 own = self.nonce();
        if (own >= nonce_) return self;
        return AccountWord.wrap(AccountWord.unwrap(self) + ((nonce_ - own) << NONCE));
    }

    /// @dev What is left where an account was: its nonce, so that nothing it signed counts again, and a kind that no
    /// table lets pay.
    function superseded(AccountWord self) internal pure returns (AccountWord) {
        return AccountWord.wrap((AccountWord.unwrap(self) & NONCE_MASK) | SUPERSEDED);
    }

    function useNonce(AccountWord self) internal pure returns (AccountWord) {
        unchecked {
            return AccountWord.wrap(AccountWord.unwrap(self) + ONE_ORDER);
        }
    }

    /// @dev The word once its kind has ended: no money, no purchases, the next epoch. The caller has checked that it is
    /// not in the last one.
    function ended(AccountWord self) internal pure returns (AccountWord) {
        unchecked {
            uint256 kept = AccountWord.unwrap(self) & REST_MASK & ~BALANCE_MASK;
            return AccountWord.wrap((kept | ORDERS_MASK) + ONE_ORDER);
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

    // Internals

    function _isOneOf(AccountWord self, uint256 kinds) private pure returns (bool) {
        return (kinds >> (AccountWord.unwrap(self) >> KIND)) & 1 != 0;
    }
}
