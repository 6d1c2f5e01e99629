// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev Position, in the call's data, of one payment of a batch:
///
///     payer 20 | payee 20 | amount 6 | deadline 5 | order 32 | length of the signature 2 | signature
type PackedPayment is uint256;

using PackedPaymentLibrary for PackedPayment global;

/// @title Packed payment
/// @notice The only place that knows where a packed payment's fields are.
/// @dev Reading beyond the call's data gives zeros; `payMany` has checked that the payment ends within its batch.
library PackedPaymentLibrary {
    uint256 internal constant HEAD_BYTES = 85;
    uint256 private constant PAYEE = 20;
    uint256 private constant AMOUNT = 40;
    uint256 private constant DEADLINE = 46;
    uint256 private constant ORDER = 51;
    uint256 private constant SIGNATURE_LENGTH = 83;

    /// @dev First position of a batch in the call's data, and the one after its last.
    function bounds(bytes calldata payments) internal pure returns (uint256 start, uint256 past) {
        assembly ("memory-safe") {
            start := payments.offset
            past := add(start, payments.length)
        }
    }

    function payer(PackedPayment payment) internal pure returns (address) {
        return address(uint160(_word(payment, 0) >> 96));
    }

    function payee(PackedPayment payment) internal pure returns (address) {
        return address(uint160(_word(payment, PAYEE) >> 96));
    }

    function amount(PackedPayment payment) internal pure returns (uint256) {
        return _word(payment, AMOUNT) >> 208;
    }

    function deadline(PackedPayment payment) internal pure returns (uint256) {
        return _word(payment, DEADLINE) >> 216;
    }

    function order(PackedPayment payment) internal pure returns (bytes32) {
        return bytes32(_word(payment, ORDER));
    }

    function signatureLength(PackedPayment payment) internal pure returns (uint256) {
        return _word(payment, SIGNATURE_LENGTH) >> 240;
    }

    /// @dev The two halves of an EIP-2098 signature.
    function compactSignature(PackedPayment payment) internal pure returns (bytes32 r, bytes32 vs) {
        r = bytes32(_word(payment, HEAD_BYTES));
        vs = bytes32(_word(payment, HEAD_BYTES + 32));
    }

    function signature(PackedPayment payment) internal pure returns (bytes calldata data) {
        uint256 length = payment.signatureLength();
        assembly ("memory-safe") {
            data.offset := add(payment, HEAD_BYTES)
            data.length := length
        }
    }

    /// @dev Position right after the payment.
    function end(PackedPayment payment) internal pure returns (uint256) {
        unchecked {
            return PackedPayment.unwrap(payment) + HEAD_BYTES + payment.signatureLength(); // far below 2^256
        }
    }

    function _word(PackedPayment payment, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(payment, offset))
        }
    }
}
