// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC3009, IERC3009Cancel} from "@openzeppelin/contracts/interfaces/draft-IERC3009.sol";
import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Metadata} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Metadata.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {ECDSA} from "solady/src/utils/ECDSA.sol";
import {EIP712} from "solady/src/utils/EIP712.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";
import {LibCall} from "solady/src/utils/LibCall.sol";
import {LibString} from "solady/src/utils/LibString.sol";

import {Account} from "./Account.sol";
import {AccountStorage} from "./AccountStorage.sol";
import {AccountWord} from "./AccountWord.sol";
import {CalendarMonth} from "./CalendarMonth.sol";
import {IERC7943Fungible} from "./IERC7943Fungible.sol";
import {ILocalCurrency} from "./ILocalCurrency.sol";
import {IUnclaimed} from "./IUnclaimed.sol";
import {Kind} from "./Kind.sol";
import {OrderList} from "./OrderList.sol";
import {PackedItems} from "./PackedItems.sol";
import {PackedPayment, PackedPaymentLibrary} from "./PackedPayment.sol";
import {PolicyWord, PolicyWordLibrary} from "./PolicyWord.sol";
import {Refusal} from "./Refusal.sol";

/// @title Local currency
/// @notice See `ILocalCurrency`.
contract LocalCurrency is AccountStorage, ILocalCurrency, EIP712, AccessManaged {
    using Math for uint256;
    using OrderList for bytes;
    using PackedItems for bytes;

    // Types

    /// @dev The contracts that may do what no role may.
    struct Appointed {
        address treasury;
        address holds;
        address recovery;
        address unclaimed;
    }

    // Constants and immutables

    uint256 private constant MAX_PAUSE = 72 hours;

    /// @dev Between two pauses: long enough to take the role from a guardian who pauses without need.
    uint256 private constant PAUSE_GAP = 72 hours;

    /// @dev Enough to verify a passkey in Solidity, too little to stall a batch.
    uint256 private constant ERC1271_GAS = 500_000;

    /// @dev So much must be left for the payer's contract to get all of its gas: a call passes on 63/64 of what is
    /// left, and copying the question costs gas. Where less is left, a good payment would look like a bad one.
    uint256 private constant ERC1271_FLOOR = 540_000;

    /// @dev An ERC-1271 contract answers with one word.
    uint16 private constant ANSWER_BYTES = 32;

    /// @dev 63 bits, so that adding a payment to a month's purchases never carries beyond their 64 bits.
    uint256 private constant MAX_SUPPLY = 2 ** 63 - 1;

    /// @dev Less than this does not keep an account from changing its kind, in whole units: otherwise anybody could
    /// keep it from that by sending it one.
    uint256 private constant DUST_UNITS = 1_000;

    uint256 private constant COMPACT_SIGNATURE_BYTES = 64;

    /// @dev The seven days in which a buyer may withdraw from a purchase (전자상거래법 제17조) may end in the next month.
    uint256 private constant REFUND_GRACE = 7 days;

    /// @dev A resident pays a merchant: `8 * Kind.Resident + Kind.Merchant`. A literal: solc recomputes constant
    /// expressions at each use.
    uint256 private constant PURCHASE = 10;

    /// @dev An institution pays a merchant: `8 * Kind.Institution + Kind.Merchant`.
    uint256 private constant PURCHASE_OF_INSTITUTION = 26;

    /// @dev A merchant pays a resident: `8 * Kind.Merchant + Kind.Resident`.
    uint256 private constant REFUND = 17;

    /// @dev A merchant pays an institution: `8 * Kind.Merchant + Kind.Institution`.
    uint256 private constant REFUND_OF_INSTITUTION = 19;

    /// @dev Members of `Refusal` as plain numbers: solc checks the range of an enum at each comparison.
    uint256 private constant PAID = uint256(Refusal.None);
    uint256 private constant PAUSED = uint256(Refusal.Paused);
    uint256 private constant NOT_ALLOWED = uint256(Refusal.NotAllowed);
    uint256 private constant INSUFFICIENT_BALANCE = uint256(Refusal.InsufficientBalance);
    uint256 private constant REFUND_EXCEEDS_PURCHASES = uint256(Refusal.RefundExceedsPurchases);
    uint256 private constant EXPIRED = uint256(Refusal.Expired);
    uint256 private constant BAD_SIGNATURE = uint256(Refusal.BadSignature);
    uint256 private constant NOTHING = uint256(Refusal.Nothing);

    /// @dev `OrderPaid.selector` as a literal, because assembly cannot use the name.
    bytes32 private constant ORDER_PAID_TOPIC = 0x68d1d0d8353ff8e3ecad137968444ce94ebb11aeb0402c319b1b47c22ec3461e;
    bytes32 private constant PAYMENT_TYPEHASH = keccak256(
        "Payment(address payer,address payee,uint256 amount,uint256 nonce,uint256 deadline,bytes32 order)"
    );
    bytes32 private constant PERMIT_TYPEHASH = keccak256(
        "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)"
    );

    bytes32 private constant TRANSFER_TYPEHASH = keccak256(
        // solhint-disable-next-line max-line-length
        "TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant RECEIVE_TYPEHASH = keccak256(
        // solhint-disable-next-line max-line-length
        "ReceiveWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)"
    );
    bytes32 private constant CANCEL_TYPEHASH = keccak256("CancelAuthorization(address authorizer,bytes32 nonce)");

    /// @dev EIP-3009 nonces below 2^40 are the account's own, one after the other, and take no slot of their own.
    uint256 private constant SEQUENTIAL_NONCE_BITS = 40;

    /// @dev Epoch and orders in a payment nonce.
    uint256 private constant EPOCH = 32;

    /// @dev `_domainSeparator` also compares the contract's address, for proxies: there are none.
    bytes32 private immutable DOMAIN;
    uint256 private immutable CHAIN_ID;

    /// @dev An account with less than this can change its kind.
    uint256 private immutable DUST;

    /// @inheritdoc IERC20Metadata
    uint8 public immutable decimals;

    // Storage

    PolicyWord private _policy;

    /// @inheritdoc IERC20
    uint256 public totalSupply;

    string private _name;
    string private _symbol;
    string private _contractURI;

    /// @dev By owner and epoch: see `AccountWord.ownerKey`.
    mapping(uint256 ownerKey => mapping(address spender => uint256 amount)) private _allowances;

    mapping(address owner => uint256 count) private _permits;

    /// @inheritdoc ILocalCurrency
    mapping(address account => uint256 time) public kindEndedAt;

    /// @dev One bit for each used or cancelled EIP-3009 nonce, 256 in a word.
    mapping(address authorizer => mapping(uint256 word => uint256 bits)) private _authorizations;

    /// @inheritdoc ILocalCurrency
    mapping(address issuer => uint256 amount) public issuanceAllowance;

    /// @inheritdoc ILocalCurrency
    mapping(bytes32 purpose => IssueList) public issueList;

    /// @dev Taken out of the account's word, so that no payment needs to ask for it.
    mapping(address account => uint256 amount) private _held;

    mapping(address account => address successor) private _successors;

    Appointed private _appointed;

    // Constructor

    /// @param name_ Shown by wallets and included in what residents sign; at most 31 bytes.
    /// @param symbol_ Shown by wallets.
    /// @param decimals_ 0 for won.
    /// @param table Who may pay whom; see `setTransferTable`.
    /// @param authority The city's access manager.
    constructor(
        string memory name_,
        string memory symbol_,
        uint8 decimals_,
        uint64 table,
        address authority
    ) AccessManaged(authority) {
        _name = name_;
        _symbol = symbol_;
        decimals = decimals_;
        _contractURI = _metadata(name_, symbol_);
        DOMAIN = _domainSeparator();
        CHAIN_ID = block.chainid;
        DUST = DUST_UNITS * 10 ** decimals_;
        _setTransferTable(table);
    }

    // Administration

    /// @inheritdoc ILocalCurrency
    function appoint(address treasury, address holds, address recovery_, address unclaimed) external restricted {
        if (_appointed.treasury != address(0)) revert AlreadyAppointed(_appointed.treasury);
        _checkCode(treasury);
        _checkCode(holds);
        _checkCode(recovery_);
        _checkCode(unclaimed);

        _appointed = Appointed(treasury, holds, recovery_, unclaimed);

        emit ContractsAppointed(treasury, holds, recovery_, unclaimed);
    }

    /// @inheritdoc ILocalCurrency
    function register(Kind kind, uint16 category, bytes calldata accounts) external restricted {
        if (!_isMember(kind)) revert KindNotAssignable(kind);
        _checkLength(accounts, PackedItems.ADDRESS_BYTES);

        for (uint256 offset; offset < accounts.length; offset += PackedItems.ADDRESS_BYTES) {
            address account = accounts.addressAt(offset);
            if (account == address(0)) revert ERC20InvalidReceiver(account);
            _classify(account, _unregistered(account), kind, category);
        }
    }

    /// @inheritdoc ILocalCurrency
    function reclassify(address account, Kind kind, uint16 category) external restricted {
        AccountWord word = _account(account);
        if (!word.isMember()) revert CannotReclassify(account, word.kind());
        if (kind != Kind.None && !_isMember(kind)) revert KindNotAssignable(kind);

        if (kind == word.kind()) return _classify(account, word, kind, category);
        _changeKind(account, word, kind, category);
    }

    /// @inheritdoc ILocalCurrency
    function registerContract(address account, bool isOne) external restricted {
        if (isOne) {
            _checkCode(account);
            return _classify(account, _unregistered(account), Kind.SystemContract, 0);
        }
        AccountWord word = _account(account);
        if (word.kind() != Kind.SystemContract) revert CannotReclassify(account, word.kind());
        if (word.balance() != 0) revert AccountNotEmpty(account, word.balance());

        _changeKind(account, word, Kind.None, 0);
    }

    /// @inheritdoc ILocalCurrency
    function freeze(address account) external {
        _checkAppointed(_appointed.holds);
        AccountWord word = _account(account);
        Kind kind = word.kind();
        if (!word.isMember()) revert CannotFreeze(account, kind);

        _store(account, word.classified(Kind.Frozen, kind, word.category()));

        emit AccountFrozen(account);
    }

    /// @inheritdoc ILocalCurrency
    function unfreeze(address account) external {
        _checkAppointed(_appointed.holds);
        AccountWord word = _account(account);
        if (word.kind() != Kind.Frozen) revert NotFrozen(account, word.kind());

        Kind kind = word.heldKind();
        _store(account, word.classified(kind, Kind.None, word.category()));

        emit AccountUnfrozen(account, kind);
    }

    /// @inheritdoc ILocalCurrency
    function setTransferTable(uint64 table) external restricted {
        _setTransferTable(table);
    }

    /// @inheritdoc ILocalCurrency
    function pause(uint256 duration) external restricted {
        if (duration == 0 || duration > MAX_PAUSE) revert BadPause(duration);

        uint256 until = block.timestamp + duration;
        uint256 former = _policy.pausedUntil();
        if (until > former && block.timestamp < former + PAUSE_GAP) revert PausedRecently(former + PAUSE_GAP);
        _policy = _policy.withPausedUntil(until).withReviewAt(0);

        emit PausedUntil(until);
    }

    /// @inheritdoc ILocalCurrency
    function increaseIssuanceAllowance(address issuer, uint256 amount) external restricted {
        if (issuer != _appointed.treasury) revert NotAppointed(issuer, _appointed.treasury);

        _setIssuanceAllowance(issuer, (issuanceAllowance[issuer] + amount.min(MAX_SUPPLY)).min(MAX_SUPPLY));
    }

    /// @inheritdoc ILocalCurrency
    function decreaseIssuanceAllowance(address issuer, uint256 amount) external restricted {
        uint256 allowed = issuanceAllowance[issuer];
        _setIssuanceAllowance(issuer, allowed - amount.min(allowed));
    }

    /// @inheritdoc IERC7943Fungible
    function setFrozenTokens(address account, uint256 amount) external returns (bool) {
        _checkAppointed(_appointed.holds);
        AccountWord word = _account(account);
        if (!word.isMemberOrFrozen()) revert CannotFreeze(account, word.kind());

        uint256 former = _held[account];
        uint256 total = word.balance() + former;
        uint256 held = amount.min(total);
        _held[account] = held;
        _store(account, word.credit(former).debit(held));

        emit Frozen(account, held);
        return true;
    }

    /// @inheritdoc IERC7943Fungible
    function forcedTransfer(address from, address to, uint256 amount) external returns (bool) {
        _checkAppointed(_appointed.holds);
        uint256 held = _held[from];
        if (amount > held) revert HeldTooLittle(from, held, amount);
        AccountWord word = _account(to);
        if (!word.isActive()) revert TransferNotAllowed(from, to);

        _held[from] = held - amount;
        _store(to, word.credit(amount));

        emit Frozen(from, held - amount);
        emit Transfer(from, to, amount);
        emit ForcedTransfer(from, to, amount);
        return true;
    }

    /// @inheritdoc ILocalCurrency
    function recover(address from, address to) external {
        _checkAppointed(_appointed.recovery);
        AccountWord word = _account(from);
        AccountWord target = _unregistered(to);
        if (!word.isMemberOrFrozen()) revert CannotRecover(from, word.kind());
        if (to == address(0)) revert ERC20InvalidReceiver(to);

        uint256 held = _held[from];
        _successors[from] = to;
        _held[to] = held;
        _held[from] = 0;
        _store(to, word.withNonceOfAtLeast(target.nonce()));
        _store(from, word.superseded());

        emit Transfer(from, to, word.balance() + held);
        emit AccountRecovered(from, to);
    }

    // Users' functions

    /// @inheritdoc ILocalCurrency
    function issueBatch(bytes calldata items, bytes32 purpose, bytes24 list, uint256 first) external {
        _checkNotPaused();
        _checkLength(items, PackedItems.ISSUE_BYTES);
        uint256 count = items.length / PackedItems.ISSUE_BYTES;
        _serve(purpose, list, first, count);

        uint256 total;
        unchecked {
            // Cannot overflow: each amount is below 2^48, and calldata cannot hold 2^208 of them.
            for (uint256 offset; offset < items.length; offset += PackedItems.ISSUE_BYTES) {
                (address account, uint256 amount) = items.issueAt(offset);
                _issueTo(account, amount);
                total += amount;
            }
        }
        _takeIssuance(total);

        emit Issued(msg.sender, purpose, list, first, count, total);
    }

    /// @inheritdoc ILocalCurrency
    function redeem(uint256 amount, bytes32 payoutReference) external {
        AccountWord word = _account(msg.sender);
        if (word.kind() != Kind.SystemContract) revert RedeemNotAllowed(msg.sender, word.kind());
        if (word.balance() < amount) revert ERC20InsufficientBalance(msg.sender, word.balance(), amount);

        _store(msg.sender, word.debit(amount));
        totalSupply -= amount;

        emit Transfer(msg.sender, address(0), amount);
        emit Redeemed(msg.sender, payoutReference, amount);
    }

    /// @inheritdoc IERC20
    function transfer(address to, uint256 amount) external returns (bool) {
        _move(msg.sender, _account(msg.sender), to, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        AccountWord word = _account(from);
        _spendAllowance(word.ownerKey(from), amount);
        _move(from, word, to, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function approve(address spender, uint256 amount) external returns (bool) {
        _approve(msg.sender, _account(msg.sender), spender, amount);
        return true;
    }

    /// @inheritdoc IERC20Permit
    function permit(
        address owner,
        address spender,
        uint256 value,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        if (block.timestamp > deadline) revert PermitExpired(deadline);
        AccountWord word = _account(owner);
        uint256 nonce = _permitNonce(owner, word);
        bytes32 digest = MessageHashUtils.toTypedDataHash(
            _domain(),
            keccak256(abi.encode(PERMIT_TYPEHASH, owner, spender, value, nonce, deadline))
        );
        address signer = ECDSA.tryRecover(digest, v, r, s);
        if (signer == address(0) || signer != owner) revert PermitSignatureInvalid(owner, nonce);

        unchecked {
            ++_permits[owner];
        }
        _approve(owner, word, spender, value);
    }

    /// @inheritdoc ILocalCurrency
    function pay(
        address payer,
        address payee,
        uint256 amount,
        uint256 deadline,
        bytes32 order,
        bytes32 r,
        bytes32 vs
    ) external {
        AccountWord from = _account(payer);
        if (block.timestamp > deadline) revert PaymentExpired(deadline);
        if (amount == 0) revert PaymentOfNothing(payer);
        bytes32 digest = _paymentDigest(_domain(), payer, payee, amount, from.nonce(), deadline, order);
        if (ECDSA.tryRecover(digest, r, vs) != payer) revert PaymentSignatureInvalid(payer, from.nonce());

        _move(payer, from.useNonce(), payee, amount);

        _emitOrderPaid(order);
    }

    /// @inheritdoc ILocalCurrency
    function payFromSmartAccount(
        address payer,
        address payee,
        uint256 amount,
        uint256 deadline,
        bytes32 order,
        bytes calldata signature
    ) external {
        AccountWord from = _account(payer);
        if (block.timestamp > deadline) revert PaymentExpired(deadline);
        if (amount == 0) revert PaymentOfNothing(payer);
        bytes32 digest = _paymentDigest(_domain(), payer, payee, amount, from.nonce(), deadline, order);
        if (!_approvedBy(payer, digest, signature)) revert PaymentSignatureInvalid(payer, from.nonce());

        _move(payer, from.useNonce(), payee, amount);

        _emitOrderPaid(order);
    }

    /// @inheritdoc ILocalCurrency
    function payMany(bytes calldata payments) external returns (uint256 paid) {
        PolicyWord rules = _policy;
        if (block.timestamp >= rules.reviewAt()) rules = _reviewed(rules);
        bytes32 domain = _domain();
        bytes memory orders = OrderList.create(payments.length / PackedPaymentLibrary.HEAD_BYTES);
        (uint256 position, uint256 end) = PackedPaymentLibrary.bounds(payments);
        if (position == end) revert BadItemsLength(0);

        unchecked {
            for (uint256 index; position < end; ++index) {
                PackedPayment payment = PackedPayment.wrap(position);
                position = payment.end();
                if (position > end) revert BadItemsLength(payments.length);
                uint256 refusal = _tryPay(rules, domain, payment);
                if (refusal == PAID) orders.put(paid++, payment.order());
                else emit PaymentSkipped(index, payment.payer(), payment.order(), Refusal(refusal));
            }
        }

        emit OrdersPaid(orders.cut(paid));
    }

    /// @inheritdoc IERC3009
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        bytes32 digest = _authorizationDigest(TRANSFER_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _checkSigner(from, nonce, ECDSA.tryRecover(digest, v, r, s));
        _moveAuthorized(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc ILocalCurrency
    function transferWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        bytes32 digest = _authorizationDigest(TRANSFER_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _checkSignature(from, nonce, digest, signature);
        _moveAuthorized(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IERC3009
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external {
        if (to != msg.sender) revert CallerNotPayee(to, msg.sender);
        bytes32 digest = _authorizationDigest(RECEIVE_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _checkSigner(from, nonce, ECDSA.tryRecover(digest, v, r, s));
        _moveAuthorized(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc ILocalCurrency
    function receiveWithAuthorization(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce,
        bytes calldata signature
    ) external {
        if (to != msg.sender) revert CallerNotPayee(to, msg.sender);
        bytes32 digest = _authorizationDigest(RECEIVE_TYPEHASH, from, to, value, validAfter, validBefore, nonce);
        _checkSignature(from, nonce, digest, signature);
        _moveAuthorized(from, to, value, validAfter, validBefore, nonce);
    }

    /// @inheritdoc IERC3009Cancel
    function cancelAuthorization(address authorizer, bytes32 nonce, uint8 v, bytes32 r, bytes32 s) external {
        _checkSigner(authorizer, nonce, ECDSA.tryRecover(_cancelDigest(authorizer, nonce), v, r, s));
        _cancelAuthorization(authorizer, nonce);
    }

    /// @inheritdoc ILocalCurrency
    function cancelAuthorization(address authorizer, bytes32 nonce, bytes calldata signature) external {
        _checkSignature(authorizer, nonce, _cancelDigest(authorizer, nonce), signature);
        _cancelAuthorization(authorizer, nonce);
    }

    // Views

    /// @inheritdoc IERC20Metadata
    function name() external view returns (string memory) {
        return _text(_name);
    }

    /// @inheritdoc IERC20Metadata
    function symbol() external view returns (string memory) {
        return _text(_symbol);
    }

    /// @inheritdoc ILocalCurrency
    function contractURI() external view returns (string memory) {
        return _text(_contractURI);
    }

    /// @inheritdoc IERC20
    function balanceOf(address account) external view returns (uint256) {
        return _account(account).balance() + _held[account];
    }

    /// @inheritdoc IERC20
    function allowance(address owner, address spender) external view returns (uint256) {
        return _allowances[_account(owner).ownerKey(owner)][spender];
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) external view returns (uint256) {
        return _permitNonce(owner, _account(owner));
    }

    /// @inheritdoc IERC20Permit
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domain();
    }

    /// @inheritdoc ILocalCurrency
    function accountOf(address account) external view returns (Account memory found) {
        found = _account(account).decoded();
        found.held = uint64(_held[account]);
    }

    /// @inheritdoc ILocalCurrency
    function presentAddress(address account) external view returns (address) {
        // As many steps as the account's owner has lost keys.
        while (_successors[account] != address(0)) account = _successors[account];
        return account;
    }

    /// @inheritdoc ILocalCurrency
    function appointed() external view returns (address treasury, address holds, address recovery_, address unclaimed) {
        return (_appointed.treasury, _appointed.holds, _appointed.recovery, _appointed.unclaimed);
    }

    /// @inheritdoc IERC7943Fungible
    function canSend(address account) external view returns (bool) {
        return _rulesNow().letsPay(_account(account).kind());
    }

    /// @inheritdoc IERC7943Fungible
    function canReceive(address account) external view returns (bool) {
        return _rulesNow().letsBePaid(_account(account).kind());
    }

    /// @inheritdoc IERC7943Fungible
    function getFrozenTokens(address account) external view returns (uint256) {
        return _held[account];
    }

    /// @inheritdoc IERC7943Fungible
    function canTransfer(address from, address to, uint256 amount) external view returns (bool) {
        PolicyWord rules = _rulesNow();
        (AccountWord payer, AccountWord payee) = (_account(from), _account(to));
        uint256 pair = payer.pairWith(payee);
        if (!rules.allows(pair) || amount > payer.balance()) return false;
        return (pair != REFUND && pair != REFUND_OF_INSTITUTION) || amount <= _refundable(payer, payee);
    }

    /// @inheritdoc IERC3009
    function authorizationState(address authorizer, bytes32 nonce) external view returns (bool) {
        uint256 number = uint256(nonce);
        if (number >> SEQUENTIAL_NONCE_BITS == 0) return number < _account(authorizer).nonce();
        return (_authorizations[authorizer][number >> 8] >> (number & 0xff)) & 1 != 0;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 interfaceId) external pure returns (bool) {
        return
            interfaceId == type(IERC165).interfaceId ||
            interfaceId == type(IERC20).interfaceId ||
            interfaceId == type(IERC20Metadata).interfaceId ||
            interfaceId == type(IERC20Permit).interfaceId ||
            interfaceId == type(IERC5267).interfaceId ||
            interfaceId == type(IERC3009).interfaceId ||
            interfaceId == type(IERC7943Fungible).interfaceId;
    }

    /// @inheritdoc ILocalCurrency
    function refundable(address merchant, address payee) external view returns (uint256) {
        return _refundable(_account(merchant), _account(payee));
    }

    /// @inheritdoc ILocalCurrency
    function policy() external view returns (uint64 table, uint256 pausedUntil) {
        return (_policy.table(), _policy.pausedUntil());
    }

    // Internals

    /// @dev All payments go through here: makes the payment or returns why not. `from` is the payer's word, after its
    /// nonce was used if an order is being paid.
    function _tryMove(
        PolicyWord rules,
        address payer,
        AccountWord from,
        address payee,
        uint256 amount
    ) private returns (uint256 refusal) {
        AccountWord to = _account(payee);
        uint256 pair = from.pairWith(to);
        if (!rules.allows(pair)) return rules.isPaused() ? PAUSED : NOT_ALLOWED;
        if (amount > from.balance()) return INSUFFICIENT_BALANCE;
        if (pair == PURCHASE || pair == PURCHASE_OF_INSTITUTION) {
            (AccountWord spent, AccountWord earned) = (from.spend(amount), to.earn(amount));
            if (!spent.areOfMonth(earned, rules.monthBits())) {
                (from, to) = (from.turned(rules.monthBits()), to.turned(rules.monthBits()));
                (spent, earned) = (from.spend(amount).capped(), to.earn(amount).capped());
            }
            _settle(payer, spent, payee, earned, amount);
            return PAID;
        }
        if (pair == REFUND || pair == REFUND_OF_INSTITUTION) {
            (from, to) = (from.turned(rules.monthBits()), to.turned(rules.monthBits()));
            uint256 current = Math.min(amount, Math.min(from.counted(), to.counted()));
            uint256 closed = amount - current;
            if (closed != 0 && closed > _closedFor(from, to)) return REFUND_EXCEEDS_PURCHASES;
            (from, to) = (from.uncount(current, closed), to.uncount(current, closed));
        } else if (payer == payee) {
            to = from.debit(amount); // same account: the second store gives back what the first took
        }
        _settle(payer, from.debit(amount), payee, to.credit(amount), amount);
    }

    function _move(address payer, AccountWord from, address payee, uint256 amount) private {
        PolicyWord rules = _policy;
        if (block.timestamp >= rules.reviewAt()) rules = _reviewed(rules);
        uint256 refusal = _tryMove(rules, payer, from, payee, amount);
        if (refusal != PAID) _revertWith(refusal, payer, from, payee, amount);
    }

    function _revertWith(uint256 refusal, address payer, AccountWord from, address payee, uint256 amount) private view {
        if (payee == address(0)) revert ERC20InvalidReceiver(payee);
        if (refusal == PAUSED) revert TransfersPaused(_policy.pausedUntil());
        if (refusal == NOT_ALLOWED) revert TransferNotAllowed(payer, payee);
        if (refusal == INSUFFICIENT_BALANCE) revert ERC20InsufficientBalance(payer, from.balance(), amount);
        revert RefundExceedsPurchases(payer, payee, _refundable(from, _account(payee)), amount);
    }

    function _refundable(AccountWord merchant, AccountWord payee) private view returns (uint256) {
        (uint256 month, ) = CalendarMonth.at(block.timestamp);
        uint256 monthBits = PolicyWord.wrap(0).withMonth(month).monthBits();
        (merchant, payee) = (merchant.turned(monthBits), payee.turned(monthBits));
        return Math.min(merchant.counted(), payee.counted()) + _closedFor(merchant, payee);
    }

    /// @dev What two words of the current month leave to refund of the month before: nothing once the grace is over.
    function _closedFor(AccountWord merchant, AccountWord payee) private view returns (uint256) {
        (uint256 month, ) = CalendarMonth.at(block.timestamp);
        (uint256 monthAtGrace, ) = CalendarMonth.at(block.timestamp - REFUND_GRACE);
        return month == monthAtGrace ? 0 : Math.min(merchant.closed(), payee.closed());
    }

    /// @dev Makes a packed payment or returns why not.
    function _tryPay(PolicyWord rules, bytes32 domain, PackedPayment payment) private returns (uint256) {
        if (block.timestamp > payment.deadline()) return EXPIRED;
        address payer = payment.payer();
        address payee = payment.payee();
        uint256 amount = payment.amount();
        if (amount == 0) return NOTHING;
        AccountWord from = _account(payer);
        bytes32 digest = _paymentDigest(
            domain,
            payer,
            payee,
            amount,
            from.nonce(),
            payment.deadline(),
            payment.order()
        );
        if (!_isSignedByKey(payment, payer, digest)) {
            if (payer.code.length == 0) return BAD_SIGNATURE;
            // Whoever may not pay is not asked: an answer may cost as much as 30 payments.
            if (!rules.allows(from.pairWith(_account(payee)))) return rules.isPaused() ? PAUSED : NOT_ALLOWED;
            if (!_approvedBy(payer, digest, payment.signature())) return BAD_SIGNATURE;
        }

        return _tryMove(rules, payer, from.useNonce(), payee, amount);
    }

    /// @dev Anything but 64 bytes by the payer's key goes to the payer's contract, if it has one.
    function _isSignedByKey(PackedPayment payment, address payer, bytes32 digest) private view returns (bool) {
        if (payment.signatureLength() != COMPACT_SIGNATURE_BYTES) return false;
        (bytes32 r, bytes32 vs) = payment.compactSignature();
        return ECDSA.tryRecover(digest, r, vs) == payer;
    }

    /// @dev ERC-1271 by static call. Only the first word of the answer is copied: memory for a huge answer would make
    /// every later item of the batch more expensive.
    function _approvedBy(address payer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        if (gasleft() < ERC1271_FLOOR) revert GasTooLow(ERC1271_FLOOR, gasleft());
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        (bool answered, , bytes memory answer) = LibCall.tryStaticCall(payer, ERC1271_GAS, ANSWER_BYTES, question);
        return
            answered && answer.length == ANSWER_BYTES && bytes32(answer) == bytes32(IERC1271.isValidSignature.selector);
    }

    function _paymentDigest(
        bytes32 domain,
        address payer,
        address payee,
        uint256 amount,
        uint256 nonce,
        uint256 deadline,
        bytes32 order
    ) private pure returns (bytes32) {
        bytes32 message = EfficientHashLib.hash(
            uint256(PAYMENT_TYPEHASH),
            uint160(payer),
            uint160(payee),
            amount,
            nonce,
            deadline,
            uint256(order)
        );
        return MessageHashUtils.toTypedDataHash(domain, message);
    }

    /// @dev Uses the nonce up, then moves the money like any other transfer.
    function _moveAuthorized(
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) private {
        if (block.timestamp <= validAfter) revert AuthorizationNotYetValid(validAfter);
        if (block.timestamp >= validBefore) revert AuthorizationExpired(validBefore);
        AccountWord word = _useAuthorization(from, nonce);
        if (uint256(nonce) >> SEQUENTIAL_NONCE_BITS != 0 && word.epoch() != 0 && validAfter < kindEndedAt[from]) {
            revert AuthorizationOfFormerKind(from, kindEndedAt[from]);
        }

        emit AuthorizationUsed(from, nonce);
        _move(from, word, to, value);
    }

    function _cancelAuthorization(address authorizer, bytes32 nonce) private {
        _store(authorizer, _useAuthorization(authorizer, nonce));

        emit AuthorizationCanceled(authorizer, nonce);
    }

    /// @dev Returns the account's word, in which a sequential nonce is used up; any other takes a bit in the mapping.
    function _useAuthorization(address authorizer, bytes32 nonce) private returns (AccountWord word) {
        word = _account(authorizer);
        uint256 number = uint256(nonce);
        if (number >> SEQUENTIAL_NONCE_BITS == 0) {
            if (number != word.nonce()) revert AuthorizationAlreadyUsed(authorizer, nonce);
            return word.useNonce();
        }
        uint256 used = _authorizations[authorizer][number >> 8];
        uint256 bit = 1 << (number & 0xff);
        if (used & bit != 0) revert AuthorizationAlreadyUsed(authorizer, nonce);
        _authorizations[authorizer][number >> 8] = used | bit;
    }

    function _checkSigner(address from, bytes32 nonce, address signer) private pure {
        if (signer == address(0) || signer != from) revert AuthorizationSignatureInvalid(from, nonce);
    }

    /// @dev By the account's key, in 64 or 65 bytes, or by its contract.
    function _checkSignature(address from, bytes32 nonce, bytes32 digest, bytes calldata signature) private view {
        if (from != address(0) && ECDSA.tryRecoverCalldata(digest, signature) == from) return;
        if (from.code.length == 0 || !_approvedBy(from, digest, signature)) {
            revert AuthorizationSignatureInvalid(from, nonce);
        }
    }

    function _authorizationDigest(
        bytes32 typehash,
        address from,
        address to,
        uint256 value,
        uint256 validAfter,
        uint256 validBefore,
        bytes32 nonce
    ) private view returns (bytes32) {
        return
            MessageHashUtils.toTypedDataHash(
                _domain(),
                keccak256(abi.encode(typehash, from, to, value, validAfter, validBefore, nonce))
            );
    }

    /// @dev Another one after a fork of the chain.
    function _domain() private view returns (bytes32) {
        return block.chainid == CHAIN_ID ? DOMAIN : _domainSeparator();
    }

    function _cancelDigest(address authorizer, bytes32 nonce) private view returns (bytes32) {
        return MessageHashUtils.toTypedDataHash(_domain(), keccak256(abi.encode(CANCEL_TYPEHASH, authorizer, nonce)));
    }

    function _domainNameAndVersion() internal view override returns (string memory, string memory) {
        return (_text(_name), "1");
    }

    /// @dev The name is in storage, which the library would read before the constructor has written it.
    function _domainNameAndVersionMayChange() internal pure override returns (bool) {
        return true;
    }

    /// @dev `emit OrderPaid(order)` without memory; the order is a topic, so a shop can ask a node for it.
    function _emitOrderPaid(bytes32 order) private {
        assembly ("memory-safe") {
            log2(0, 0, ORDER_PAID_TOPIC, order)
        }
    }

    /// @dev During a pause, the word with the way out alone. After a pause or the end of a month, updates the stored
    /// word.
    function _reviewed(PolicyWord rules) private returns (PolicyWord) {
        if (rules.isPaused()) return rules.withWayOutOnly();
        (uint256 month, uint256 ends) = CalendarMonth.at(block.timestamp);
        bool turned = month != rules.month();

        rules = rules.withMonth(month).withReviewAt(ends);
        _policy = rules;

        if (turned) emit MonthTurned(month);
        return rules;
    }

    /// @dev Marks the places from `first` on as served. Only issuers get past `_takeIssuance`, so nobody else can use
    /// up a purpose. 64 bits are enough: each place took calldata.
    function _serve(bytes32 purpose, bytes24 list, uint256 first, uint256 count) private {
        IssueList memory known = issueList[purpose];
        if (known.served != 0 && known.list != list) revert PurposeNamesAnotherList(purpose, known.list, list);
        if (first != known.served) revert PlaceNotNext(purpose, known.served, first);

        issueList[purpose] = IssueList(list, uint64(first + count));
    }

    function _setIssuanceAllowance(address issuer, uint256 allowed) private {
        issuanceAllowance[issuer] = allowed;

        emit IssuanceAllowanceSet(issuer, allowed);
    }

    function _takeIssuance(uint256 amount) private {
        uint256 allowed = issuanceAllowance[msg.sender];
        uint256 supply = totalSupply;
        if (amount > allowed || allowed == 0) revert IssuanceAllowanceExceeded(msg.sender, allowed, amount);
        if (amount > MAX_SUPPLY - supply) revert SupplyCapExceeded(supply, amount);

        unchecked {
            issuanceAllowance[msg.sender] = allowed - amount;
            totalSupply = supply + amount;
        }
    }

    function _issueTo(address account, uint256 amount) private {
        AccountWord word = _account(account);
        if (!word.isIssuable()) revert IssueNotAllowed(account, word.kind());

        _store(account, word.credit(amount));

        emit Transfer(address(0), account, amount);
    }

    /// @dev Ends what the account was: what was approved or signed then is void. Its last few won are kept for its
    /// owner.
    function _changeKind(address account, AccountWord word, Kind kind, uint16 category) private {
        (uint256 rest, uint256 held) = (word.balance(), _held[account]);
        if (rest >= DUST || held != 0) revert AccountNotEmpty(account, rest + held);
        if (word.isInLastEpoch()) revert CannotReclassify(account, word.kind());

        kindEndedAt[account] = block.timestamp;
        _classify(account, word.ended(), kind, category);
        if (rest == 0) return;

        address unclaimed = _appointed.unclaimed;
        _store(unclaimed, _account(unclaimed).credit(rest));

        emit Transfer(account, unclaimed, rest);
        IUnclaimed(unclaimed).keep(account, rest);
    }

    function _classify(address account, AccountWord word, Kind kind, uint16 category) private {
        _store(account, word.classified(kind, Kind.None, category));

        emit AccountClassified(account, kind, category);
    }

    function _approve(address owner, AccountWord word, address spender, uint256 amount) private {
        if (spender == address(0)) revert ERC20InvalidSpender(spender);

        _allowances[word.ownerKey(owner)][spender] = amount;

        emit Approval(owner, spender, amount);
    }

    /// @dev An allowance of 2^256 - 1 is unlimited, as wallets expect.
    function _spendAllowance(uint256 ownerKey, uint256 amount) private {
        if (_account(msg.sender).isBarred()) revert SpenderFrozen(msg.sender);
        uint256 allowed = _allowances[ownerKey][msg.sender];
        if (allowed == type(uint256).max) return;
        if (allowed < amount) revert ERC20InsufficientAllowance(msg.sender, allowed, amount);

        unchecked {
            _allowances[ownerKey][msg.sender] = allowed - amount;
        }
    }

    function _setTransferTable(uint64 table) private {
        if (!PolicyWordLibrary.isAllowedTable(table)) revert BadTransferTable(table);

        _policy = _policy.withTable(table);

        emit TransferTableSet(table);
    }

    function _checkAppointed(address appointed_) private view {
        if (msg.sender != appointed_) revert NotAppointed(msg.sender, appointed_);
    }

    /// @dev The rules as they are now, where the stored word was not looked at again yet.
    function _rulesNow() private view returns (PolicyWord rules) {
        rules = _policy;
        if (rules.isPaused()) rules = rules.withWayOutOnly();
    }

    /// @dev Permits count beside payments, and in each epoch from the next multiple of 2^32.
    function _permitNonce(address owner, AccountWord word) private view returns (uint256) {
        unchecked {
            return (word.epoch() << EPOCH) + _permits[owner];
        }
    }

    /// @dev The word of an account that may be registered.
    function _unregistered(address account) private view returns (AccountWord word) {
        word = _account(account);
        if (word.kind() != Kind.None) revert AlreadyRegistered(account, word.kind());
    }

    function _checkCode(address account) private view {
        if (account.code.length == 0) revert SystemContractWithoutCode(account);
    }

    function _checkNotPaused() private view {
        uint256 until = _policy.pausedUntil();
        if (until > block.timestamp) revert TransfersPaused(until);
    }

    function _checkLength(bytes calldata items, uint256 itemBytes) private pure {
        if (items.length == 0 || items.length % itemBytes != 0) revert BadItemsLength(items.length);
    }

    function _isMember(Kind kind) private pure returns (bool) {
        return kind == Kind.Resident || kind == Kind.Merchant || kind == Kind.Institution;
    }

    /// @dev One reader for all texts: each getter of its own would carry a copy of it.
    function _text(string storage text) private pure returns (string memory) {
        return text;
    }

    function _metadata(string memory name_, string memory symbol_) private pure returns (string memory) {
        (name_, symbol_) = (LibString.escapeJSON(name_), LibString.escapeJSON(symbol_));
        // solhint-disable-next-line quotes
        return string.concat('data:application/json;utf8,{"name":"', name_, '","symbol":"', symbol_, '"}');
    }
}
