// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {MAX_DEPTH, MIN_DEPTH} from "@semaphore-protocol/contracts/base/Constants.sol";
import {SemaphoreVerifier} from "@semaphore-protocol/contracts/base/SemaphoreVerifier.sol";
import {SemaphoreVerifierKeyPts} from "@semaphore-protocol/contracts/base/SemaphoreVerifierKeyPts.sol";

/// @title Secret vote verifier
/// @notice See `ISecretVoteVerifier`: Semaphore's verifier, unchanged, and beside it a check of many proofs at once.
/// @dev A Groth16 proof (A, B, C) holds if e(-A, B) · e(α, β) · e(X, γ) · e(C, δ) = 1, where X is a sum over the public
/// signals. Raised to random powers and multiplied, n proofs have n + 3 pairings instead of 4n, because α, β, γ and δ
/// are the same for all. Not declared as `ISecretVoteVerifier`, because Semaphore's function is not virtual.
contract SecretVoteVerifier is SemaphoreVerifier {
    // Types

    /// @dev A point of the first group, affine; (0, 0) is infinity.
    struct Point {
        uint256 x;
        uint256 y;
    }

    /// @dev A check under way: the sums over all claims, and the pairings so far.
    struct Check {
        uint256 seed;
        uint256 powers;
        uint256 messages;
        uint256 nullifiers;
        Point last;
        uint256[] pairs;
        bool failed;
    }

    // Constants and immutables

    uint256 private constant CLAIM_BYTES = 320;
    uint256 private constant PAIR_WORDS = 6;

    /// @dev Offsets in a claim.
    uint256 private constant NULLIFIER = 0x20;
    uint256 private constant A = 0x40;
    uint256 private constant B = 0x80;
    uint256 private constant C = 0x100;

    /// @dev Where the points that depend on the depth stand in the key: δ, then one point for each public signal.
    uint256 private constant DELTA = 0;
    uint256 private constant SIGNALS = 4;

    // Views

    /// @dev See `ISecretVoteVerifier`.
    function verifyAll(uint256 root, uint256 scope, uint256 depth, bytes calldata claims) external view returns (bool) {
        uint256 count = claims.length / CLAIM_BYTES;
        if (count == 0 || claims.length % CLAIM_BYTES != 0 || root >= r || scope >= r) return false;
        if (depth < MIN_DEPTH || depth > MAX_DEPTH) return false;

        Check memory check;
        check.seed = uint256(keccak256(abi.encode(root, scope, depth, keccak256(claims))));
        check.pairs = new uint256[]((count + 3) * PAIR_WORDS);
        for (uint256 i; i < count; ++i) _take(check, claims, i);
        _close(check, root, scope, depth, count);
        return !check.failed && _pairsToOne(check.pairs);
    }

    // Internals

    /// @dev Adds claim `i`: its pairing (-A, B) raised to its power, C and the signals to the sums.
    function _take(Check memory check, bytes calldata claims, uint256 i) private view {
        uint256 at;
        // Safe: reads the slice's own offset.
        assembly ("memory-safe") {
            at := claims.offset
        }
        at += i * CLAIM_BYTES;
        (uint256 message, uint256 nullifier) = (_word(at), _word(at + NULLIFIER));
        if (message >= r || nullifier >= r) check.failed = true;

        uint256 power = uint128(uint256(keccak256(abi.encode(check.seed, i))));
        check.powers = addmod(check.powers, power, r);
        check.messages = addmod(check.messages, mulmod(message, power, r), r);
        check.nullifiers = addmod(check.nullifiers, mulmod(nullifier, power, r), r);

        check.last = _add(check, check.last, _times(check, Point(_word(at + C), _word(at + C + 0x20)), power));
        Point memory a = _times(check, Point(_word(at + A), _word(at + A + 0x20)), power);
        a.y = a.y == 0 ? 0 : q - a.y;
        _pair(check, i, a, _word(at + B), _word(at + B + 0x20), _word(at + B + 0x40), _word(at + B + 0x60));
    }

    /// @dev Adds the three pairings that all claims share.
    function _close(Check memory check, uint256 root, uint256 scope, uint256 depth, uint256 count) private view {
        uint256[14] memory key = SemaphoreVerifierKeyPts.getPts(depth);
        uint256[5] memory sums = [
            check.powers,
            mulmod(check.powers, root, r),
            check.nullifiers,
            check.messages,
            mulmod(check.powers, scope, r)
        ];
        Point memory signals;
        for (uint256 i; i < sums.length; ++i) {
            uint256 at = SIGNALS + 2 * i;
            signals = _add(check, signals, _times(check, Point(key[at], key[at + 1]), sums[i]));
        }
        Point memory alpha = _times(check, Point(alphax, alphay), check.powers);
        _pair(check, count, alpha, betax1, betax2, betay1, betay2);
        _pair(check, count + 1, signals, gammax1, gammax2, gammay1, gammay2);
        _pair(check, count + 2, check.last, key[DELTA], key[DELTA + 1], key[DELTA + 2], key[DELTA + 3]);
    }

    /// @dev Writes pairing `number`: a point of the first group, and one of the second as the precompile takes it.
    function _pair(
        Check memory check,
        uint256 number,
        Point memory first,
        uint256 x1,
        uint256 x2,
        uint256 y1,
        uint256 y2
    ) private pure {
        uint256 at = number * PAIR_WORDS;
        (check.pairs[at], check.pairs[at + 1]) = (first.x, first.y);
        (check.pairs[at + 2], check.pairs[at + 3]) = (x1, x2);
        (check.pairs[at + 4], check.pairs[at + 5]) = (y1, y2);
    }

    /// @dev `factor` times `p`, by the precompile of EIP-196; an impossible point fails the check. A failing precompile
    /// burns the gas that it was given, so it gets a third more than it costs, as in Semaphore's verifier.
    function _times(Check memory check, Point memory p, uint256 factor) private view returns (Point memory product) {
        bool success;
        // Safe: writes only scratch memory beyond the free memory pointer, and the result that Solidity has reserved.
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, mload(p))
            mstore(add(m, 0x20), mload(add(p, 0x20)))
            mstore(add(m, 0x40), factor)
            success := staticcall(8000, 7, m, 0x60, product, 0x40)
        }
        if (!success) check.failed = true;
    }

    /// @dev The sum of two points, by the precompile of EIP-196.
    function _add(Check memory check, Point memory p, Point memory other) private view returns (Point memory sum) {
        bool success;
        // Safe: as in `_times`.
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, mload(p))
            mstore(add(m, 0x20), mload(add(p, 0x20)))
            mstore(add(m, 0x40), mload(other))
            mstore(add(m, 0x60), mload(add(other, 0x20)))
            success := staticcall(200, 6, m, 0x80, sum, 0x40)
        }
        if (!success) check.failed = true;
    }

    /// @dev Whether the product of all pairings is one, by the precompile of EIP-197; it refuses points that are not in
    /// their group.
    function _pairsToOne(uint256[] memory pairs) private view returns (bool one) {
        uint256 count = pairs.length / PAIR_WORDS;
        uint256 most = ((45_000 + 34_000 * count) * 4) / 3;
        // Safe: reads the array and writes scratch space. `and` keeps the answer of a failed call out.
        assembly ("memory-safe") {
            mstore(0, 0)
            let success := staticcall(most, 8, add(pairs, 0x20), mul(mload(pairs), 0x20), 0, 0x20)
            one := and(success, eq(mload(0), 1))
        }
    }

    function _word(uint256 at) private pure returns (uint256 word) {
        // Safe: only reads calldata, which gives zeros past its end.
        assembly ("memory-safe") {
            word := calldataload(at)
        }
    }
}
