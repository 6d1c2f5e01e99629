// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Kind} from "./Kind.sol";

/// @title Kind set
/// @notice Which kinds of records do more than tell: bit k of a set stands for kind k.
library KindSet {
    // Constants

    /// @dev Said with a move of the title.
    uint256 internal constant TITLE = (1 << uint256(Kind.Registration)) | (1 << uint256(Kind.OwnershipChange));

    /// @dev Keep the title from moving until they are released.
    uint256 internal constant RESTRICTING =
        (1 << uint256(Kind.Lien)) |
            (1 << uint256(Kind.Seizure)) |
            (1 << uint256(Kind.ProvisionalDisposition)) |
            (1 << uint256(Kind.Theft)) |
            (1 << uint256(Kind.Deregistration)) |
            (1 << uint256(Kind.Export)) |
            (1 << uint256(Kind.Scrap));

    /// @dev Release a restriction.
    uint256 internal constant RELEASING =
        (1 << uint256(Kind.LienRelease)) |
            (1 << uint256(Kind.SeizureRelease)) |
            (1 << uint256(Kind.ProvisionalDispositionRelease)) |
            (1 << uint256(Kind.Recovery)) |
            (1 << uint256(Kind.Reinstatement));

    /// @dev Come with functions of their own: a correction turns no record into one of these, nor withdraws one.
    uint256 internal constant BOUND = TITLE | RESTRICTING | RELEASING;

    /// @dev Say that the gauge does not tell the distance.
    uint256 internal constant GAUGE_BRANDS =
        (1 << uint256(Kind.GaugeDefective)) |
            (1 << uint256(Kind.GaugeNotActual)) |
            (1 << uint256(Kind.GaugeBeyondDigits));

    /// @dev Stay with the vehicle: they brand it. The sixteen of them fit `Brands`.
    uint256 internal constant BRANDING =
        GAUGE_BRANDS |
            (1 << uint256(Kind.RepairFrame)) |
            (1 << uint256(Kind.Flood)) |
            (1 << uint256(Kind.Fire)) |
            (1 << uint256(Kind.TotalLoss)) |
            (1 << uint256(Kind.Theft)) |
            (1 << uint256(Kind.Salvage)) |
            (1 << uint256(Kind.Rebuilt)) |
            (1 << uint256(Kind.LemonReturn)) |
            (1 << uint256(Kind.VinReissued)) |
            (1 << uint256(Kind.RentalUse)) |
            (1 << uint256(Kind.TaxiUse)) |
            (1 << uint256(Kind.LeaseUse)) |
            (1 << uint256(Kind.OfficialUse));

    /// @dev What recorders can be accredited for.
    uint256 internal constant ACCREDITABLE =
        ((1 << (uint256(type(Kind).max) + 1)) - 1) ^ (BOUND | (1 << uint256(Kind.Correction)));

    /// @dev Make a buyer look again: brands, damage, and whatever concerns the title.
    uint256 internal constant ADVERSE = BRANDING | RESTRICTING | TITLE | (1 << uint256(Kind.Accident));

    // Functions

    function has(uint256 set, uint256 kind) internal pure returns (bool) {
        return (set >> kind) & 1 == 1;
    }
}
