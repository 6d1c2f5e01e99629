// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Account} from "./Account.sol";
import {Kind} from "./Kind.sol";
import {Refusal} from "./Refusal.sol";

/// @title Local currency
/// @notice A city's currency (지역화폐): residents pay merchants, merchants refund or cash out, and nothing else circulates.
/// @dev ERC-20 with one published rule: the transfer table says which kind of account may pay which. Every transfer
/// obeys it, whoever starts it. Also EIP-2612 (permit), ERC-5267 (domain), ERC-6093 (errors), ERC-1271 (smart accounts).
interface ILocalCurrency is IERC20Metadata, IERC20Permit, IERC20Errors {
    /// @notice `account` was registered, or its kind or category changed.
    event AccountClassified(address indexed account, Kind kind, uint16 category);

    /// @notice `account` can neither pay nor be paid until it is unfrozen.
    event AccountFrozen(address indexed account);

    /// @notice `account` is again what it was before it was frozen.
    event AccountUnfrozen(address indexed account, Kind kind);

    /// @notice Who may pay whom: bit `8 * payer's kind + payee's kind`.
    event TransferTableSet(uint64 table);

    /// @notice No transfer until `until` (Unix seconds); cash-outs go on.
    event PausedUntil(uint256 until);

    /// @notice A new calendar month began for the counting of receipts.
    event MonthTurned(uint256 month);

    /// @notice `issuer` may issue `allowance` base units from now on.
    event IssuanceAllowanceSet(address indexed issuer, uint256 allowance);

    /// @notice `issuer` issued `total` to `count` accounts; each has its own `Transfer` from the zero address.
    event Issued(address indexed issuer, bytes32 indexed purpose, uint256 count, uint256 total);

    /// @notice These orders of a batch were paid, in the order of the batch's `Transfer` events.
    /// @dev One log for all, 256 gas each; a log of its own would be 1,125.
    /// @param orders 32 bytes each.
    event OrdersPaid(bytes orders);

    /// @notice Item `index` of a batch was not carried out; nothing of it happened and its nonce stays unused.
    event PaymentSkipped(uint256 index, address indexed payer, bytes32 indexed order, Refusal reason);

    /// @notice `merchant` gave `amount` back for money in the bank.
    event Redeemed(address indexed merchant, bytes32 indexed payoutReference, uint256 amount);

    /// @notice The transfer table lets no such payment pass.
    error TransferNotAllowed(address payer, address payee);

    /// @notice Transfers are paused.
    error TransfersPaused(uint256 until);

    /// @notice A merchant refunds at most what residents paid it this month.
    error RefundExceedsReceipts(address merchant, uint256 receipts, uint256 amount);

    /// @notice The order's last second is over.
    error PaymentExpired(uint256 deadline);

    /// @notice Not signed by the payer for its present nonce: another key, other values, or already paid.
    error PaymentSignatureInvalid(address payer, uint256 nonce);

    /// @notice The permit's last second is over.
    error PermitExpired(uint256 deadline);

    /// @notice Not signed by the owner for its present nonce.
    error PermitSignatureInvalid(address owner, uint256 nonce);

    /// @notice A batch of packed items is empty, or its length is not a whole number of items.
    error BadItemsLength(uint256 length);

    /// @notice Only residents, institutions and system contracts of the city receive new money.
    error IssueNotAllowed(address account, Kind kind);

    /// @notice The issuer may issue only `allowance` more.
    error IssuanceAllowanceExceeded(address issuer, uint256 allowance, uint256 amount);

    /// @notice There can be at most 2^64 - 1 base units.
    error SupplyCapExceeded(uint256 supply, uint256 amount);

    /// @notice Only merchants cash out.
    error RedeemNotAllowed(address account, Kind kind);

    /// @notice The account is registered already; `reclassify` changes it.
    error AlreadyRegistered(address account, Kind kind);

    /// @notice The account is not registered.
    error NotRegistered(address account);

    /// @notice An account changes its kind only when it is empty.
    error AccountNotEmpty(address account, uint256 balance);

    /// @notice `None` and `Frozen` cannot be given to an account this way.
    error KindNotAssignable(Kind kind);

    /// @notice The account is frozen already, or was never registered.
    error CannotFreeze(address account, Kind kind);

    /// @notice A frozen account keeps what it was; it is unfrozen before it becomes something else.
    error CannotReclassifyFrozen(address account);

    /// @notice The account is not frozen.
    error NotFrozen(address account, Kind kind);

    /// @notice A table must not let unregistered or frozen accounts pay or be paid.
    error BadTransferTable(uint64 table);

    /// @notice A pause lasts 1 second to 72 hours.
    error BadPause(uint256 duration);

