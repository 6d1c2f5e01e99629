// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title City access
/// @notice Who may do what in all contracts of the suite: OpenZeppelin's AccessManager, unchanged.
/// @dev `dongne/suite.py` lists the roles and the functions that each may call.
contract CityAccess is AccessManager {
    // Constructor

    /// @param admin First administrator; the deployment hands the role over to the city at its end.
    constructor(address admin) AccessManager(admin) {}
}
