// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title City access
/// @notice Who may do what in the whole suite: OpenZeppelin's AccessManager, deployed as it is.
/// @dev The roles and the functions they open are listed in `dongne/roles.py`.
contract CityAccess is AccessManager {
    /// @param admin First holder of the administrator's role; hands it to the city at the end of a deployment.
    constructor(address admin) AccessManager(admin) {}
}
