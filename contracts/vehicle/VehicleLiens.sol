// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureCheckerLib} from "solady/src/utils/SignatureCheckerLib.sol";

import {EntryLibrary} from "./Entry.sol";
import {Gauge} from "./Gauge.sol";
import {IVehicleLiens} from "./IVehicleLiens.sol";
import {IVehicleRegistry} from "./IVehicleRegistry.sol";
import {Kind} from "./Kind.sol";
import {VehicleId} from "./VehicleId.sol";

/// @title Vehicle liens
/// @notice See `IVehicleLiens`.
contract VehicleLiens is IVehicleLiens, EIP712, AccessManaged {
    // Constants and immutables

    bytes32 private constant OPEN_TYPEHASH = keccak256(
        "OpenLien(bytes32 vehicle,address debtor,address creditor,uint256 amount,uint256 rank,bytes32 document)"
    );
    bytes32 private constant RELEASE_TYPEHASH = keccak256(
        "ReleaseLien(uint256 lien,bytes32 vehicle,address creditor,bytes32 document)"
    );

    IVehicleRegistry private immutable REGISTRY;

    // Storage

    mapping(uint256 id => Restriction open) private _restrictions;

    /// @inheritdoc IVehicleLiens
    mapping(VehicleId vehicle => uint256 rank) public lastRank;

    /// @inheritdoc IVehicleLiens
    uint256 public restrictions;

    // Constructor

    /// @param registry The city's registry; this contract must hold the role that restricts titles there.
    /// @param authority The city's access manager.
    constructor(
        IVehicleRegistry registry,
        address authority
    ) EIP712("Dongne Vehicle Liens", "1") AccessManaged(authority) {
        REGISTRY = registry;
    }

    // Administration

    /// @inheritdoc IVehicleLiens
    function openLien(
        VehicleId vehicle,
        address debtor,
        address creditor,
        uint256 amount,
        bytes32 document,
        bytes calldata debtorSignature,
        bytes calldata creditorSignature
    ) external restricted returns (uint256 id) {
        if (debtor == creditor) revert LienToOneself(debtor);
        if (amount > type(uint128).max) revert AmountTooLarge(amount);
        address owner = IERC721(address(REGISTRY)).ownerOf(uint256(VehicleId.unwrap(vehicle)));
        if (debtor != owner) revert DebtorNotOwner(vehicle, debtor, owner);
        uint256 rank = ++lastRank[vehicle];
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(OPEN_TYPEHASH, vehicle, debtor, creditor, amount, rank, document))
        );
        _checkSigned(debtor, digest, debtorSignature);
        _checkSigned(creditor, digest, creditorSignature);

        id = ++restrictions;
        _restrictions[id] = Restriction({vehicle: vehicle, holder: creditor, kind: Kind.Lien, rank: uint32(rank)});
        emit RestrictionOpened(id, vehicle, creditor, Kind.Lien, rank, amount, document);
        _record(vehicle, Kind.Lien, block.timestamp, document);
    }

    /// @inheritdoc IVehicleLiens
    function seize(VehicleId vehicle, Kind kind, bytes32 document) external restricted returns (uint256) {
        if (kind != Kind.Seizure && kind != Kind.ProvisionalDisposition) revert NotThisKind(kind);
        return _open(vehicle, kind, block.timestamp, document);
    }

    /// @inheritdoc IVehicleLiens
    function reportTheft(VehicleId vehicle, uint40 since, bytes32 document) external restricted returns (uint256) {
        return _open(vehicle, Kind.Theft, since, document);
    }

    /// @inheritdoc IVehicleLiens
    function deregister(VehicleId vehicle, Kind kind, bytes32 document) external restricted returns (uint256) {
        if (!_isOffRoad(kind)) revert NotThisKind(kind);
        return _open(vehicle, kind, block.timestamp, document);
    }

    /// @inheritdoc IVehicleLiens
    function releaseSeizure(uint256 id, bytes32 document) external restricted {
        Restriction memory open = _close(id);
        bool disposition = open.kind == Kind.ProvisionalDisposition;
        if (!disposition && open.kind != Kind.Seizure) revert ReleasedOtherwise(id, open.kind);
        Kind kind = disposition ? Kind.ProvisionalDispositionRelease : Kind.SeizureRelease;
        _release(id, open, kind, this.seize.selector, document);
    }

    /// @inheritdoc IVehicleLiens
    function reportFound(uint256 id, bytes32 document) external restricted {
        Restriction memory open = _close(id);
        if (open.kind != Kind.Theft) revert ReleasedOtherwise(id, open.kind);
        _release(id, open, Kind.Recovery, this.reportTheft.selector, document);
    }

    /// @inheritdoc IVehicleLiens
    function reinstate(uint256 id, bytes32 document) external restricted {
        Restriction memory open = _close(id);
        if (!_isOffRoad(open.kind)) revert ReleasedOtherwise(id, open.kind);
        _release(id, open, Kind.Reinstatement, this.deregister.selector, document);
    }

    /// @inheritdoc IVehicleLiens
    function dischargeLien(uint256 id, bytes32 document) external restricted {
        if (document == 0) revert DischargeWithoutDocument(id);
        Restriction memory open = _closeLien(id);

        emit RestrictionReleased(id, open.vehicle, document);
        _record(open.vehicle, Kind.LienRelease, block.timestamp, document);
    }

    // Users' functions

    /// @inheritdoc IVehicleLiens
    function releaseLien(uint256 id, bytes32 document, bytes calldata signature) external {
        Restriction memory open = _closeLien(id);
        bytes32 message = keccak256(abi.encode(RELEASE_TYPEHASH, id, open.vehicle, open.holder, document));
        _checkSigned(open.holder, _hashTypedDataV4(message), signature);

        emit RestrictionReleased(id, open.vehicle, document);
        _record(open.vehicle, Kind.LienRelease, block.timestamp, document);
    }

    // Views

    /// @inheritdoc IVehicleLiens
    function restrictionOf(uint256 id) external view returns (Restriction memory) {
        return _restrictions[id];
    }

    // Internals

    function _open(VehicleId vehicle, Kind kind, uint256 since, bytes32 document) private returns (uint256 id) {
        id = ++restrictions;
        _restrictions[id] = Restriction({vehicle: vehicle, holder: msg.sender, kind: kind, rank: 0});
        emit RestrictionOpened(id, vehicle, msg.sender, kind, 0, 0, document);
        _record(vehicle, kind, since, document);
    }

    function _close(uint256 id) private returns (Restriction memory open) {
        open = _restrictions[id];
        if (open.holder == address(0)) revert RestrictionNotOpen(id);
        delete _restrictions[id];
    }

    function _closeLien(uint256 id) private returns (Restriction memory open) {
        open = _close(id);
        if (open.kind != Kind.Lien) revert ReleasedOtherwise(id, open.kind);
    }

    function _record(VehicleId vehicle, Kind kind, uint256 at, bytes32 document) private {
        REGISTRY.recordRestriction(vehicle, EntryLibrary.pack(kind, Gauge.NotRead, 0, uint40(at), 0), document);
    }

    /// @dev An office whose key was replaced could release nothing any more: then its successor does.
    function _release(uint256 id, Restriction memory open, Kind kind, bytes4 opener, bytes32 document) private {
        if (msg.sender != open.holder && _mayCall(open.holder, opener)) revert NotTheAuthority(id, open.holder);

        emit RestrictionReleased(id, open.vehicle, document);
        _record(open.vehicle, kind, block.timestamp, document);
    }

    /// @dev At once, or after having announced it.
    function _mayCall(address who, bytes4 selector) private view returns (bool) {
        (bool immediate, uint32 delay) = IAccessManager(authority()).canCall(who, address(this), selector);
        return immediate || delay != 0;
    }

    function _checkSigned(address signer, bytes32 digest, bytes calldata signature) private view {
        if (!SignatureCheckerLib.isValidSignatureNowCalldata(signer, digest, signature)) revert NotSignedBy(signer);
    }

    function _isOffRoad(Kind kind) private pure returns (bool) {
        return kind == Kind.Deregistration || kind == Kind.Export || kind == Kind.Scrap;
    }
}