    /// @notice Registers accounts of one kind.
    /// @dev Restricted. Reverts with `BadItemsLength`, `KindNotAssignable`, `AlreadyRegistered`, `ERC20InvalidReceiver`.
    /// @param kind Resident, merchant, institution or system contract.
    /// @param category Trade code for merchants, else 0.
    /// @param accounts Addresses, 20 bytes each.
    function register(Kind kind, uint16 category, bytes calldata accounts) external;

    /// @notice Changes what a registered account is; `None` strikes it off.
    /// @dev Restricted. A change of kind needs an empty account, so that money never changes its rules while it is held.
    /// Reverts with `NotRegistered`, `CannotReclassifyFrozen`, `KindNotAssignable`, `AccountNotEmpty`.
    function reclassify(address account, Kind kind, uint16 category) external;

    /// @notice Stops an account from paying and being paid.
    /// @dev Restricted. Reverts with `CannotFreeze`.
    function freeze(address account) external;

    /// @notice Ends `freeze`.
    /// @dev Restricted. Reverts with `NotFrozen`.
    function unfreeze(address account) external;

    /// @notice Publishes who may pay whom: bit `8 * payer's kind + payee's kind`.
    /// @dev Restricted. Reverts with `BadTransferTable`.
    function setTransferTable(uint64 table) external;

    /// @notice Stops transfers and issuing for a while; ends by itself, and never stops a merchant's cash-out.
    /// @dev Restricted. Reverts with `BadPause`. Pausing again replaces the end.
    /// @param duration Seconds, 1 to 259,200.
    function pause(uint256 duration) external;

    /// @notice Sets how much more `issuer` may issue.
    /// @dev Restricted.
    function setIssuanceAllowance(address issuer, uint256 allowance_) external;

    /// @notice Issues new money to one account, out of the caller's allowance.
    /// @dev Reverts with `TransfersPaused`, `IssuanceAllowanceExceeded`, `SupplyCapExceeded`, `IssueNotAllowed`.
    /// @param purpose The city's code of what it is for.
    function issue(address account, uint256 amount, bytes32 purpose) external;

    /// @notice Issues new money to many accounts, all or none.
    /// @dev Reverts as `issue`, and with `BadItemsLength`.
    /// @param items Address (20 bytes) and amount (6 bytes) each; docs/formats.md.
    function issueBatch(bytes calldata items, bytes32 purpose) external;

    /// @notice Carries out a payment that the payer signed; anyone may send it.
    /// @dev EIP-712 `Payment(address payer,address payee,uint256 amount,uint256 nonce,uint256 deadline,bytes32 order)`
    /// with the payer's present nonce. Reverts with `PaymentExpired`, `PaymentSignatureInvalid` and as `transfer`.
    /// A payee that wants the order in the logs asks for a batch of one: a log of its own would not fit the budget here.
    /// @param order The payee's reference, part of what is signed; opaque to this contract.
    /// @param r EIP-2098 compact signature, first half.
    /// @param vs EIP-2098 compact signature, second half.
    function pay(
        address payer,
        address payee,
        uint256 amount,
        uint256 deadline,
        bytes32 order,
        bytes32 r,
        bytes32 vs
    ) external;

    /// @notice `pay` for a payer that is a contract and approves the message itself.
    /// @dev ERC-1271, with at most 500,000 gas for the payer's contract.
    function payFromSmartAccount(
        address payer,
        address payee,
        uint256 amount,
        uint256 deadline,
        bytes32 order,
        bytes calldata signature
    ) external;

    /// @notice Carries out many signed payments. One that cannot be carried out is skipped with `PaymentSkipped`; the
    /// orders of all others are published in `OrdersPaid`.
    /// @dev Reverts with `BadItemsLength` only: whoever packs the batch answers for its shape, not for its payers.
    /// @param payments Packed payments; docs/formats.md.
    /// @return paid How many were carried out.
    function payMany(bytes calldata payments) external returns (uint256 paid);

    /// @notice Gives the merchant's money back to the city, which pays the same amount to its bank account (환전).
    /// @dev Works during a pause. Reverts with `RedeemNotAllowed`, `ERC20InsufficientBalance`.
    /// @param payoutReference The merchant's reference of the pay-out.
    function redeem(uint256 amount, bytes32 payoutReference) external;

    /// @notice An account's word, taken apart.
    function accountOf(address account) external view returns (Account memory);

    /// @notice The rules that all accounts share.
    /// @return table Who may pay whom: bit `8 * payer's kind + payee's kind`.
    /// @return pausedUntil Unix seconds until which transfers are paused; in the past if they are not.
    function policy() external view returns (uint64 table, uint256 pausedUntil);

    /// @notice How much more `issuer` may issue.
    function issuanceAllowance(address issuer) external view returns (uint256);
}
