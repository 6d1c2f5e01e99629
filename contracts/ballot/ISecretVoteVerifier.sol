// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Secret vote verifier
/// @notice Judges Semaphore v4 proofs (Groth16 over BN254): one by one as Semaphore's own verifier does, or many of the
/// same group and scope in one check that costs a third.
interface ISecretVoteVerifier {
    // Views

    /// @notice Whether a proof holds: Semaphore's `verifyProof`, unchanged.
    /// @param a First point of the proof.
    /// @param b Second point.
    /// @param c Third point.
    /// @param signals Root of the group, nullifier, message and scope, each below the field's order.
    /// @param depth Of the circuit, 1 to 32.
    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata b,
        uint256[2] calldata c,
        uint256[4] calldata signals,
        uint256 depth
    ) external view returns (bool);

    /// @notice Whether all claims hold. False says that at least one does not, and not which.
    /// @dev Each proof's equation is raised to a power that nobody can choose, 128 bits of a hash over all claims, and
    /// the product is checked at once: a batch with a false proof passes with a probability of 2^-128.
    /// @param root Of the group.
    /// @param scope As the circuit takes it.
    /// @param depth Of the circuit, 1 to 32.
    /// @param claims For each proof ten words: message, nullifier, then the eight of the proof.
    function verifyAll(uint256 root, uint256 scope, uint256 depth, bytes calldata claims) external view returns (bool);
}
