// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Pretend verifier
/// @notice Takes a hash over the signals for a proof of them, so that tests need no cryptography; and, where a test
/// wants that, misbehaves. For tests only.
contract PretendVerifier {
    // Types

    enum Mood {
        Honest,
        Refuses,
        Reverts,
        Burns,
        AnswersTwo,
        AnswersShort,
        RefusesTogether
    }

    // Errors

    error Misbehaves();

    // Constants and immutables

    uint256 private constant CLAIM_BYTES = 320;

    // Storage

    Mood public mood;

    // Users' functions

    function become(Mood mood_) external {
        mood = mood_;
    }

    // Views

    function verifyProof(
        uint256[2] calldata a,
        uint256[2][2] calldata,
        uint256[2] calldata,
        uint256[4] calldata signals,
        uint256
    ) external view returns (bool) {
        _misbehave(false);
        return a[0] == tag(signals[0], signals[1], signals[2], signals[3]);
    }

    function verifyAll(uint256 root, uint256 scope, uint256, bytes calldata claims) external view returns (bool) {
        _misbehave(true);
        for (uint256 at; at < claims.length; at += CLAIM_BYTES) {
            (uint256 message, uint256 nullifier, uint256 first) = abi.decode(
                claims[at:at + 96],
                (uint256, uint256, uint256)
            );
            if (first != tag(root, nullifier, message, scope)) return false;
        }
        return true;
    }

    /// @dev What stands for a proof of these signals.
    function tag(uint256 root, uint256 nullifier, uint256 message, uint256 scope) public pure returns (uint256) {
        return uint256(keccak256(abi.encode(root, nullifier, message, scope)));
    }

    // Internals

    function _misbehave(bool together) private view {
        if (mood == Mood.Refuses || (mood == Mood.RefusesTogether && together)) _answer(0, 32);
        if (mood == Mood.Reverts) revert Misbehaves();
        while (mood == Mood.Burns) {}
        if (mood == Mood.AnswersTwo) _answer(2, 32);
        if (mood == Mood.AnswersShort) _answer(1 << 255, 31);
    }

    function _answer(uint256 word, uint256 size) private pure {
        // Safe: ends the call.
        assembly ("memory-safe") {
            mstore(0, word)
            return(0, size)
        }
    }
}
