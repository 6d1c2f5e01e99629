// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev What one person has of one programme, in one storage word:
///
/// | bits    | field    | meaning                                                      |
/// |---------|----------|--------------------------------------------------------------|
/// | 161-255 | zero     | not used                                                     |
/// | 160     | redeemed | 1 once the rest was paid out; it is never paid out twice     |
/// | 128-159 | nonce    | signed orders of this voucher that were used up, modulo 2^32 |
/// | 64-127  | face     | granted in all, base units                                   |
/// | 0-63    | balance  | not spent yet, base units                                    |
type VoucherWord is uint256;

using VoucherWordLibrary for VoucherWord global;

/// @title Voucher word
/// @notice The only place that knows the bits of a voucher's word.
library VoucherWordLibrary {
    // Constants

    uint256 private constant REDEEMED = 160;
    uint256 private constant NONCE = 128;
    uint256 private constant FACE = 64;

    /// @dev 1 in the nonce.
    uint256 private constant ONE_ORDER = 1 << NONCE;
    uint256 private constant NONCE_MASK = uint256(type(uint32).max) << NONCE;

    // Getters

    function balance(VoucherWord self) internal pure returns (uint256) {
        return uint64(VoucherWord.unwrap(self));
    }

    function face(VoucherWord self) internal pure returns (uint256) {
        return uint64(VoucherWord.unwrap(self) >> FACE);
    }

    function nonce(VoucherWord self) internal pure returns (uint256) {
        return uint32(VoucherWord.unwrap(self) >> NONCE);
    }

    function isRedeemed(VoucherWord self) internal pure returns (bool) {
        return VoucherWord.unwrap(self) >> REDEEMED != 0;
    }

    // Setters

    /// @dev Cannot overflow: the caller has checked the face against a cap below 2^63.
    function grant(VoucherWord self, uint256 amount) internal pure returns (VoucherWord) {
        unchecked {
            return VoucherWord.wrap(VoucherWord.unwrap(self) + ((amount << FACE) | amount));
        }
    }

    /// @dev The caller has checked that so much was spent.
    function credit(VoucherWord self, uint256 amount) internal pure returns (VoucherWord) {
        unchecked {
            return VoucherWord.wrap(VoucherWord.unwrap(self) + amount);
        }
    }

    /// @dev The caller has checked the balance.
    function debit(VoucherWord self, uint256 amount) internal pure returns (VoucherWord) {
        unchecked {
            return VoucherWord.wrap(VoucherWord.unwrap(self) - amount);
        }
    }

    /// @dev Starts again at 0 after 2^32 orders.
    function useNonce(VoucherWord self) internal pure returns (VoucherWord) {
        unchecked {
            uint256 next = (VoucherWord.unwrap(self) + ONE_ORDER) & NONCE_MASK;
            return VoucherWord.wrap((VoucherWord.unwrap(self) & ~NONCE_MASK) | next);
        }
    }

    /// @dev This voucher and another of the same programme as one, which keeps its own nonce. Cannot overflow: both
    /// faces were paid in, and the supply is below 2^63.
    function joined(VoucherWord self, VoucherWord other) internal pure returns (VoucherWord) {
        unchecked {
            uint256 money = VoucherWord.unwrap(other) & (ONE_ORDER - 1);
            uint256 redeemed = (VoucherWord.unwrap(other) >> REDEEMED) << REDEEMED;
            return VoucherWord.wrap((VoucherWord.unwrap(self) + money) | redeemed);
        }
    }

    /// @dev What is left where a voucher was: its nonce, so that nothing that was signed counts again.
    function nonceOnly(VoucherWord self) internal pure returns (VoucherWord) {
        return VoucherWord.wrap(VoucherWord.unwrap(self) & NONCE_MASK);
    }

    function markRedeemed(VoucherWord self) internal pure returns (VoucherWord) {
        return VoucherWord.wrap(VoucherWord.unwrap(self) | (1 << REDEEMED));
    }
}
