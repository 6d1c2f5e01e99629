// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

/// @title City currency
/// @notice What a sale needs of the city's local currency.
interface ICityCurrency is IERC20 {
    // Views

    /// @notice Where the money of `account` is now: its new address if its key was lost and replaced, else itself.
    function presentAddress(address account) external view returns (address);
}
