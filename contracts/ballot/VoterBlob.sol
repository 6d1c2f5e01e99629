// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {RollId} from "./RollId.sol";

/// @title Voter blob
/// @notice Stores voters' addresses; the rolls write them, and the ballot boxes read them. A roll and the editions that
/// amend it share the blobs, which are numbered within the first of them, their origin. A blob is a contract whose code
/// holds n voters, 1,228 at most:
///
/// | bytes  | field  | meaning                                      |
/// |--------|--------|----------------------------------------------|
/// | 1      | zero   | the opcode STOP, so that the code cannot run |
/// | 20 × n | voters | addresses                                    |
library VoterBlob {
    // Constants

    uint256 internal constant ADDRESS_BYTES = 20;

    /// @dev The most that fit in the 24,576 bytes of code that EIP-170 allows.
    uint256 internal constant VOTERS = 1228;

    uint256 private constant CODE_PREFIX = 1;

    /// @dev Bytes of four addresses.
    uint256 private constant FOUR = 80;

    /// @dev Left shift of the origin in a salt.
    uint256 private constant ORIGIN = 128;

    // Functions

    /// @dev Writes blob `number` of `origin`. Its address depends only on the writing contract, origin and number.
    function write(RollId origin, uint256 number, bytes memory voters) internal returns (address blob) {
        return SSTORE2.writeDeterministic(voters, _salt(origin, number));
    }

    /// @dev The address that `write` returns if `rolls` calls it.
    function locate(address rolls, RollId origin, uint256 number) internal pure returns (address blob) {
        return SSTORE2.predictDeterministicAddress(_salt(origin, number), rolls);
    }

    /// @dev The address of the voter `index` of the rolls whose lineage begins with `origin`; zero if there is none.
    function voterOf(address rolls, RollId origin, uint256 index) internal view returns (address voter) {
        return voterAt(locate(rolls, origin, index / VOTERS), index % VOTERS);
    }

    /// @dev The address at `place` of a blob; zero past its end, and if there is no blob.
    function voterAt(address blob, uint256 place) internal view returns (address voter) {
        // Safe: writes only the scratch word at 0, which is cleared first: its first 12 bytes stay zero.
        assembly ("memory-safe") {
            mstore(0, 0)
            extcodecopy(blob, 12, add(CODE_PREFIX, mul(ADDRESS_BYTES, place)), ADDRESS_BYTES)
            voter := mload(0)
        }
    }

    /// @dev The address at byte `place` of packed addresses.
    function voterIn(bytes calldata packed, uint256 place) internal pure returns (address voter) {
        // Safe: only reads calldata.
        assembly ("memory-safe") {
            voter := shr(96, calldataload(add(packed.offset, place)))
        }
    }

    /// @dev Goes on from byte `place` while each address is above the one before it: returns the place of the first
    /// that is not, or the end, and the last address before.
    function skipAscending(
        bytes calldata packed,
        uint256 place,
        address previous
    ) internal pure returns (uint256 next, address last) {
        // Safe: only reads calldata. Four at a time with one jump, then one by one: 50 gas a voter, where a loop in
        // Solidity would cost 150.
        assembly ("memory-safe") {
            let at := add(packed.offset, place)
            let end := add(packed.offset, packed.length)
            last := previous
            for {} iszero(gt(add(at, FOUR), end)) {
                at := add(at, FOUR)
            } {
                let a := shr(96, calldataload(at))
                let b := shr(96, calldataload(add(at, 20)))
                let c := shr(96, calldataload(add(at, 40)))
                let d := shr(96, calldataload(add(at, 60)))
                if iszero(and(and(gt(a, last), gt(b, a)), and(gt(c, b), gt(d, c)))) {
                    break
                }
                last := d
            }
            for {} lt(at, end) {
                at := add(at, ADDRESS_BYTES)
            } {
                let voter := shr(96, calldataload(at))
                if iszero(gt(voter, last)) {
                    break
                }
                last := voter
            }
            next := sub(at, packed.offset)
        }
    }

    // Internals

    function _salt(RollId origin, uint256 number) private pure returns (bytes32) {
        return bytes32((uint256(RollId.unwrap(origin)) << ORIGIN) | number);
    }
}
