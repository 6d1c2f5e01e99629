// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {RollId} from "./RollId.sol";

/// @title Voter blob
/// @notice Where a roll's addresses are kept, shared by the roll that writes and the box that reads them.
/// @dev A blob is a contract whose code is one zero byte (STOP: it can never run) and then 20 bytes a voter:
///
///      code byte   0     1          21         41                    20 * n + 1
///                  +-----+----------+----------+-- ... --+----------+
///                  | 00  | voter 0  | voter 1  |         | voter n-1|      n <= 1,228
///                  +-----+----------+----------+-- ... --+----------+
library VoterBlob {
    uint256 internal constant ADDRESS_BYTES = 20;

    /// @dev The most that fit the 24,576 bytes of code that EIP-170 allows.
    uint256 internal constant VOTERS = 1228;

    uint256 private constant CODE_PREFIX = 1;

    /// @dev Writes blob `number` of `roll`; the address depends on the writing contract, roll and number only.
    function write(RollId roll, uint256 number, bytes memory voters) internal returns (address blob) {
        return SSTORE2.writeDeterministic(voters, _salt(roll, number));
    }

    /// @dev The address that `write` gives when called by `rolls`.
    function locate(address rolls, RollId roll, uint256 number) internal pure returns (address blob) {
        return SSTORE2.predictDeterministicAddress(_salt(roll, number), rolls);
    }

    /// @dev The address at `place` of a blob; zero beyond its end and where no blob is.
    function voterAt(address blob, uint256 place) internal view returns (address voter) {
        // Safe: writes the scratch word at 0 only; the first 12 bytes are cleared before 20 are copied after them.
        assembly ("memory-safe") {
            mstore(0, 0)
            extcodecopy(blob, 12, add(CODE_PREFIX, mul(ADDRESS_BYTES, place)), ADDRESS_BYTES)
            voter := mload(0)
        }
    }

    function _salt(RollId roll, uint256 number) private pure returns (bytes32) {
        return bytes32((uint256(RollId.unwrap(roll)) << 128) | number);
    }
}
