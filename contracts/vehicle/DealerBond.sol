// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {Gauge} from "./Gauge.sol";
import {IDealerBond} from "./IDealerBond.sol";
import {IVehicleRegistry} from "./IVehicleRegistry.sol";
import {IVehicleSale} from "./IVehicleSale.sol";
import {Kind} from "./Kind.sol";
import {Outcome} from "./Outcome.sol";
import {Record} from "./Record.sol";
import {SaleStage} from "./SaleStage.sol";
import {VehicleId} from "./VehicleId.sol";
import {WarrantyStage} from "./WarrantyStage.sol";

/// @title Dealer bond
/// @notice See `IDealerBond`.
contract DealerBond is IDealerBond, AccessManaged, ReentrancyGuardTransient {
    using SafeERC20 for IERC20;

    // Constants and immutables

    uint256 private constant WARRANTY_TIME = 30 days;
    uint256 private constant WARRANTY_KM = 2_000;
    uint256 private constant CONTEST_TIME = 7 days;
    uint256 private constant DECISION_TIME = 30 days;

    IVehicleRegistry private immutable REGISTRY;
    IVehicleSale private immutable SALES;

    // Storage

    mapping(address account => mapping(IERC20 token => uint256 amount)) private _free;
    mapping(bytes32 sale => Warranty warranty) private _warranties;

    // Constructor

    /// @param registry The city's registry.
    /// @param sales The contract of sales, which knows when and at how many kilometres a car was sold.
    /// @param authority The city's access manager.
    constructor(IVehicleRegistry registry, IVehicleSale sales, address authority) AccessManaged(authority) {
        REGISTRY = registry;
        SALES = sales;
    }

    // Administration

    /// @inheritdoc IDealerBond
    function decide(IVehicleSale.Terms calldata terms, uint256 toBuyer) external restricted {
        (bytes32 sale, Warranty storage warranty) = _find(terms, WarrantyStage.Contested);
        if (msg.sender == terms.seller || msg.sender == terms.buyer) revert PartyDecides(msg.sender);
        if (block.timestamp >= warranty.until) revert WarrantyOver(warranty.until);
        if (toBuyer > warranty.claimed) revert ClaimTooLarge(toBuyer, warranty.claimed);

        _end(sale, terms, warranty, toBuyer);
    }

    // Users' functions

    /// @inheritdoc IDealerBond
    function deposit(IERC20 token, uint256 amount) external nonReentrant {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(msg.sender, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (amount == 0 || received != amount) revert BadBondAmount(received);

        _give(msg.sender, token, amount);
    }

    /// @inheritdoc IDealerBond
    function withdraw(IERC20 token, uint256 amount) external nonReentrant {
        _take(msg.sender, token, amount);
        token.safeTransfer(msg.sender, amount);
    }

    /// @inheritdoc IDealerBond
    function cover(IVehicleSale.Terms calldata terms, uint256 amount) external nonReentrant {
        (bytes32 sale, Warranty storage warranty) = _find(terms, WarrantyStage.None);
        if (msg.sender != terms.seller) revert OnlyFor(terms.seller);
        SaleStage stage = SALES.progressOf(sale).stage;
        if (stage == SaleStage.None || stage > SaleStage.Confirmed) revert SaleNotRight(sale);
        if (amount > type(uint128).max) revert BadBondAmount(amount);

        _take(msg.sender, terms.token, amount);
        warranty.amount = uint128(amount);
        _reach(sale, warranty, WarrantyStage.Covered, amount);
    }

    /// @inheritdoc IDealerBond
    function claim(
        IVehicleSale.Terms calldata terms,
        IVehicleRegistry.Evidence[] calldata evidence,
        uint256 index,
        uint256 amount
    ) external nonReentrant {
        (bytes32 sale, Warranty storage warranty) = _find(terms, WarrantyStage.Covered);
        if (msg.sender != terms.buyer) revert OnlyFor(terms.buyer);
        if (amount == 0 || amount > warranty.amount) revert ClaimTooLarge(amount, warranty.amount);
        IVehicleSale.Progress memory progress = SALES.progressOf(sale);
        if (progress.stage != SaleStage.Released) revert SaleNotRight(sale);
        uint256 last = progress.until + WARRANTY_TIME;
        if (block.timestamp > last) revert WarrantyOver(last);
        _checkEvidence(sale, terms, progress, evidence);
        Record inspection = evidence[index].record;
        _checkInspection(terms, progress, inspection);
        _checkOdometer(terms.vehicle, progress, evidence, index);

        warranty.claimed = uint128(amount);
        warranty.until = uint40(block.timestamp + CONTEST_TIME);
        warranty.inspector = uint32(inspection.recorder());
        warranty.recordedAt = uint40(inspection.recordedAt());
        _reach(sale, warranty, WarrantyStage.Claimed, amount);
    }

    /// @inheritdoc IDealerBond
    function contest(IVehicleSale.Terms calldata terms) external nonReentrant {
        (bytes32 sale, Warranty storage warranty) = _find(terms, WarrantyStage.Claimed);
        if (msg.sender != terms.seller) revert OnlyFor(terms.seller);
        if (block.timestamp >= warranty.until) revert WarrantyOver(warranty.until);

        warranty.until = uint40(block.timestamp + DECISION_TIME);
        _reach(sale, warranty, WarrantyStage.Contested, warranty.claimed);
    }

    /// @inheritdoc IDealerBond
    function settle(IVehicleSale.Terms calldata terms) external nonReentrant {
        bytes32 sale = SALES.saleOf(terms);
        Warranty storage warranty = _warranties[sale];
        uint256 over = _overAt(sale, warranty);
        if (block.timestamp < over) revert WarrantyRuns(over);

        bool claimed = warranty.stage != WarrantyStage.Covered;
        bool tainted = claimed && _isTainted(warranty.inspector, warranty.recordedAt);
        _end(sale, terms, warranty, claimed && !tainted ? warranty.claimed : 0);
    }

    // Views

    /// @inheritdoc IDealerBond
    function freeOf(address account, IERC20 token) external view returns (uint256) {
        return _free[account][token];
    }

    /// @inheritdoc IDealerBond
    function warrantyOf(bytes32 sale) external view returns (Warranty memory) {
        return _warranties[sale];
    }

    // Internals

    function _end(bytes32 sale, IVehicleSale.Terms calldata terms, Warranty storage warranty, uint256 toBuyer) private {
        _reach(sale, warranty, WarrantyStage.Ended, toBuyer);
        if (toBuyer != 0) _give(terms.buyer, terms.token, toBuyer);
        if (toBuyer != warranty.amount) _give(terms.seller, terms.token, warranty.amount - toBuyer);
    }

    function _give(address account, IERC20 token, uint256 amount) private {
        uint256 free = _free[account][token] + amount;
        _free[account][token] = free;
        emit BondChanged(account, token, free);
    }

    function _take(address account, IERC20 token, uint256 amount) private {
        uint256 free = _free[account][token];
        if (amount == 0) revert BadBondAmount(amount);
        if (amount > free) revert BondTooSmall(account, free, amount);

        _free[account][token] = free - amount;
        emit BondChanged(account, token, free - amount);
    }

    function _reach(bytes32 sale, Warranty storage warranty, WarrantyStage stage, uint256 amount) private {
        warranty.stage = stage;
        emit WarrantyReached(sale, stage, amount);
    }

    function _find(
        IVehicleSale.Terms calldata terms,
        WarrantyStage stage
    ) private view returns (bytes32 sale, Warranty storage warranty) {
        sale = SALES.saleOf(terms);
        warranty = _warranties[sale];
        if (warranty.stage != stage) revert WrongWarrantyStage(sale, warranty.stage);
    }

    /// @dev A sale that ended otherwise needs no warranty; one that runs may still be released.
    function _overAt(bytes32 sale, Warranty storage warranty) private view returns (uint256) {
        WarrantyStage stage = warranty.stage;
        if (stage == WarrantyStage.Claimed || stage == WarrantyStage.Contested) return warranty.until;
        if (stage != WarrantyStage.Covered) revert WrongWarrantyStage(sale, stage);
        IVehicleSale.Progress memory progress = SALES.progressOf(sale);
        if (progress.stage == SaleStage.Released) return progress.until + WARRANTY_TIME + 1;
        return progress.stage < SaleStage.Released ? type(uint256).max : 0;
    }

    /// @dev All records since the sale, or the first of them up to a checkpoint: none can be left out.
    function _checkEvidence(
        bytes32 sale,
        IVehicleSale.Terms calldata terms,
        IVehicleSale.Progress memory progress,
        IVehicleRegistry.Evidence[] calldata evidence
    ) private view {
        bytes32 head = progress.head;
        for (uint256 i; i < evidence.length; ++i) {
            head = EfficientHashLib.hash(head, bytes32(Record.unwrap(evidence[i].record)), evidence[i].document);
        }
        if (head == REGISTRY.headOf(terms.vehicle)) return;
        uint256 number = progress.reviewed + evidence.length;
        if (head != REGISTRY.checkpointOf(terms.vehicle, number)) revert EvidenceMismatch(sale);
    }

    function _checkInspection(
        IVehicleSale.Terms calldata terms,
        IVehicleSale.Progress memory progress,
        Record inspection
    ) private view {
        address inspector = REGISTRY.recorderOf(uint32(inspection.recorder()));
        bool third = inspector != terms.seller && inspector != terms.buyer;
        bool sound =
            inspection.kind() == uint256(Kind.PerformanceInspection) &&
                inspection.gauge() == uint256(Gauge.Read) &&
                inspection.occurredAt() >= progress.until;
        if (!(third && sound && _counts(terms.vehicle, inspection))) revert NotSuchInspection(inspection.number());
        uint256 found = inspection.outcome();
        if (!Outcome.findsMore(found, progress.outcome)) revert NothingNewFound(found, progress.outcome);
    }

    /// @dev The reading may not be below any since the sale: a car that was driven on is not turned back into its
    /// warranty. What was corrected, or written by a revoked recorder, counts for nothing: nobody drives a car out of
    /// its warranty by an error or a lie either.
    function _checkOdometer(
        VehicleId vehicle,
        IVehicleSale.Progress memory progress,
        IVehicleRegistry.Evidence[] calldata evidence,
        uint256 index
    ) private view {
        uint256 km = evidence[index].record.km();
        uint256 least = progress.km;
        for (uint256 i; i < index; ++i) {
            Record record = evidence[i].record;
            if (record.gauge() == uint256(Gauge.NotRead)) continue;
            if (!_counts(vehicle, record)) continue;
            if (record.gauge() != uint256(Gauge.Read)) revert NotWithinWarranty(record.km(), least, least);
            if (record.km() > least) least = record.km();
        }
        uint256 most = progress.km + WARRANTY_KM;
        if (km < least || km > most) revert NotWithinWarranty(km, least, most);
    }

    /// @dev Whether a record stands: neither corrected nor tainted.
    function _counts(VehicleId vehicle, Record record) private view returns (bool) {
        if (REGISTRY.supersededBy(vehicle, record.number()) != 0) return false;
        return !_isTainted(uint32(record.recorder()), uint40(record.recordedAt()));
    }

    /// @dev Recorder 0 stands for strikes, which nobody's revocation taints.
    function _isTainted(uint32 recorder, uint40 recordedAt) private view returns (bool) {
        return recorder != 0 && REGISTRY.isTainted(REGISTRY.recorderOf(recorder), recordedAt);
    }
}
