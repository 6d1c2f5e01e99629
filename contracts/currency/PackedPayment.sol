// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev One payment of a `payMany` batch, as its position in calldata. There it is packed:
///
/// | bytes | field     | meaning                                                                   |
/// |-------|-----------|---------------------------------------------------------------------------|
/// | 20    | payer     | address                                                                   |
/// | 20    | payee     | address                                                                   |
/// | 6     | amount    | base units                                                                |
/// | 5     | deadline  | last Unix second at which the order is good                               |
/// | 32    | order     | the payee's reference                                                     |
/// | 2     | n         | length of the signature                                                   |
/// | n     | signature | 64 bytes for a key (EIP-2098); for a contract (ERC-1271) whatever it wants, 64 bytes too |
type PackedPayment is uint256;

using PackedPaymentLibrary for PackedPayment global;

/// @title Packed payment
/// @notice The only place that knows the offsets in a packed payment.
/// @dev Reading past the call's data gives zeros; `payMany` checks that the payment ends within its batch.
library PackedPaymentLibrary {
    // Constants

    uint256 internal constant HEAD_BYTES = 85;

    /// @dev Offsets of the fields.
    uint256 private constant PAYER = 0;
    uint256 private constant PAYEE = 20;
    uint256 private constant AMOUNT = 40;
    uint256 private constant DEADLINE = 46;
    uint256 private constant ORDER = 51;
    uint256 private constant SIGNATURE_LENGTH = 83;

    /// @dev Right shifts that leave the first bytes of a word, as many as the name says.
    uint256 private constant FIRST_20 = 96;
    uint256 private constant FIRST_6 = 208;
    uint256 private constant FIRST_5 = 216;
    uint256 private constant FIRST_2 = 240;

    // Getters

    /// @dev Position of the first payment of a batch, and the position after its last.
    function bounds(bytes calldata payments) internal pure returns (uint256 start, uint256 past) {
        assembly ("memory-safe") {
            start := payments.offset
            past := add(start, payments.length)
        }
    }

    function payer(PackedPayment self) internal pure returns (address) {
        return address(uint160(_word(self, PAYER) >> FIRST_20));
    }

    function payee(PackedPayment self) internal pure returns (address) {
        return address(uint160(_word(self, PAYEE) >> FIRST_20));
    }

    function amount(PackedPayment self) internal pure returns (uint256) {
        return _word(self, AMOUNT) >> FIRST_6;
    }

    function deadline(PackedPayment self) internal pure returns (uint256) {
        return _word(self, DEADLINE) >> FIRST_5;
    }

    function order(PackedPayment self) internal pure returns (bytes32) {
        return bytes32(_word(self, ORDER));
    }

    function signatureLength(PackedPayment self) internal pure returns (uint256) {
        return _word(self, SIGNATURE_LENGTH) >> FIRST_2;
    }

    /// @dev The two halves of an EIP-2098 signature.
    function compactSignature(PackedPayment self) internal pure returns (bytes32 r, bytes32 vs) {
        r = bytes32(_word(self, HEAD_BYTES));
        vs = bytes32(_word(self, HEAD_BYTES + 32));
    }

    function signature(PackedPayment self) internal pure returns (bytes calldata data) {
        uint256 length = self.signatureLength();
        assembly ("memory-safe") {
            data.offset := add(self, HEAD_BYTES)
            data.length := length
        }
    }

    /// @dev Position right after the payment.
    function end(PackedPayment self) internal pure returns (uint256) {
        unchecked {
            return PackedPayment.unwrap(self) + HEAD_BYTES + self.signatureLength(); // far below 2^256
        }
    }

    // Internals

    function _word(PackedPayment self, uint256 offset) private pure returns (uint256 word) {
        assembly ("memory-safe") {
            word := calldataload(add(self, offset))
        }
    }
}
