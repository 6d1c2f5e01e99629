// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Kind} from "./Kind.sol";
import {VehicleId} from "./VehicleId.sol";

/// @title Vehicle liens
/// @notice What keeps a title where it is: liens of creditors, seizures and provisional dispositions of courts and tax
/// offices, reports of theft, deregistrations. Korea's title register (자동차등록원부) has them in its parts 갑 and 을.
/// @dev The only contract whose records restrict titles in the registry, so that a vehicle's head covers every
/// restriction and every release. "Restricted" functions need a role of the city's access manager.
interface IVehicleLiens {
    // Types

    /// @notice An open restriction; zeros where there is none, or no longer.
    /// @param vehicle Whose title it restricts.
    /// @param holder Creditor of a lien; else the authority that opened it.
    /// @param kind `Lien`, `Seizure`, `ProvisionalDisposition`, `Theft`, `Deregistration`, `Export` or `Scrap`.
    /// @param rank Rank of a lien: 1 for the vehicle's first, never given twice; 0 for other restrictions.
    struct Restriction {
        VehicleId vehicle;
        address holder;
        Kind kind;
        uint32 rank;
    }

    // Events

    /// @notice Restriction `id` keeps the title of `vehicle` from moving.
    /// @param document Salted hash of the document behind it.
    event RestrictionOpened(
        uint256 indexed id,
        VehicleId indexed vehicle,
        address indexed holder,
        Kind kind,
        uint256 rank,
        uint256 amount,
        bytes32 document
    );

    /// @notice Restriction `id` is released.
    event RestrictionReleased(uint256 indexed id, VehicleId indexed vehicle, bytes32 document);

    // Errors

    /// @notice Only the owner of the vehicle charges it.
    error DebtorNotOwner(VehicleId vehicle, address debtor, address owner);

    /// @notice A lien for oneself only keeps others away.
    error LienToOneself(address debtor);

    /// @notice The signature is not `signer`'s over this lien, rank or release.
    error NotSignedBy(address signer);

    /// @notice The function does not open restrictions of this kind.
    error NotThisKind(Kind kind);

    /// @notice There is no such restriction, or it was released.
    error RestrictionNotOpen(uint256 id);

    /// @notice A lien is released by its creditor's signature, any other restriction by the function of its kind.
    error ReleasedOtherwise(uint256 id, Kind kind);

    /// @notice The authority that opened the restriction releases it; another of the same role only if that one lost
    /// its role.
    error NotTheAuthority(uint256 id, address holder);

    /// @notice Amounts of liens are below 2^128.
    error AmountTooLarge(uint256 amount);

    /// @notice Without the judgment's hash no lien is discharged.
    error DischargeWithoutDocument(uint256 id);

    // Administration

    /// @notice Enters a lien to which the owner and the creditor have agreed.
    /// @dev Restricted. Reverts with `DebtorNotOwner`, `LienToOneself`, `NotSignedBy`, `AmountTooLarge`, and like the
    /// registry's `recordRestriction`.
    /// @param amount Of the claim, in the smallest unit of the money that `document` names; only told, never moved.
    /// @param document Salted hash of the loan's document.
    /// @param debtorSignature Of the owner over `OpenLien`, with the vehicle's next rank.
    /// @param creditorSignature Of the creditor over the same.
    /// @return id Number of the restriction.
    function openLien(
        VehicleId vehicle,
        address debtor,
        address creditor,
        uint256 amount,
        bytes32 document,
        bytes calldata debtorSignature,
        bytes calldata creditorSignature
    ) external returns (uint256 id);

    /// @notice Seizes a vehicle, or forbids its sale for the time being.
    /// @dev Restricted: courts, tax offices. Reverts with `NotThisKind` but for `Seizure` and `ProvisionalDisposition`.
    function seize(VehicleId vehicle, Kind kind, bytes32 document) external returns (uint256 id);

    /// @notice Reports a vehicle as stolen.
    /// @dev Restricted: police. Reverts with `OccurredInFuture` of the registry.
    /// @param since Unix seconds of the theft.
    function reportTheft(VehicleId vehicle, uint40 since, bytes32 document) external returns (uint256 id);

    /// @notice Takes a vehicle off the road: deregistered, exported or scrapped.
    /// @dev Restricted: the registrar. Reverts with `NotThisKind` but for `Deregistration`, `Export` and `Scrap`.
    function deregister(VehicleId vehicle, Kind kind, bytes32 document) external returns (uint256 id);

    /// @notice Releases a seizure or a provisional disposition.
    /// @dev Restricted: courts, tax offices; each what it opened, or what was opened by one that lost the role. Reverts
    /// with `RestrictionNotOpen`, `ReleasedOtherwise`, `NotTheAuthority`.
    function releaseSeizure(uint256 id, bytes32 document) external;

    /// @notice Reports that a stolen vehicle was found.
    /// @dev Restricted: police. Reverts like `releaseSeizure`.
    function reportFound(uint256 id, bytes32 document) external;

    /// @notice Puts a deregistered, exported or scrapped vehicle back on the register.
    /// @dev Restricted: the registrar. Reverts like `releaseSeizure`.
    function reinstate(uint256 id, bytes32 document) external;

    /// @notice Discharges a lien without its creditor, whose key is lost or who is gone, by a court's judgment.
    /// @dev Administrator only, announced ahead like all that it does. Reverts with `RestrictionNotOpen`,
    /// `ReleasedOtherwise`, `DischargeWithoutDocument`.
    /// @param document Salted hash of the judgment.
    function dischargeLien(uint256 id, bytes32 document) external;

    // Users' functions

    /// @notice Releases a lien that its creditor has signed as paid. Anyone may send it.
    /// @dev Reverts with `RestrictionNotOpen`, `ReleasedOtherwise`, `NotSignedBy`.
    /// @param signature Of the creditor over `ReleaseLien`; it counts for this lien, contract and chain only.
    function releaseLien(uint256 id, bytes32 document, bytes calldata signature) external;

    // Views

    /// @notice The open restriction `id`.
    function restrictionOf(uint256 id) external view returns (Restriction memory);

    /// @notice How many restrictions were ever opened; numbers start at 1.
    function restrictions() external view returns (uint256);

    /// @notice Rank of the vehicle's latest lien; the next one gets one more.
    function lastRank(VehicleId vehicle) external view returns (uint256);
}
