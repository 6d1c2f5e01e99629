// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Checkpoints} from "@openzeppelin/contracts/utils/structs/Checkpoints.sol";

import {ICashOutDesk} from "./ICashOutDesk.sol";
import {ILocalCurrency} from "./ILocalCurrency.sol";
import {Kind} from "./Kind.sol";
import {PackedItems} from "./PackedItems.sol";
import {RiskClass} from "./RiskClass.sol";

/// @title Cash-out desk
/// @notice See `ICashOutDesk`.
contract CashOutDesk is ICashOutDesk, AccessManaged {
    using Checkpoints for Checkpoints.Trace208;
    using PackedItems for bytes;

    // Constants and immutables

    uint256 private constant MAX_WAITING_DAYS = 30;

    /// @dev Long enough for every bank holiday; the office pays nothing that a merchant may be taking back.
    uint256 private constant RECLAIM_AFTER = 14 days;

    uint256 private constant ID_BYTES = 4;

    ILocalCurrency private immutable CURRENCY;

    // Storage

    mapping(uint256 id => CashOut open) private _cashOuts;

    mapping(address merchant => RiskClass class) private _riskClasses;

    uint8[4] private _waitingDays;

    /// @inheritdoc ICashOutDesk
    uint256 public cashOuts;

    /// @dev What was ever settled, by the second.
    Checkpoints.Trace208 private _settled;

    // Constructor

    /// @param currency The city's currency; this contract must be one of the city's contracts there.
    /// @param authority The city's access manager.
    constructor(ILocalCurrency currency, address authority) AccessManaged(authority) {
        CURRENCY = currency;
        _setWaitingDays([3, 1, 7, 14]);
    }

    // Administration

    /// @inheritdoc ICashOutDesk
    function settleBatch(bytes calldata ids, bytes32 bankReference) external restricted {
        if (ids.length == 0 || ids.length % ID_BYTES != 0) revert BadCashOutIds(ids.length);

        uint256 total;
        for (uint256 offset; offset < ids.length; offset += ID_BYTES) {
            uint256 id = ids.idAt(offset);
            CashOut memory found = _close(id);
            if (block.timestamp < found.due) revert CashOutNotDue(id, found.due);
            total += found.amount;
        }
        // Fits: destroyed money was issued, and each issue is below 2^63.
        _settled.push(uint48(block.timestamp), uint208(settledTotal() + total));

        emit CashOutsSettled(bankReference, ids, total);

        CURRENCY.redeem(total, bankReference);
    }

    /// @inheritdoc ICashOutDesk
    function returnCashOut(uint256 id, bytes32 reason) external restricted {
        _giveBack(id, _close(id), reason);
    }

    /// @inheritdoc ICashOutDesk
    function setRiskClass(RiskClass class, bytes calldata merchants) external restricted {
        uint256 length = merchants.length;
        if (length == 0 || length % PackedItems.ADDRESS_BYTES != 0) revert BadCashOutIds(length);

        for (uint256 offset; offset < length; offset += PackedItems.ADDRESS_BYTES) {
            address merchant = merchants.addressAt(offset);
            _riskClasses[merchant] = class;

            emit RiskClassSet(merchant, class);
        }
    }

    /// @inheritdoc ICashOutDesk
    function setWaitingDays(uint8[4] calldata days_) external restricted {
        _setWaitingDays(days_);
    }

    // Users' functions

    /// @inheritdoc ICashOutDesk
    function request(
        address merchant,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external returns (uint256 id) {
        if (amount == 0) revert CashOutOfNothing(merchant);
        Kind kind = CURRENCY.accountOf(merchant).kind;
        if (kind != Kind.Merchant) revert CashOutNotAllowed(merchant, kind);

        id = cashOuts++;
        uint256 due = block.timestamp + waitingDays(_riskClasses[merchant]) * 1 days;
        // Amounts fit: nobody holds more than the supply, which is below 2^63; times fit until 2106.
        _cashOuts[id] = CashOut({merchant: merchant, amount: uint64(amount), due: uint32(due)});

        emit CashOutRequested(id, merchant, amount, due, nonce);

        CURRENCY.receiveWithAuthorization(merchant, address(this), amount, validAfter, validBefore, nonce, signature);
    }

    /// @inheritdoc ICashOutDesk
    function reclaim(uint256 id) external {
        CashOut memory found = _close(id);
        uint256 possibleFrom = found.due + RECLAIM_AFTER;
        if (block.timestamp < possibleFrom) revert ReclaimTooEarly(id, possibleFrom);

        _giveBack(id, found, 0);
    }

    // Views

    /// @inheritdoc ICashOutDesk
    function cashOut(uint256 id) external view returns (CashOut memory) {
        return _cashOuts[id];
    }

    /// @inheritdoc ICashOutDesk
    function riskClassOf(address merchant) external view returns (RiskClass) {
        return _riskClasses[merchant];
    }

    /// @inheritdoc ICashOutDesk
    function settledUntil(uint256 time) external view returns (uint256) {
        return time > type(uint48).max ? settledTotal() : _settled.upperLookupRecent(uint48(time));
    }

    /// @inheritdoc ICashOutDesk
    function settledTotal() public view returns (uint256) {
        return _settled.latest();
    }

    /// @inheritdoc ICashOutDesk
    function waitingDays(RiskClass class) public view returns (uint256) {
        return _waitingDays[uint256(class)];
    }

    // Internals

    function _close(uint256 id) private returns (CashOut memory found) {
        found = _cashOuts[id];
        if (found.merchant == address(0)) revert CashOutNotOpen(id);

        delete _cashOuts[id];
    }

    function _giveBack(uint256 id, CashOut memory found, bytes32 reason) private {
        emit CashOutReturned(id, found.merchant, found.amount, reason);

        // Reverts or returns true.
        CURRENCY.transfer(CURRENCY.presentAddress(found.merchant), found.amount);
    }

    function _setWaitingDays(uint8[4] memory days_) private {
        for (uint256 class; class < days_.length; ++class) {
            if (days_[class] > MAX_WAITING_DAYS) revert WaitingTooLong(RiskClass(class), days_[class]);
        }

        _waitingDays = days_;

        emit WaitingDaysSet(days_);
    }
}
