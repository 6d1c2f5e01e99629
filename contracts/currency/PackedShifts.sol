// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Packed shifts
/// @notice Reads a list of volunteers' shifts, 26 bytes each:
///
/// | bytes | field     | meaning                                     |
/// |-------|-----------|---------------------------------------------|
/// | 20    | volunteer | address                                     |
/// | 5     | begins    | Unix seconds, on a full or half hour        |
/// | 1     | halfHours | how long it lasted, in half hours: 1 to 48  |
library PackedShifts {
    // Constants

    uint256 internal constant SHIFT_BYTES = 26;
    uint256 internal constant HALF_HOUR = 30 minutes;

    /// @dev Right shifts that bring a field down to bit 0.
    uint256 private constant VOLUNTEER = 96;
    uint256 private constant BEGINS = 56;
    uint256 private constant HALF_HOURS = 48;

    // Getters

    /// @dev One read for all fields. Safe: reading past the end gives later bytes of the call's data, or zeros, and the
    /// caller uses only shifts that it has checked to be there.
    function at(
        bytes calldata shifts,
        uint256 index
    ) internal pure returns (address volunteer, uint256 begins, uint256 halfHours) {
        uint256 word;
        assembly ("memory-safe") {
            word := calldataload(add(shifts.offset, mul(index, 26)))
        }
        volunteer = address(uint160(word >> VOLUNTEER));
        begins = uint40(word >> BEGINS);
        halfHours = uint8(word >> HALF_HOURS);
    }
}
