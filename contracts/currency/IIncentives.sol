// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Kind} from "./Kind.sol";

/// @title Incentives
/// @notice Cash-back (캐시백): a share of what a resident has bought in a calendar month, paid after the month is closed.
/// @dev The currency counts a resident's purchases of a month, but not at which trades. So the list of who is rewarded
/// for how much follows from the logs: an officer publishes its hash, three days pass in which anyone computes it again
/// and the guardian may reject it, then anyone has it paid. Whatever the list says, this contract rewards nobody for
/// more than the currency's own counter, no purchase twice, no person twice a programme, nobody above the cap and all
/// together never more than the funder has paid in. "Restricted" functions need a role of the city's access manager.
/// Months are months since January 1970, Korean time.
interface IIncentives {
    // Types

    /// @notice A programme's terms. They never change: another decision is another programme.
    /// @param funder Institution that pays the money in, and to which alone the rest returns.
    /// @param firstMonth First month whose purchases are rewarded; not before the present one.
    /// @param lastMonth Last month whose purchases are rewarded; 24 months at most.
    /// @param rateBps Share of purchases that is paid back, in 1/10,000: 1 to 2,000.
    /// @param cap Most that one person is paid for a month, base units.
    /// @param categories Trade codes of the merchants whose sales are rewarded, 1 to 256 of them.
    /// @param document Hash of the decision behind the programme; zeros if there is none.
    struct Terms {
        address funder;
        uint16 firstMonth;
        uint16 lastMonth;
        uint16 rateBps;
        uint48 cap;
        uint16[] categories;
        bytes32 document;
    }

    /// @notice A programme as the contract keeps it; the trade codes are in its event.
    /// @param held Currency that the contract holds for it, base units.
    struct Programme {
        address funder;
        uint16 firstMonth;
        uint16 lastMonth;
        uint16 rateBps;
        uint48 cap;
        uint64 held;
    }

    /// @notice The list of a programme's latest month; see docs/formats.md.
    /// @param root Of the Merkle tree over the list's parts; zeros where none stands.
    /// @param month Whose purchases it rewards.
    /// @param payableFrom Unix seconds from which on it is paid, until the end of the month after `month`.
    /// @param total Sum of all cash-back by rate and cap, base units.
    /// @param granted What the programme had for it when it was published: all of `total`, or a part that everyone
    /// shares alike.
    /// @param paid Paid of it so far.
    struct List {
        bytes32 root;
        uint16 month;
        uint40 payableFrom;
        uint64 total;
        uint64 granted;
        uint64 paid;
    }

    /// @notice Why somebody on a list is not paid.
    enum Skip {
        None,
        NotResident,
        PaidBefore,
        ExceedsPurchases
    }

    // Events

    /// @notice A programme was opened, for good.
    event IncentiveOpened(uint256 indexed programme, address indexed funder, Terms terms);

    /// @notice The programme ends with `lastMonth`, earlier than it would have.
    event IncentiveClosed(uint256 indexed programme, uint256 lastMonth);

    /// @notice The funder paid money in.
    event IncentiveFunded(uint256 indexed programme, uint256 amount);

    /// @notice A month's list is known, and is paid from `payableFrom` on unless it is rejected.
    event CashbackListPublished(
        uint256 indexed programme,
        uint256 indexed month,
        bytes32 root,
        uint256 total,
        uint256 granted,
        uint256 payableFrom
    );

    /// @notice The list of that month is void.
    event CashbackListRejected(uint256 indexed programme, uint256 indexed month, bytes32 root);

    /// @notice Of a part of the list, `paid` people were paid `total` together; each has its own `Transfer`.
    event CashbackPaid(uint256 indexed programme, uint256 indexed month, uint256 part, uint256 paid, uint256 total);

    /// @notice Somebody on the list was not paid now; the same part may be handed in again.
    event CashbackSkipped(uint256 indexed programme, address indexed account, Skip reason);

    /// @notice What was left of a programme that is over returned to its funder.
    event IncentiveSwept(uint256 indexed programme, address indexed funder, uint256 amount);

    // Errors

    /// @notice No programme has this number.
    error UnknownIncentive(uint256 programme);

    /// @notice The funder must be registered as an institution, or its money could not return.
    error IncentiveFunderNotAnInstitution(address funder, Kind kind);

    /// @notice A programme begins with this month or later, and runs for 1 to 24 months.
    error BadIncentiveMonths(uint256 firstMonth, uint256 lastMonth);

    /// @notice The rate is 1 to 2,000 ten-thousandths.
    error BadIncentiveRate(uint256 rateBps);

    /// @notice A cap of 0 pays nobody anything.
    error IncentiveCapIsZero();

    /// @notice A programme rewards purchases at 1 to 256 trades.
    error BadTradeCount(uint256 count);

    /// @notice Another programme that runs until `lastMonth` rewards purchases at this trade.
    error TradeTaken(uint256 category, uint256 programme, uint256 lastMonth);

    /// @notice At most 128 programmes run at once; this one has to end first.
    error TooManyIncentives(uint256 programme, uint256 lastMonth);

    /// @notice Only the programme's funder pays in.
    error NotTheIncentiveFunder(address caller, address funder);

    /// @notice Nothing would move.
    error IncentiveAmountZero();

    /// @notice The programme ended with `lastMonth`.
    error IncentiveIsOver(uint256 programme, uint256 lastMonth);

