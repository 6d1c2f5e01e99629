// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ECDSA} from "solady/src/utils/ECDSA.sol";

/// @dev Where a registration of a batch stands in calldata.
type Registration is uint256;

using RegistrationLibrary for Registration global;

/// @title Registration
/// @notice Reads the batches of `register`: registrations of 99 bytes, one after another, with an EIP-2098 signature. A
/// registration:
///
/// | bytes | field      | meaning                                        |
/// |-------|------------|------------------------------------------------|
/// | 3     | index      | the voter's index in the roll                  |
/// | 32    | commitment | of the voter's secret identity                 |
/// | 32    | r          | first half of the signature                    |
/// | 32    | vs         | second half: s, with the parity in its top bit |
///
/// The log `VotersRegistered` repeats the registrations that were accepted, byte by byte.
library RegistrationLibrary {
    // Constants

    uint256 internal constant BYTES = 99;

    uint256 private constant COMMITMENT = 3;
    uint256 private constant R = 35;
    uint256 private constant VS = 67;

    /// @dev Right shift that brings the index down to bit 0.
    uint256 private constant INDEX = 232;

    // Getters

    function index(Registration self) internal pure returns (uint256 value) {
        // Safe: only reads calldata, which gives zeros past its end.
        assembly ("memory-safe") {
            value := shr(INDEX, calldataload(self))
        }
    }

    function commitment(Registration self) internal pure returns (uint256 value) {
        // Safe: as above.
        assembly ("memory-safe") {
            value := calldataload(add(self, COMMITMENT))
        }
    }

    /// @dev Whose key signed `digest`; zero if nobody's.
    function signer(Registration self, bytes32 digest) internal view returns (address) {
        (bytes32 r, bytes32 vs) = (_word(self, R), _word(self, VS));
        return ECDSA.tryRecover(digest, r, vs);
    }

    // Functions

    /// @dev Registration `place` of a batch.
    function at(bytes calldata batch, uint256 place) internal pure returns (Registration registration) {
        uint256 start;
        // Safe: reads the slice's own offset.
        assembly ("memory-safe") {
            start := batch.offset
        }
        return Registration.wrap(start + place * BYTES);
    }

    /// @dev Appends the registration, as it is, to a log; the caller has reserved the room.
    function appendTo(Registration self, bytes memory log) internal pure {
        // Safe: the caller has reserved the room.
        assembly ("memory-safe") {
            let length := mload(log)
            calldatacopy(add(add(log, 0x20), length), self, BYTES)
            mstore(log, add(length, BYTES))
        }
    }

    // Internals

    function _word(Registration self, uint256 offset) private pure returns (bytes32 word) {
        // Safe: only reads calldata, which gives zeros past its end.
        assembly ("memory-safe") {
            word := calldataload(add(self, offset))
        }
    }
}
