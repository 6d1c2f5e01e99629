// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC20Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";

import {Account} from "./Account.sol";
import {IERC7943Fungible} from "./IERC7943Fungible.sol";
import {Kind} from "./Kind.sol";
import {Refusal} from "./Refusal.sol";

/// @title Local currency
/// @notice A city's currency (지역화폐): residents pay merchants; merchants refund their customers or cash out.
/// @dev ERC-20 with one published rule: the transfer table says which kind of account may pay which. Every transfer
/// obeys it, whoever sends it. Also EIP-2612 (permit), EIP-3009 (transfers by authorization), ERC-165, ERC-1271 (smart
/// accounts), ERC-5267 (domain), ERC-6093 (errors), ERC-7572 (contract's metadata), ERC-7943 (who may pay and be paid;
/// held money). "Restricted" functions need a role of the city's access manager.
///
/// Four contracts of the city may do what no role may, and were appointed once for all: the treasury issues, within
/// the reserve; the holds contract keeps disputed money from being spent, and freezes accounts; the recovery contract
/// moves an account whose key was lost; the last few won of an account that was struck off are kept for its owner. Each
/// of them has rules of its own, and no officer can take their place.
///
/// Three kinds of signatures, three kinds of nonces: payments count in `accountOf(payer).nonce`, permits in `nonces`,
/// and an authorization names any nonce of its own. So none of them voids another, unless an authorization names the
/// payer's next payment nonce on purpose: nonces below 2^40 are that one, and cost 17,000 gas less. When an account's
/// kind ends, so does everything that was approved and signed for it.
interface ILocalCurrency is
    IERC20Metadata,
    IERC20Permit,
    IERC20Errors,
    IERC165,
    IERC3009,
    IERC3009Cancel,
    IERC7943Fungible
{
    // Types

    /// @notice What has been issued for a purpose.
    /// @param list The one list that the purpose names: first 24 bytes of the list's hash; see docs/formats.md.
    /// @param served How many places of it have been served, from the first on.
    struct IssueList {
        bytes24 list;
        uint64 served;
    }

    // Events

    /// @notice `account` was registered, or its kind or category changed.
    event AccountClassified(address indexed account, Kind kind, uint16 category);

    /// @notice `account` can neither pay nor be paid until it is unfrozen.
    event AccountFrozen(address indexed account);

    /// @notice `account` is again what it was before it was frozen.
    event AccountUnfrozen(address indexed account, Kind kind);

    /// @notice The table of who may pay whom was set: bit `8 * payer's kind + payee's kind`.
    event TransferTableSet(uint64 table);

    /// @notice Transfers are paused until `until` (Unix seconds); merchants can still cash out.
    event PausedUntil(uint256 until);

    /// @notice A new calendar month began; purchases count from zero, and those of the month before are closed.
    event MonthTurned(uint256 month);

    /// @notice `issuer` may issue another `allowance` base units.
    event IssuanceAllowanceSet(address indexed issuer, uint256 allowance);

    /// @notice `issuer` issued `total` to `count` accounts, the places from `first` on of the list that `purpose`
    /// names; each has its own `Transfer` from the zero address.
    event Issued(
        address indexed issuer,
        bytes32 indexed purpose,
        bytes24 list,
        uint256 first,
        uint256 count,
        uint256 total
    );

    /// @notice A single signed payment was made; its `Transfer` comes just before. Batches log `OrdersPaid` instead.
    event OrderPaid(bytes32 indexed order);

    /// @notice These orders of a batch were paid, in the order of the batch's `Transfer` events.
    /// @dev One log for the whole batch costs 256 gas per order; one log per order would cost 1,125.
    /// @param orders 32 bytes each.
    event OrdersPaid(bytes orders);

    /// @notice Item `index` of a batch was not paid. It changed nothing, and its nonce is still unused.
    event PaymentSkipped(uint256 index, address indexed payer, bytes32 indexed order, Refusal reason);

    /// @notice `holder`, one of the city's contracts, destroyed `amount` of its money: it was paid out in won.
    event Redeemed(address indexed holder, bytes32 indexed payoutReference, uint256 amount);

    /// @notice These contracts issue, hold, recover and keep what is left over from now on, for good.
    event ContractsAppointed(
        address indexed treasury,
        address indexed holds,
        address indexed recovery,
        address unclaimed
    );

    /// @notice What `from` was and had belongs to `to` now: its key was lost.
    event AccountRecovered(address indexed from, address indexed to);

    // Errors

    /// @notice Only the appointed contract may do this.
    error NotAppointed(address caller, address appointed);

    /// @notice The contracts were appointed already.
    error AlreadyAppointed(address treasury);

    /// @notice Residents, merchants and institutions can be recovered, nobody else.
    error CannotRecover(address account, Kind kind);

    /// @notice Less is held of the account's money than is to be moved.
    error HeldTooLittle(address account, uint256 held, uint256 amount);

    /// @notice The transfer table does not allow this kind of payer to pay this kind of payee.
    error TransferNotAllowed(address payer, address payee);

    /// @notice Transfers are paused.
    error TransfersPaused(uint256 until);

    /// @notice A merchant can refund at most what it was paid this month and the payee has paid to merchants; in the
    /// first seven days of a month also what both have left of the month before.
    error RefundExceedsPurchases(address merchant, address payee, uint256 refundable, uint256 amount);

    /// @notice The payment's deadline has passed.
    error PaymentExpired(uint256 deadline);

    /// @notice Not signed by the payer with its current nonce: wrong key, changed values, or already paid.
    error PaymentSignatureInvalid(address payer, uint256 nonce);

    /// @notice Too little gas to ask a payer's contract; send the same again with a higher gas limit.
    error GasTooLow(uint256 needed, uint256 left);

    /// @notice A payment of nothing is not an order.
    error PaymentOfNothing(address payer);

    /// @notice The permit's deadline has passed.
    error PermitExpired(uint256 deadline);

    /// @notice Not signed by the owner with its current nonce.
    error PermitSignatureInvalid(address owner, uint256 nonce);

    /// @notice A batch of packed items is empty, or its length is not a whole number of items.
    error BadItemsLength(uint256 length);

    /// @notice Only residents and institutions can be issued new money.
    error IssueNotAllowed(address account, Kind kind);

    /// @notice The purpose names another list, of which places have been served.
    error PurposeNamesAnotherList(bytes32 purpose, bytes24 named, bytes24 list);

    /// @notice The places before `served` have been served, so the next batch begins there and not at `first`.
    error PlaceNotNext(bytes32 purpose, uint256 served, uint256 first);

    /// @notice The issuer may issue at most `allowance` more; without an allowance it cannot even issue nothing.
    error IssuanceAllowanceExceeded(address issuer, uint256 allowance, uint256 amount);

    /// @notice The supply is capped at 2^63 - 1 base units.
    error SupplyCapExceeded(uint256 supply, uint256 amount);

    /// @notice The authorization is valid after this second, not yet in it.
    error AuthorizationNotYetValid(uint256 validAfter);

    /// @notice The authorization was valid before this second.
    error AuthorizationExpired(uint256 validBefore);

    /// @notice The nonce was used or cancelled; if it is below 2^40, it may also be ahead of the account's next one.
    error AuthorizationAlreadyUsed(address authorizer, bytes32 nonce);

    /// @notice The account was something else until `ended`: what it authorizes since must be valid after that second.
    error AuthorizationOfFormerKind(address authorizer, uint256 ended);

    /// @notice Not signed by the account, or not for these values.
    error AuthorizationSignatureInvalid(address authorizer, bytes32 nonce);

    /// @notice Only the payee itself may use this authorization.
    error CallerNotPayee(address payee, address caller);

    /// @notice Only one of the city's contracts destroys money, its own; merchants cash out at the `CashOutDesk`.
    error RedeemNotAllowed(address account, Kind kind);

    /// @notice The account is already registered; use `reclassify` to change it. A superseded address is never
    /// registered again.
    error AlreadyRegistered(address account, Kind kind);

    /// @notice Only residents, merchants and institutions are reclassified, and end at most 255 kinds; a city contract
    /// is retired by `registerContract`.
    error CannotReclassify(address account, Kind kind);

    /// @notice An account can change its kind only with less than 1,000 whole units, none of them held; a city contract
    /// only with nothing.
    error AccountNotEmpty(address account, uint256 balance);

    /// @notice Accounts are registered as residents, merchants or institutions; `None` is for `reclassify`.
    error KindNotAssignable(Kind kind);

    /// @notice Only residents, merchants and institutions are frozen, once each. Whoever froze a city contract would
    /// stop what everybody has there; one that must be stopped has a pause of its own.
    error CannotFreeze(address account, Kind kind);

    /// @notice Only a contract is registered as one of the city's contracts: a key could pay whom no resident may.
    error SystemContractWithoutCode(address account);

    /// @notice An account that is frozen, or whose key was lost, spends nobody's money, whatever others have approved.
    error SpenderFrozen(address spender);

    /// @notice The account is not frozen.
    error NotFrozen(address account, Kind kind);

    /// @notice A transfer table must not let unregistered or frozen accounts pay or be paid.
    error BadTransferTable(uint64 table);

    /// @notice A pause lasts 1 second to 72 hours.
    error BadPause(uint256 duration);

    /// @notice A pause can be shortened at any time; the next one, or a longer one, is possible from `possibleFrom` on.
    error PausedRecently(uint256 possibleFrom);

    // Administration

    /// @notice Says once for all which contracts issue, hold, recover and keep what is left over.
    /// @dev Restricted. Reverts with `AlreadyAppointed`, `SystemContractWithoutCode`.
    function appoint(address treasury, address holds, address recovery, address unclaimed) external;

    /// @notice Registers accounts of one kind.
    /// @dev Restricted. Reverts with `KindNotAssignable`, `BadItemsLength`, `ERC20InvalidReceiver`,
    /// `AlreadyRegistered`.
    /// @param kind Resident, merchant or institution.
    /// @param category Trade code for merchants, otherwise 0.
    /// @param accounts Addresses, 20 bytes each.
    function register(Kind kind, uint16 category, bytes calldata accounts) external;

    /// @notice Changes the kind or category of a registered account; `None` removes it from the register.
    /// @dev Restricted. A change of kind ends allowances, permits, orders and authorizations of the account, and its
    /// purchases. It needs a balance below 1,000 whole units, none of them held, so the rules for money hardly change
    /// while it is held; the rest is kept for the account's owner by the appointed contract. Reverts with
    /// `CannotReclassify`, `KindNotAssignable`, `AccountNotEmpty`.
    function reclassify(address account, Kind kind, uint16 category) external;

    /// @notice Registers one of the city's contracts, or retires an empty one.
    /// @dev Restricted; to another role than the one that registers members: the table lets city contracts pay
    /// merchants. Reverts with `SystemContractWithoutCode`, `AlreadyRegistered`, `CannotReclassify`, `AccountNotEmpty`.
    function registerContract(address account, bool isOne) external;

    /// @notice Stops an account from paying or being paid.
    /// @dev The holds contract's. Reverts with `NotAppointed`, `CannotFreeze`.
    function freeze(address account) external;

    /// @notice Ends `freeze`.
    /// @dev The holds contract's. Reverts with `NotAppointed`, `NotFrozen`.
    function unfreeze(address account) external;

    /// @notice Sets who may pay whom: bit `8 * payer's kind + payee's kind`.
    /// @dev Restricted. Reverts with `BadTransferTable`.
    function setTransferTable(uint64 table) external;

    /// @notice Stops transfers and issuing for a while. The pause ends by itself. Merchants can pay city contracts
    /// during it, which is how they cash out.
    /// @dev Restricted. Reverts with `BadPause`; with `PausedRecently` less than 72 hours after the end of the last
    /// pause, so that nobody can pause for ever. Pausing again during a pause can only shorten it.
    /// @param duration Seconds, 1 to 259,200.
    function pause(uint256 duration) external;

    /// @notice Lets `issuer`, which must be the treasury, issue `amount` more base units, beside what it may issue
    /// already.
    /// @dev Restricted; to another role than the one that issues. Reverts with `NotAppointed`.
    function increaseIssuanceAllowance(address issuer, uint256 amount) external;

    /// @notice Takes `amount` base units from what `issuer` may still issue; nothing is left if that was less.
    /// @dev Restricted; not to be announced ahead: it stops an issuer whose key was stolen.
    function decreaseIssuanceAllowance(address issuer, uint256 amount) external;

    /// @notice Moves an account whose key was lost to another key: balance, held money, kind, purchases and nonce. What
    /// the old key signed is void, what others have approved to it too, and the old address is never registered again.
    /// @dev The recovery contract's. Reverts with `NotAppointed`, `CannotRecover`, `AlreadyRegistered`,
    /// `ERC20InvalidReceiver`.
    function recover(address from, address to) external;

    // Users' functions

    /// @notice Issues new money to the next accounts of a list: all of them or none. A purpose names one list, and
    /// each place of it is served once, whoever brings it and whatever else is under way.
    /// @dev Reverts like `issue`, and with `BadItemsLength`. The contract counts places and does not know what is on
    /// the list: that the items are those of `list` is for anyone to check from the logs.
    /// @param items Address (20 bytes) and amount (6 bytes) each; see docs/formats.md.
    /// @param purpose The city's code for what the money is for.
    /// @param list First 24 bytes of the hash of the whole list.
    /// @param first How many places of the list come before these.
    function issueBatch(bytes calldata items, bytes32 purpose, bytes24 list, uint256 first) external;

    /// @notice Makes a payment that the payer has signed. Anyone may send it.
    /// @dev EIP-712 `Payment(address payer,address payee,uint256 amount,uint256 nonce,uint256 deadline,bytes32 order)`
    /// with the payer's current nonce. Reverts with `PaymentExpired`, `PaymentOfNothing`, `PaymentSignatureInvalid`,
    /// and like `transfer`.
    /// @param order The payee's reference. It is signed, logged as `OrderPaid`, and opaque to this contract.
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

    /// @notice Like `pay`, for a payer that is a contract and checks the signature itself.
    /// @dev ERC-1271; the payer's contract gets 500,000 gas. Reverts like `pay`, and with `GasTooLow`.
    function payFromSmartAccount(
        address payer,
        address payee,
        uint256 amount,
        uint256 deadline,
        bytes32 order,
        bytes calldata signature
    ) external;

    /// @notice Makes many signed payments. A payment that cannot be made is skipped and logged as `PaymentSkipped`;
    /// the orders of all others are logged as `OrdersPaid`.
    /// @dev Reverts only with `BadItemsLength` and `GasTooLow`: the sender is responsible for the batch's format and
    /// gas, not for its payers. A payer that is a contract is asked where its key has not signed and the table allows
    /// the payment.
    /// @param payments Packed payments; see docs/formats.md.
    /// @return paid How many were paid.
    function payMany(bytes calldata payments) external returns (uint256 paid);

    /// @notice Destroys money of the calling city contract: the same amount was paid out to a bank account (환전).
    /// @dev Works during a pause. Reverts with `RedeemNotAllowed`, `ERC20InsufficientBalance`.
    /// @param payoutReference The bank's reference.
    function redeem(uint256 amount, bytes32 payoutReference) external;

    /// @notice Like EIP-3009's, with a signature of 64 bytes (EIP-2098) or 65 by the payer's key, or any that the
    /// payer's contract approves (ERC-1271).
    /// @dev Reverts with `AuthorizationNotYetValid`, `AuthorizationExpired`, `AuthorizationAlreadyUsed`,
    /// `AuthorizationOfFormerKind`, `AuthorizationSignatureInvalid`, `GasTooLow`, and like `transfer`.
    /// @param validAfter Where the account was something else before, not before `kindEndedAt`.
    /// @param nonce A random number; one below 2^40 is the payer's next payment nonce.
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice The same, to be used by the payee only: a contract that acts on the payment cannot be bypassed.
    /// @dev Reverts with `CallerNotPayee`, and like `transferWithAuthorization`.
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external;

    /// @notice Like EIP-3009's, with a signature as in `transferWithAuthorization`.
    /// @dev Reverts with `AuthorizationAlreadyUsed`, `AuthorizationSignatureInvalid`, `GasTooLow`.
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external;

    // Views

    /// @notice The address that an account has now: its own, or the last one that it was recovered to.
    function presentAddress(address account) external view returns (address);

    /// @notice The contracts that issue, hold, recover and keep what is left over; zeros before they are appointed.
    function appointed() external view returns (address treasury, address holds, address recovery, address unclaimed);

    /// @notice Unix seconds at which an account's last kind ended; 0 if it never was anything else.
    function kindEndedAt(address account) external view returns (uint256);

    /// @notice The contract's metadata (ERC-7572): name and symbol, as a data URI.
    function contractURI() external view returns (string memory);

    /// @notice The fields of an account's word.
    function accountOf(address account) external view returns (Account memory);

    /// @notice How much `merchant` can refund to `payee` now, as far as purchases go: the lesser of what one was paid
    /// and the other has paid in the current month; in its first seven days also the lesser of what both have left of
    /// the month before.
    function refundable(address merchant, address payee) external view returns (uint256);

    /// @notice The rules that all accounts share.
    /// @return table Who may pay whom: bit `8 * payer's kind + payee's kind`.
    /// @return pausedUntil Unix seconds until which transfers are paused; in the past if they are not paused.
    function policy() external view returns (uint64 table, uint256 pausedUntil);

    /// @notice How much more `issuer` may issue.
    function issuanceAllowance(address issuer) external view returns (uint256);

    /// @notice The list that a purpose names, and how many places of it have been served; zeros if none has.
    function issueList(bytes32 purpose) external view returns (bytes24 list, uint64 served);
}
