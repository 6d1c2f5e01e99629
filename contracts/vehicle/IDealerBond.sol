// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IVehicleRegistry} from "./IVehicleRegistry.sol";
import {IVehicleSale} from "./IVehicleSale.sol";
import {WarrantyStage} from "./WarrantyStage.sol";

/// @title Dealer bond
/// @notice What a seller pays in to stand for the cars it sells: a warranty of 30 days and 2,000 km, as Korean law asks
/// of dealers (자동차관리법 58조). The registry's odometer judges whether a claim comes in time.
/// @dev Callers hand in the terms of the sale. "Restricted" functions need a role of the city's access manager; none of
/// them can withdraw anything.
interface IDealerBond {
    // Types

    /// @notice The warranty of one sale.
    /// @param stage Where it stands.
    /// @param amount What the seller stands for.
    /// @param claimed What the buyer claims of it.
    /// @param until Claimed: until when the seller may contest. Contested: until when the arbiter decides. Unix
    /// seconds.
    /// @param inspector Recorder's number of the inspection that the claim rests on.
    /// @param recordedAt Unix seconds at which that inspection was recorded.
    struct Warranty {
        WarrantyStage stage;
        uint128 amount;
        uint128 claimed;
        uint40 until;
        uint32 inspector;
        uint40 recordedAt;
    }

    // Events

    /// @notice What `dealer` can cover sales with, or withdraw, is `free` now.
    event BondChanged(address indexed dealer, IERC20 indexed token, uint256 free);

    /// @notice The warranty of a sale came to a stage.
    event WarrantyReached(bytes32 indexed sale, WarrantyStage indexed stage, uint256 amount);

    // Errors

    /// @notice The warranty is at another stage.
    error WrongWarrantyStage(bytes32 sale, WarrantyStage warranty);

    /// @notice The account has less than that free.
    error BondTooSmall(address dealer, uint256 free, uint256 amount);

    /// @notice Amounts are 1 to 2^128 - 1.
    error BadBondAmount(uint256 amount);

    /// @notice Only `who` may.
    error OnlyFor(address who);

    /// @notice A sale is covered while it is open, and a claim made after it was released.
    error SaleNotRight(bytes32 sale);

    /// @notice The claim came after the warranty's last second.
    error WarrantyOver(uint256 deadline);

    /// @notice The warranty still runs.
    error WarrantyRuns(uint256 deadline);

    /// @notice The record shown is not a standing inspection by a third party since the sale.
    error NotSuchInspection(uint256 number);

    /// @notice The inspection found nothing that the one of the sale had not told; see `Outcome`.
    error NothingNewFound(uint256 outcome, uint256 earlier);

    /// @notice The odometer has gone farther than the warranty, was turned back, or its gauge was changed.
    error NotWithinWarranty(uint256 km, uint256 least, uint256 most);

    /// @notice The records shown are not those after the sale.
    error EvidenceMismatch(bytes32 sale);

    /// @notice The claim exceeds what the seller stands for.
    error ClaimTooLarge(uint256 amount, uint256 most);

    /// @notice A party to the sale does not decide on it.
    error PartyDecides(address caller);

    // Administration

    /// @notice Decides a contested claim: the buyer gets `toBuyer` of what it claimed, the rest is the seller's again.
    /// @dev Restricted. Reverts with `WrongWarrantyStage`, `WarrantyOver`, `ClaimTooLarge`, `PartyDecides`.
    function decide(IVehicleSale.Terms calldata terms, uint256 toBuyer) external;

    // Users' functions

    /// @notice Pays in to the caller's bond, which it has approved.
    /// @dev Reverts with `BadBondAmount`, also where another amount than that arrived.
    function deposit(IERC20 token, uint256 amount) external;

    /// @notice Takes out what stands for no sale.
    /// @dev Reverts with `BondTooSmall`, `BadBondAmount`.
    function withdraw(IERC20 token, uint256 amount) external;

    /// @notice Stands for an open sale with part of the caller's bond.
    /// @dev Seller only. Reverts with `OnlyFor`, `WrongWarrantyStage`, `SaleNotRight`, `BondTooSmall`, `BadBondAmount`.
    function cover(IVehicleSale.Terms calldata terms, uint256 amount) external;

    /// @notice Claims up to what the seller stands for, over a defect that an inspection found within 30 days and
    /// 2,000 km of the sale, and that the sale's own inspection had not told.
    /// @dev Buyer only. Reverts with `OnlyFor`, `WrongWarrantyStage`, `SaleNotRight`, `WarrantyOver`,
    /// `EvidenceMismatch`, `NotSuchInspection`, `NothingNewFound`, `NotWithinWarranty`, `ClaimTooLarge`.
    /// @param evidence All records after those that the sale had seen, up to the head or to a multiple of 32.
    /// @param index Which of them is the inspection, from 0.
    function claim(
        IVehicleSale.Terms calldata terms,
        IVehicleRegistry.Evidence[] calldata evidence,
        uint256 index,
        uint256 amount
    ) external;

    /// @notice Contests a claim within 7 days: the arbiter decides within 30.
    /// @dev Seller only. Reverts with `OnlyFor`, `WrongWarrantyStage`, `WarrantyOver`.
    function contest(IVehicleSale.Terms calldata terms) external;

    /// @notice Ends a warranty whose time is over. Anyone may send it. A claim that nobody contested, or on which the
    /// arbiter was silent, is the buyer's, unless its inspector was revoked from before the inspection.
    /// @dev Reverts with `WrongWarrantyStage`, `WarrantyRuns`.
    function settle(IVehicleSale.Terms calldata terms) external;

    // Views

    /// @notice What an account can withdraw, or cover sales with.
    function freeOf(address account, IERC20 token) external view returns (uint256);

    /// @notice The warranty of a sale.
    function warrantyOf(bytes32 sale) external view returns (Warranty memory);
}
