// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev Order of the scalar field of BN254: every number in a proof is below it.
uint256 constant FIELD_ORDER = 21888242871839275222246405745257275088548364400416034343698204186575808495617;

/// @dev Where a vote of a batch stands in calldata.
type SecretVote is uint256;

using SecretVoteLibrary for SecretVote global;

/// @title Secret vote
/// @notice Reads the batches of `castSecretVotes`: votes of 320 bytes, one after another. A vote:
///
/// | bytes | field     | meaning                                                                             |
/// |-------|-----------|-------------------------------------------------------------------------------------|
/// | 32    | choices   | a bit mask                                                                          |
/// | 32    | nullifier | the same for all votes of one identity in one poll                                  |
/// | 64    | A         | x and y of the proof's first point                                                  |
/// | 128   | B         | x and y of its second point, each with the imaginary part first                     |
/// | 64    | C         | x and y of its third point                                                          |
///
/// The log `SecretVotesCounted` repeats the votes that were counted, byte by byte.
library SecretVoteLibrary {
    // Constants

    uint256 internal constant BYTES = 320;

    /// @dev Offsets in a vote.
    uint256 private constant NULLIFIER = 32;
    uint256 private constant PROOF = 64;

    /// @dev Of nullifier and proof together.
    uint256 private constant REST_BYTES = 288;

    // Getters

    function choices(SecretVote self) internal pure returns (uint256 mask) {
        // Safe: only reads calldata, which gives zeros past its end.
        assembly ("memory-safe") {
            mask := calldataload(self)
        }
    }

    function nullifier(SecretVote self) internal pure returns (uint256 value) {
        // Safe: as above.
        assembly ("memory-safe") {
            value := calldataload(add(self, NULLIFIER))
        }
    }

    /// @dev The three points as Semaphore's verifier takes them.
    function proof(
        SecretVote self
    ) internal pure returns (uint256[2] memory a, uint256[2][2] memory b, uint256[2] memory c) {
        uint256 at = SecretVote.unwrap(self) + PROOF;
        a = [_word(at), _word(at + 0x20)];
        b = [[_word(at + 0x40), _word(at + 0x60)], [_word(at + 0x80), _word(at + 0xa0)]];
        c = [_word(at + 0xc0), _word(at + 0xe0)];
    }

    // Functions

    /// @dev Vote `place` of a batch.
    function at(bytes calldata batch, uint256 place) internal pure returns (SecretVote vote) {
        uint256 start;
        // Safe: reads the slice's own offset.
        assembly ("memory-safe") {
            start := batch.offset
        }
        return SecretVote.wrap(start + place * BYTES);
    }

    /// @dev Appends the vote, as it is, to a log; the caller has reserved the room.
    function appendTo(SecretVote self, bytes memory log) internal pure {
        // Safe: the caller has reserved the room.
        assembly ("memory-safe") {
            let length := mload(log)
            calldatacopy(add(add(log, 0x20), length), self, BYTES)
            mstore(log, add(length, BYTES))
        }
    }

    /// @dev Appends what `ISecretVoteVerifier.verifyAll` asks of a vote: the vote with the message for its choices.
    function appendClaimTo(SecretVote self, bytes memory claims, uint256 message) internal pure {
        // Safe: the caller has reserved the room.
        assembly ("memory-safe") {
            let length := mload(claims)
            let place := add(add(claims, 0x20), length)
            mstore(place, message)
            calldatacopy(add(place, 0x20), add(self, NULLIFIER), REST_BYTES)
            mstore(claims, add(length, BYTES))
        }
    }

    // Internals

    function _word(uint256 place) private pure returns (uint256 word) {
        // Safe: only reads calldata, which gives zeros past its end.
        assembly ("memory-safe") {
            word := calldataload(place)
        }
    }
}