    /// @notice Lists may still be paid from the programme until the end of the month after `lastMonth`.
    error IncentiveNotOver(uint256 programme, uint256 lastMonth);

    /// @notice The programme does not reward purchases of this month.
    error MonthNotRewarded(uint256 programme, uint256 month);

    /// @notice A month's list is published in the month after it: once refunds of that month's purchases are no longer
    /// possible, and as long as seven days are left before its end; three, where another one was rejected.
    error MonthNotDue(uint256 month);

    /// @notice A list of this month was published; only once it is rejected can another follow.
    error CashbackListStands(uint256 programme, uint256 month);

    /// @notice The funder has paid in nothing that could be granted.
    error IncentiveFundEmpty(uint256 programme);

    /// @notice No list of the programme is published, or it was rejected.
    error NoCashbackList(uint256 programme);

    /// @notice The list can still be checked and rejected until `payableFrom`.
    error CashbackNotYetPayable(uint256 programme, uint256 payableFrom);

    /// @notice The list of that month was payable until the end of the month after it: what was counted then is gone.
    error CashbackTooLate(uint256 programme, uint256 month);

    /// @notice Packed items are missing, or their length is not a whole number of items.
    error BadCashbackItems(uint256 length);

    /// @notice The proof does not lead from this part to the list's root.
    error PartNotOnList(uint256 programme, uint256 part);

    /// @notice The list was published with a smaller total than its items sum up to.
    error CashbackExceedsGranted(uint256 programme, uint256 left, uint256 amount);

    // Administration

    /// @notice Opens a programme; nobody is paid before its funder has paid in.
    /// @dev Restricted. Reverts with `IncentiveFunderNotAnInstitution`, `BadIncentiveMonths`, `BadIncentiveRate`,
    /// `IncentiveCapIsZero`, `BadTradeCount`, `TradeTaken`, `TooManyIncentives`.
    /// @return programme Its number, from 1.
    function open(Terms calldata terms) external returns (uint256 programme);

    /// @notice Ends a programme with the present month. Purchases until its end are still rewarded.
    /// @dev Restricted. Reverts with `UnknownIncentive`, `IncentiveIsOver`.
    function close(uint256 programme) external;

    /// @notice Publishes the list of the month that has just been closed. Where one was rejected, another follows: whom
    /// that one paid is skipped, and the rest share what the programme has now.
    /// @dev Restricted. Reverts with `UnknownIncentive`, `MonthNotRewarded`, `MonthNotDue`, `CashbackListStands`,
    /// `IncentiveAmountZero`, `IncentiveFundEmpty`.
    /// @param month The month before the present one.
    /// @param root Of the Merkle tree over the list's parts, as `@openzeppelin/merkle-tree` builds it.
    /// @param total Sum of all cash-back by rate and cap, base units.
    function publish(uint256 programme, uint256 month, bytes32 root, uint64 total) external;

    /// @notice Makes a list void that the logs do not bear out, so that another can follow. Who was paid before keeps
    /// it.
    /// @dev Restricted. Reverts with `UnknownIncentive`, `NoCashbackList`.
    function rejectList(uint256 programme) external;

    // Users' functions

    /// @notice Pays the caller's money into its programme.
    /// @dev Takes what the caller has approved in the currency. Reverts with `UnknownIncentive`,
    /// `NotTheIncentiveFunder`, `IncentiveIsOver`, `IncentiveAmountZero`, and as the currency does.
    function fund(uint256 programme, uint256 amount) external;

    /// @notice Pays a part of the published list. Anyone may send it, in any order and again: who was paid is skipped.
    /// @dev Reverts with `UnknownIncentive`, `NoCashbackList`, `CashbackNotYetPayable`, `CashbackTooLate`,
    /// `BadCashbackItems`, `PartNotOnList`, `CashbackExceedsGranted`, and as the currency does, for example in a pause.
    /// An account that was recovered is paid at its present address.
    /// @param part Number of the part, from 0.
    /// @param items Account (20 bytes) and its purchases at the programme's trades (6 bytes) each.
    /// @param proof From the part to the list's root.
    function pay(uint256 programme, uint256 part, bytes calldata items, bytes32[] calldata proof) external;

    /// @notice Returns the money of a programme that is over to its funder. Anyone may send it.
    /// @dev Reverts with `UnknownIncentive`, `IncentiveNotOver`, `IncentiveAmountZero`, and as the currency does.
    function sweep(uint256 programme) external;

    // Views

    /// @notice How many programmes there are; they are numbered from 1.
    function programmes() external view returns (uint256);

    /// @notice A programme's terms and money.
    /// @dev Reverts with `UnknownIncentive`.
    function programmeOf(uint256 programme) external view returns (Programme memory);

    /// @notice The latest list of a programme; zeros if none was published.
    function listOf(uint256 programme) external view returns (List memory);

    /// @notice The latest programme that rewards purchases at a trade; 0 if there is none.
    function programmeOfTrade(uint16 category) external view returns (uint256);

    /// @notice Whether a person was paid from a programme for a month.
    /// @dev Of a person's months only the latest in which anything was paid is known.
    /// @param account Any address that the person has had.
    function isPaid(uint256 programme, uint256 month, address account) external view returns (bool);

    /// @notice Purchases of a month for which a person was paid, by all programmes together.
    /// @dev Of a person's months only the latest in which anything was paid is known.
    /// @param account Any address that the person has had.
    function rewardedPurchases(uint256 month, address account) external view returns (uint256);
}
