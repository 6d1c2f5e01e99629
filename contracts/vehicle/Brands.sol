// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBit} from "solady/src/utils/LibBit.sol";

import {KindSet} from "./KindSet.sol";

/// @dev How many standing records brand a vehicle, by kind: 16 bits for each kind of `KindSet.BRANDING`, in the order
/// of the kinds from bit 0. A count of 65,535 means so many or more, for good.
type Brands is uint256;

using BrandsLibrary for Brands global;

/// @title Brands
/// @notice The only place that knows the bits of the brands. A brand goes only when the last record that sets it is
/// corrected.
library BrandsLibrary {
    // Constants

    uint256 private constant BITS = 16;
    uint256 private constant MOST = type(uint16).max;

    // Getters

    /// @dev The kinds with a standing record: bit k for kind k.
    function kinds(Brands self) internal pure returns (uint256 set) {
        uint256 counts = Brands.unwrap(self);
        for (uint256 left = KindSet.BRANDING; counts != 0; left &= left - 1) {
            if (counts & MOST != 0) set |= left & (~left + 1);
            counts >>= BITS;
        }
    }

    // Setters

    function with(Brands self, uint256 kind) internal pure returns (Brands) {
        return _count(self, kind) == MOST ? self : Brands.wrap(Brands.unwrap(self) + (1 << _place(kind)));
    }

    function without(Brands self, uint256 kind) internal pure returns (Brands) {
        return _count(self, kind) == MOST ? self : Brands.wrap(Brands.unwrap(self) - (1 << _place(kind)));
    }

    // Internals

    function _count(Brands self, uint256 kind) private pure returns (uint256) {
        return (Brands.unwrap(self) >> _place(kind)) & MOST;
    }

    function _place(uint256 kind) private pure returns (uint256) {
        return BITS * LibBit.popCount(KindSet.BRANDING & ((1 << kind) - 1));
    }
}
