// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev The km a day above which a rise is implausible, 16 bits for each class of vehicles, from bit 0; 0 for a class
/// that the city does not use:
///
/// | class | vehicles                                         |
/// |-------|--------------------------------------------------|
/// | 0     | cars in private use                              |
/// | 1     | cars in commercial use: taxis, rented, for lease |
/// | 2     | buses and vans                                   |
/// | 3     | trucks                                           |
/// | 4     | special vehicles                                 |
/// | 5     | motorcycles                                      |
/// | 6-15  | as the city says                                 |
type Paces is uint256;

using PacesLibrary for Paces global;

/// @title Paces
/// @notice The only place that knows the bits of the paces.
library PacesLibrary {
    // Constants

    uint256 private constant BITS = 16;
    uint256 private constant CLASSES = 16;

    // Getters

    /// @dev The pace at a place: 16 times the class.
    function at(Paces self, uint256 place) internal pure returns (uint256) {
        return uint16(Paces.unwrap(self) >> place);
    }

    /// @dev Whether the city uses a class.
    function has(Paces self, uint256 class) internal pure returns (bool) {
        return class < CLASSES && at(self, BITS * class) != 0;
    }
}
