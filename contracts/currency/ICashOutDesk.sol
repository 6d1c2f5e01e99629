// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Kind} from "./Kind.sol";
import {RiskClass} from "./RiskClass.sol";

/// @title Cash-out desk
/// @notice Where merchants turn the currency into won at their bank (환전). The money waits here until it is due, and is
/// destroyed when the bank has paid; if the bank could not pay, it goes back to the merchant.
/// @dev One of the city's contracts in the currency (`Kind.SystemContract`). It cannot make money. Money that waits
/// here is still in circulation (`totalSupply`). Nobody can send it anywhere but back to its merchant. "Restricted"
/// functions need a role of the city's access manager.
interface ICashOutDesk {
    // Types

    /// @notice A request to be paid out; zeros where there is none, or no longer.
    /// @param merchant Whom the bank pays.
    /// @param amount Base units, 1 to 2^64 - 1.
    /// @param due Unix seconds from which on it can be settled.
    struct CashOut {
        address merchant;
        uint64 amount;
        uint32 due;
    }

    // Events

    /// @notice `merchant` handed in `amount`; the bank is to pay from `due` on.
    /// @param merchantReference The merchant's own: the nonce of its authorization.
    event CashOutRequested(
        uint256 indexed id,
        address indexed merchant,
        uint256 amount,
        uint256 due,
        bytes32 indexed merchantReference
    );

    /// @notice The bank has paid these cash-outs, and their money was destroyed.
    /// @param ids 4 bytes each, big-endian.
    event CashOutsSettled(bytes32 indexed bankReference, bytes ids, uint256 total);

    /// @notice The money went back to `merchant`.
    /// @param reason The city's code for why the bank could not pay; 0 if the merchant took it back.
    event CashOutReturned(uint256 indexed id, address indexed merchant, uint256 amount, bytes32 reason);

    /// @notice The merchant's later cash-outs wait as long as this class says.
    event RiskClassSet(address indexed merchant, RiskClass class);

    /// @notice Later cash-outs wait so many days, by class.
    event WaitingDaysSet(uint8[4] waitingDays);

    // Errors

    /// @notice Only merchants cash out.
    error CashOutNotAllowed(address account, Kind kind);

    /// @notice A cash-out of nothing.
    error CashOutOfNothing(address merchant);

    /// @notice There is no such cash-out, or it was settled or returned.
    error CashOutNotOpen(uint256 id);

    /// @notice The cash-out can be settled from `due` on.
    error CashOutNotDue(uint256 id, uint256 due);

    /// @notice The merchant can take the money back from this second on, if it was neither settled nor returned.
    error ReclaimTooEarly(uint256 id, uint256 possibleFrom);

    /// @notice Numbers of cash-outs take 4 bytes each, and there must be one.
    error BadCashOutIds(uint256 length);

    /// @notice A class waits 0 to 30 days.
    error WaitingTooLong(RiskClass class, uint256 waitingDays);

    // Administration

    /// @notice Destroys the money of cash-outs that the bank has paid: all of them or none.
    /// @dev Restricted. Works during a pause. Reverts with `BadCashOutIds`, `CashOutNotOpen`, `CashOutNotDue`.
    /// @param ids 4 bytes each, big-endian.
    /// @param bankReference Of the transfers at the bank.
    function settleBatch(bytes calldata ids, bytes32 bankReference) external;

    /// @notice Gives the money of a cash-out that the bank could not pay back to its merchant.
    /// @dev Restricted. Reverts with `CashOutNotOpen`, and like the currency's `transfer`: the money of a frozen
    /// merchant stays here until it is unfrozen.
    /// @param reason The city's code.
    function returnCashOut(uint256 id, bytes32 reason) external;

    /// @notice Sets how long the later cash-outs of merchants wait.
    /// @dev Restricted. Reverts with `BadCashOutIds` where `merchants` is not a whole number of addresses.
    /// @param merchants Addresses, 20 bytes each.
    function setRiskClass(RiskClass class, bytes calldata merchants) external;

    /// @notice Sets how many days each class waits: standard, trusted, watched, high.
    /// @dev Restricted. Reverts with `WaitingTooLong`.
    function setWaitingDays(uint8[4] calldata days_) external;

    // Users' functions

    /// @notice Hands in money of a merchant, by its EIP-3009 authorization. Anyone may send it; the merchant needs no
    /// ether.
    /// @dev Works during a pause. The authorization is `ReceiveWithAuthorization` with this contract as payee. Reverts
    /// with `CashOutOfNothing`, `CashOutNotAllowed`, and like the currency's `receiveWithAuthorization`.
    /// @param nonce Of the authorization; also the merchant's reference.
    /// @return id Number of the cash-out.
    function request(
        address merchant,
        uint256 amount,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external returns (uint256 id);

    /// @notice Gives the money back to its merchant where the city has let 14 days pass after it was due. Anyone may
    /// send it.
    /// @dev Reverts with `CashOutNotOpen`, `ReclaimTooEarly`, and like the currency's `transfer`.
    function reclaim(uint256 id) external;

    // Views

    /// @notice The open cash-out `id`.
    function cashOut(uint256 id) external view returns (CashOut memory);

    /// @notice How many were ever requested; the next one has this number.
    function cashOuts() external view returns (uint256);

    /// @notice Base units that were ever settled.
    function settledTotal() external view returns (uint256);

    /// @notice Base units that were settled until a time, Unix seconds, its second included.
    function settledUntil(uint256 time) external view returns (uint256);

    /// @notice How long a merchant's next cash-out waits.
    function riskClassOf(address merchant) external view returns (RiskClass);

    /// @notice Days that a class waits.
    function waitingDays(RiskClass class) external view returns (uint256);
}
