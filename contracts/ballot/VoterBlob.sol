// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {RollId} from "./RollId.sol";

/// @title Voter blob
/// @notice Stores a roll's addresses; the roll writes them, and the ballot box reads them. A blob is a contract whose
/// code holds n voters, 1,228 at most:
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

    /// @dev Left shift of the roll in a salt.
    uint256 private constant ROLL = 128;

    // Functions

    /// @dev Writes blob `number` of `roll`. Its address depends only on the writing contract, roll and number.
    function write(RollId roll, uint256 number, bytes memory voters) internal returns (address blob) {
        return SSTORE2.writeDeterministic(voters, _salt(roll, number));
    }

    /// @dev The address that `write` returns if `rolls` calls it.
    function locate(address rolls, RollId roll, uint256 number) internal pure returns (address blob) {
        return SSTORE2.predictDeterministicAddress(_salt(roll, number), rolls);
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

    // Internals

    function _salt(RollId roll, uint256 number) private pure returns (bytes32) {
        return bytes32((uint256(RollId.unwrap(roll)) << ROLL) | number);
    }
}
