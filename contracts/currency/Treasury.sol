// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Account} from "./Account.sol";
import {CalendarMonth} from "./CalendarMonth.sol";
import {ICashOutDesk} from "./ICashOutDesk.sol";
import {ILocalCurrency} from "./ILocalCurrency.sol";
import {IRecovery} from "./IRecovery.sol";
import {ITreasury} from "./ITreasury.sol";
import {Kind} from "./Kind.sol";
import {PackedItems} from "./PackedItems.sol";

/// @title Treasury
/// @notice See `ITreasury`.
contract Treasury is ITreasury, AccessManaged {
    using Math for uint256;
    using PackedItems for bytes;

    // Types

    /// @dev What a resident deposited in one calendar month: one word.
    struct Deposited {
        uint64 month;
        uint64 amount;
    }

    // Constants and immutables

    uint256 private constant MAX_ATTESTATION_TERM = 35 days;
    uint256 private constant MAX_BONUS_BPS = 3_000;
    uint256 private constant BPS = 10_000;

    ILocalCurrency private immutable CURRENCY;
    ICashOutDesk private immutable DESK;
    IRecovery private immutable RECOVERY;

    // Storage

    Attestation private _attestation;
    TopUpTerms private _terms;

    /// @inheritdoc ITreasury
    uint256 public bonusBudget;

    /// @dev By the first address that the person's account had.
    mapping(address person => Deposited inMonth) private _deposited;

    // Constructor

    /// @param currency The city's currency; this contract is to be appointed there.
    /// @param desk What it settles leaves the reserve.
    /// @param recovery Knows the first address of each account: a new key is not a new person.
    /// @param authority The city's access manager.
    constructor(
        ILocalCurrency currency,
        ICashOutDesk desk,
        IRecovery recovery,
        address authority
    ) AccessManaged(authority) {
        CURRENCY = currency;
        DESK = desk;
        RECOVERY = recovery;
    }

    // Administration

    /// @inheritdoc ITreasury
    function attest(uint64 reserve_, uint40 asOf, uint40 expires, bytes32 document) external restricted {
        if (expires <= block.timestamp || expires > asOf + MAX_ATTESTATION_TERM) revert BadAttestationTerm(expires);
        if (asOf > block.timestamp) revert StatementOfTheFuture(asOf);
        if (asOf < _attestation.asOf) revert OlderStatement(_attestation.asOf, asOf);

        _attestation = Attestation({
            reserve: reserve_,
            // Fits: each settlement destroys less than 2^63.
            settledBefore: uint112(DESK.settledUntil(asOf)),
            asOf: asOf,
            expires: expires,
            document: document
        });

        emit ReserveAttested(msg.sender, reserve_, asOf, expires, document);
    }

    /// @inheritdoc ITreasury
    function setTopUpTerms(TopUpTerms calldata terms) external restricted {
        if (terms.bonusBps > MAX_BONUS_BPS) revert BonusTooHigh(terms.bonusBps);

        _terms = terms;

        emit TopUpTermsSet(terms.bonusBps, terms.monthlyCap, terms.holdingCap);
    }

    /// @inheritdoc ITreasury
    function increaseBonusBudget(uint64 amount) external restricted {
        _setBonusBudget(bonusBudget + amount);
    }

    /// @inheritdoc ITreasury
    function decreaseBonusBudget(uint64 amount) external restricted {
        _setBonusBudget(bonusBudget.saturatingSub(amount));
    }

    /// @inheritdoc ITreasury
    function issueBatch(bytes calldata items, bytes32 purpose, bytes24 list, uint256 first) external restricted {
        CURRENCY.issueBatch(items, purpose, list, first);

        _checkReserve();
    }

    /// @inheritdoc ITreasury
    function topUpBatch(bytes calldata deposits, bytes32 purpose, bytes24 list, uint256 first) external restricted {
        if (deposits.length == 0 || deposits.length % PackedItems.ISSUE_BYTES != 0) {
            revert BadTopUpsLength(deposits.length);
        }
        TopUpTerms memory terms = _terms;
        (uint256 month, ) = CalendarMonth.at(block.timestamp);
        bytes memory items = new bytes(deposits.length);

        (uint256 deposited, uint256 bonuses) = (0, 0);
        for (uint256 offset; offset < deposits.length; offset += PackedItems.ISSUE_BYTES) {
            (address account, uint256 deposit) = deposits.issueAt(offset);
            uint256 bonus = (deposit * terms.bonusBps) / BPS;
            _deposit(account, deposit, bonus, month, terms);
            PackedItems.putIssue(items, offset, account, deposit + bonus);
            deposited += deposit;
            bonuses += bonus;
        }
        if (bonuses > bonusBudget) revert BonusBudgetExceeded(bonusBudget, bonuses);
        bonusBudget -= bonuses;

        emit ToppedUp(purpose, first, deposits.length / PackedItems.ISSUE_BYTES, deposited, bonuses);

        CURRENCY.issueBatch(items, purpose, list, first);
        _checkReserve();
    }

    // Views

    /// @inheritdoc ITreasury
    function attestation() external view returns (Attestation memory) {
        return _attestation;
    }

    /// @inheritdoc ITreasury
    function reserve() external view returns (uint256 left, uint256 issuable) {
        left = _reserveLeft();
        issuable = block.timestamp < _attestation.expires ? left.saturatingSub(CURRENCY.totalSupply()) : 0;
    }

    /// @inheritdoc ITreasury
    function topUpTerms() external view returns (TopUpTerms memory) {
        return _terms;
    }

    /// @inheritdoc ITreasury
    function depositedThisMonth(address account) external view returns (uint256) {
        (uint256 month, ) = CalendarMonth.at(block.timestamp);
        return _inMonth(RECOVERY.firstAddress(account), month);
    }

    // Internals

    function _deposit(address account, uint256 deposit, uint256 bonus, uint256 month, TopUpTerms memory terms) private {
        Account memory state = CURRENCY.accountOf(account);
        if (state.kind != Kind.Resident) revert TopUpNotAllowed(account, state.kind);
        address person = RECOVERY.firstAddress(account);
        uint256 before = _inMonth(person, month);
        if (before + deposit > terms.monthlyCap) {
            revert MonthlyCapExceeded(account, uint256(terms.monthlyCap).saturatingSub(before), deposit);
        }
        uint256 holding = uint256(state.balance) + state.held + deposit + bonus;
        if (holding > terms.holdingCap) revert HoldingCapExceeded(account, terms.holdingCap, holding);

        _deposited[person] = Deposited({month: uint64(month), amount: uint64(before + deposit)});
    }

    function _inMonth(address person, uint256 month) private view returns (uint256) {
        Deposited memory found = _deposited[person];
        return found.month == month ? found.amount : 0;
    }

    /// @dev After the issue: what is in circulation then counts.
    function _checkReserve() private view {
        uint256 expires = _attestation.expires;
        if (block.timestamp >= expires) revert AttestationExpired(expires);
        (uint256 left, uint256 supply) = (_reserveLeft(), CURRENCY.totalSupply());
        if (supply > left) revert ReserveExceeded(left, supply);
    }

    function _reserveLeft() private view returns (uint256) {
        uint256 settledSince = DESK.settledTotal() - _attestation.settledBefore;
        return uint256(_attestation.reserve).saturatingSub(settledSince);
    }

    function _setBonusBudget(uint256 budget) private {
        bonusBudget = budget;

        emit BonusBudgetSet(budget);
    }
}
