// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";

import {Account} from "./Account.sol";
import {CalendarMonth} from "./CalendarMonth.sol";
import {IIncentives} from "./IIncentives.sol";
import {ILocalCurrency} from "./ILocalCurrency.sol";
import {IRecovery} from "./IRecovery.sol";
import {Kind} from "./Kind.sol";
import {PackedItems} from "./PackedItems.sol";
import {Persons} from "./Persons.sol";
import {RewardedWord, RewardedWordLibrary} from "./RewardedWord.sol";

/// @title Incentives
/// @notice See `IIncentives`.
contract Incentives is IIncentives, AccessManaged {
    using PackedItems for bytes;
    using Persons for ILocalCurrency;

    // Types

    /// @dev What one person of a part is paid.
    struct Payment {
        address payee;
        uint256 amount;
    }

    // Constants and immutables

    uint256 private constant BPS = 10_000;

    /// @dev The highest that Korean cities have paid.
    uint256 private constant MOST_RATE_BPS = 2_000;

    uint256 private constant MOST_MONTHS = 24;

    /// @dev Bounds the gas of `open`.
    uint256 private constant MOST_CATEGORIES = 256;

    /// @dev For so long the currency takes refunds from the closed month; then its counters stand still.
    uint256 private constant REFUND_GRACE = 7 days;

    /// @dev Time to compute a list again before it is paid.
    uint256 private constant NOTICE = 3 days;

    /// @dev So much of a month must be left for its first list: should it be rejected, there is time for another.
    uint256 private constant FIRST_LIST = 7 days;

    ILocalCurrency private immutable CURRENCY;
    IRecovery private immutable RECOVERY;

    // Storage

    /// @inheritdoc IIncentives
    uint256 public programmes;

    mapping(uint256 programme => Programme terms) private _programmes;
    mapping(uint256 programme => List latest) private _lists;

    /// @inheritdoc IIncentives
    mapping(uint16 category => uint256 programme) public programmeOfTrade;

    /// @dev By the first address that a person had.
    mapping(address person => RewardedWord word) private _rewarded;

    // Constructor

    /// @param currency The city's currency; this contract must be one of the city's contracts there.
    /// @param recovery Knows which addresses were one person's.
    /// @param authority The city's access manager.
    constructor(ILocalCurrency currency, IRecovery recovery, address authority) AccessManaged(authority) {
        CURRENCY = currency;
        RECOVERY = recovery;
    }

    // Administration

    /// @inheritdoc IIncentives
    function open(Terms calldata terms) external restricted returns (uint256 programme) {
        _checkTerms(terms);
        programme = ++programmes;
        _checkRoom(programme, terms.firstMonth);

        _programmes[programme] = Programme({
            funder: terms.funder,
            firstMonth: terms.firstMonth,
            lastMonth: terms.lastMonth,
            rateBps: terms.rateBps,
            cap: terms.cap,
            held: 0
        });
        for (uint256 i; i < terms.categories.length; ++i) _takeTrade(programme, terms.categories[i], terms.firstMonth);

        emit IncentiveOpened(programme, terms.funder, terms);
    }

    /// @inheritdoc IIncentives
    function close(uint256 programme) external restricted {
        uint256 lastMonth = _known(programme).lastMonth;
        uint256 month = _month();
        if (month >= lastMonth) revert IncentiveIsOver(programme, lastMonth);

        _programmes[programme].lastMonth = uint16(month);

        emit IncentiveClosed(programme, month);
    }

    /// @inheritdoc IIncentives
    function publish(uint256 programme, uint256 month, bytes32 root, uint64 total) external restricted {
        Programme memory p = _known(programme);
        List memory former = _lists[programme];
        if (month < p.firstMonth || month > p.lastMonth) revert MonthNotRewarded(programme, month);
        _checkDue(month, former.month == month ? NOTICE : FIRST_LIST);
        if (former.month == month && former.root != 0) revert CashbackListStands(programme, month);
        if (total == 0) revert IncentiveAmountZero();
        if (p.held == 0) revert IncentiveFundEmpty(programme);

        uint64 granted = uint64(Math.min(total, p.held));
        uint40 payableFrom = uint40(block.timestamp + NOTICE);
        _lists[programme] = List(root, uint16(month), payableFrom, total, granted, 0);

        emit CashbackListPublished(programme, month, root, total, granted, payableFrom);
    }

    /// @inheritdoc IIncentives
    function rejectList(uint256 programme) external restricted {
        _known(programme);
        List memory list = _lists[programme];
        if (list.root == 0) revert NoCashbackList(programme);

        _lists[programme].root = 0;

        emit CashbackListRejected(programme, list.month, list.root);
    }

    // Users' functions

    /// @inheritdoc IIncentives
    function fund(uint256 programme, uint256 amount) external {
        Programme memory p = _known(programme);
        address funder = CURRENCY.presentAddress(p.funder);
        if (msg.sender != funder) revert NotTheIncentiveFunder(msg.sender, funder);
        if (_month() > uint256(p.lastMonth) + 1) revert IncentiveIsOver(programme, p.lastMonth);
        if (amount == 0) revert IncentiveAmountZero();

        // Nobody holds more than the supply, which is below 2^64: the transfer reverts where this does not fit.
        _programmes[programme].held = uint64(p.held + amount);

        emit IncentiveFunded(programme, amount);

        CURRENCY.transferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IIncentives
    function pay(uint256 programme, uint256 part, bytes calldata items, bytes32[] calldata proof) external {
        Programme memory p = _known(programme);
        List memory list = _payable(programme);
        _checkPart(programme, list.root, part, items, proof);

        (Payment[] memory payments, uint256 paid, uint256 total) = _reward(programme, p, list, items);
        if (total > list.granted - list.paid) {
            revert CashbackExceedsGranted(programme, list.granted - list.paid, total);
        }
        _lists[programme].paid = list.paid + uint64(total);
        _programmes[programme].held = p.held - uint64(total);

        emit CashbackPaid(programme, list.month, part, paid, total);

        for (uint256 i; i < paid; ++i) CURRENCY.transfer(payments[i].payee, payments[i].amount);
    }

    /// @inheritdoc IIncentives
    function sweep(uint256 programme) external {
        Programme memory p = _known(programme);
        if (_month() <= uint256(p.lastMonth) + 1) revert IncentiveNotOver(programme, p.lastMonth);
        if (p.held == 0) revert IncentiveAmountZero();

        _programmes[programme].held = 0;
        address funder = CURRENCY.presentAddress(p.funder);

        emit IncentiveSwept(programme, funder, p.held);

        CURRENCY.transfer(funder, p.held);
    }

    // Views

    /// @inheritdoc IIncentives
    function programmeOf(uint256 programme) external view returns (Programme memory) {
        return _known(programme);
    }

    /// @inheritdoc IIncentives
    function listOf(uint256 programme) external view returns (List memory) {
        return _lists[programme];
    }

    /// @inheritdoc IIncentives
    function isPaid(uint256 programme, uint256 month, address account) external view returns (bool) {
        RewardedWord word = _rewarded[_person(account)];
        return word.month() == month && word.hasPaid(programme);
    }

    /// @inheritdoc IIncentives
    function rewardedPurchases(uint256 month, address account) external view returns (uint256) {
        RewardedWord word = _rewarded[_person(account)];
        return word.month() == month ? word.purchases() : 0;
    }

    // Internals

    /// @dev Marks everyone of a part who can be paid; gives what they are paid.
    function _reward(
        uint256 programme,
        Programme memory p,
        List memory list,
        bytes calldata items
    ) private returns (Payment[] memory payments, uint256 paid, uint256 total) {
        payments = new Payment[](items.length / PackedItems.ISSUE_BYTES);
        for (uint256 offset; offset < items.length; offset += PackedItems.ISSUE_BYTES) {
            (address account, uint256 purchases) = items.issueAt(offset);
            (address payee, Skip reason) = _mark(programme, list.month, account, purchases);
            if (reason != Skip.None) {
                emit CashbackSkipped(programme, account, reason);
                continue;
            }
            uint256 full = Math.min((purchases * p.rateBps) / BPS, p.cap);
            uint256 amount = (full * list.granted) / list.total;
            payments[paid++] = Payment(payee, amount);
            total += amount;
        }
    }

    /// @dev Each person once a programme, and no purchase twice.
    function _mark(
        uint256 programme,
        uint256 month,
        address account,
        uint256 purchases
    ) private returns (address payee, Skip reason) {
        Account memory state;
        (payee, state) = CURRENCY.present(account);
        address person = RECOVERY.firstAddress(payee);
        RewardedWord word = _rewarded[person].inMonth(month);
        if (word.hasPaid(programme)) return (payee, Skip.PaidBefore);
        if (state.kind != Kind.Resident) return (payee, Skip.NotResident);
        if (word.purchases() + purchases > _purchases(state, month)) return (payee, Skip.ExceedsPurchases);

        _rewarded[person] = word.withPaid(programme, purchases);
    }

    function _person(address account) private view returns (address) {
        return CURRENCY.first(RECOVERY, account);
    }

    /// @dev What the currency counted in the month before the present one: `counted` of an account that has not paid
    /// since, else `closed`.
    function _purchases(Account memory state, uint256 month) private pure returns (uint256) {
        if (state.month == month) return state.counted;
        return state.month == month + 1 ? state.closed : 0;
    }

    function _takeTrade(uint256 programme, uint16 category, uint256 firstMonth) private {
        uint256 former = programmeOfTrade[category];
        uint256 lastMonth = _programmes[former].lastMonth;
        if (former != programme && lastMonth >= firstMonth) revert TradeTaken(category, former, lastMonth);

        programmeOfTrade[category] = programme;
    }

    function _known(uint256 programme) private view returns (Programme memory p) {
        p = _programmes[programme];
        if (p.funder == address(0)) revert UnknownIncentive(programme);
    }

    /// @dev The list that is paid now.
    function _payable(uint256 programme) private view returns (List memory list) {
        list = _lists[programme];
        if (list.root == 0) revert NoCashbackList(programme);
        if (block.timestamp < list.payableFrom) revert CashbackNotYetPayable(programme, list.payableFrom);
        if (_month() != uint256(list.month) + 1) revert CashbackTooLate(programme, list.month);
    }

    function _month() private view returns (uint256 month) {
        (month, ) = CalendarMonth.at(block.timestamp);
    }

    /// @dev The month before the present one, once its refunds are over and while more than `time` is left.
    function _checkDue(uint256 month, uint256 time) private view {
        (uint256 present, uint256 ends) = CalendarMonth.at(block.timestamp);
        (uint256 atGrace, ) = CalendarMonth.at(block.timestamp - REFUND_GRACE);
        bool isDue = month + 1 == present && atGrace == present && block.timestamp + time < ends;
        if (!isDue) revert MonthNotDue(month);
    }

    function _checkPart(
        uint256 programme,
        bytes32 root,
        uint256 part,
        bytes calldata items,
        bytes32[] calldata proof
    ) private pure {
        if (items.length == 0 || items.length % PackedItems.ISSUE_BYTES != 0) revert BadCashbackItems(items.length);
        // The leaf is that of `StandardMerkleTree` over uint256, bytes32.
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(part, keccak256(items)))));
        if (!MerkleProof.verifyCalldata(proof, root, leaf)) revert PartNotOnList(programme, part);
    }

    function _checkTerms(Terms calldata terms) private view {
        Kind kind = CURRENCY.accountOf(terms.funder).kind;
        uint256 count = terms.categories.length;
        if (kind != Kind.Institution) revert IncentiveFunderNotAnInstitution(terms.funder, kind);
        if (
            terms.firstMonth < _month() ||
            terms.lastMonth < terms.firstMonth ||
            terms.lastMonth - terms.firstMonth >= MOST_MONTHS
        ) revert BadIncentiveMonths(terms.firstMonth, terms.lastMonth);
        if (terms.rateBps == 0 || terms.rateBps > MOST_RATE_BPS) revert BadIncentiveRate(terms.rateBps);
        if (terms.cap == 0) revert IncentiveCapIsZero();
        if (count == 0 || count > MOST_CATEGORIES) revert BadTradeCount(count);
    }

    /// @dev A person's word tells 128 programmes of a month apart.
    function _checkRoom(uint256 programme, uint256 firstMonth) private view {
        if (programme <= RewardedWordLibrary.PROGRAMMES) return;
        uint256 former = programme - RewardedWordLibrary.PROGRAMMES;
        uint256 lastMonth = _programmes[former].lastMonth;
        if (lastMonth >= firstMonth) revert TooManyIncentives(former, lastMonth);
    }
}
