// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev The km a day above which a rise is implausible, 24 bits for each class of vehicles, from bit 0:
///
/// | class | vehicles                                        |
/// |-------|-------------------------------------------------|
/// | 0     | cars in private use                             |
/// | 1     | cars in commercial use: taxis, rented, for lease |
/// | 2     | buses and vans                                  |
/// | 3     | trucks                                          |
/// | 4     | special vehicles                                |
/// | 5     | motorcycles                                     |
/// | 6-9   | as the city says                                |
///
/// 0 stands for a class that the city does not use.
type Paces is uint256;

using PacesLibrary for Paces global;

/// @title Paces
/// @notice The only place that knows the bits of the paces.
library PacesLibrary {
    // Constants

    uint256 private constant BITS = 24;
    uint256 private constant CLASSES = 10;

    // Getters

    /// @dev The pace of a class that exists.
    function paceOf(Paces self, uint256 class) internal pure returns (uint256) {
        return uint24(Paces.unwrap(self) >> (BITS * class));
    }

    /// @dev Whether vehicles of this class are registered in the city.
    function has(Paces self, uint256 class) internal pure returns (bool) {
        return class < CLASSES && paceOf(self, class) != 0;
    }

    // Functions

    /// @dev Whether class 0 has a pace, and there are no more than ten.
    function isSensible(Paces self) internal pure returns (bool) {
        return has(self, 0) && Paces.unwrap(self) >> (BITS * CLASSES) == 0;
    }
}
