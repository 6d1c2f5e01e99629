// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {IERC20Permit} from "@openzeppelin/contracts/token/ERC20/extensions/IERC20Permit.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {AccountStorage} from "./AccountStorage.sol";
import {AccountWord} from "./AccountWord.sol";
import {CalendarMonth} from "./CalendarMonth.sol";
import {Account, ILocalCurrency, Kind, Refusal} from "./ILocalCurrency.sol";
import {PackedItems} from "./PackedItems.sol";
import {PolicyWord, PolicyWordLibrary} from "./PolicyWord.sol";

contract LocalCurrency is AccountStorage, ILocalCurrency, EIP712, AccessManaged {
    using PackedItems for bytes;

    /// @dev Longest pause; a longer one needs a new decision.
    uint256 public constant MAX_PAUSE = 72 hours;

    /// @dev Enough for a passkey verified in Solidity; little enough that no smart account stalls a batch.
    uint256 public constant ERC1271_GAS = 500_000;

    uint256 private constant MAX_SUPPLY = type(uint64).max;
    uint256 private constant ECDSA_BYTES = 64;
    bytes32 private constant PAYMENT_TYPE =
        keccak256("Payment(address payer,address payee,uint256 amount,uint256 nonce,uint256 deadline,bytes32 order)");
    bytes32 private constant PERMIT_TYPE =
        keccak256("Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)");

    // solhint-disable-next-line immutable-vars-naming
    uint8 public immutable decimals;

    PolicyWord private _policy;
    uint256 public totalSupply;
    string public name;
    string public symbol;
    mapping(address owner => mapping(address spender => uint256 amount)) public allowance;
    mapping(address issuer => uint256 amount) public issuanceAllowance;

    /// @param name_ Shown by wallets and part of what residents sign.
    /// @param symbol_ Shown by wallets.
    /// @param decimals_ 0 for won.
    /// @param table Who may pay whom; see `setTransferTable`.
    /// @param authority The city's access manager.
    constructor(string memory name_, string memory symbol_, uint8 decimals_, uint64 table, address authority)
        EIP712(name_, "1")
        AccessManaged(authority)
    {
        name = name_;
        symbol = symbol_;
        decimals = decimals_;
        _setTransferTable(table);
    }

    // Administration

    /// @inheritdoc ILocalCurrency
    function register(Kind kind, uint16 category, bytes calldata accounts) external restricted {
        if (!_isAssignable(kind)) revert KindNotAssignable(kind);
        _checkLength(accounts, PackedItems.ADDRESS_BYTES);

        for (uint256 offset; offset < accounts.length; offset += PackedItems.ADDRESS_BYTES) {
            address account = accounts.addressAt(offset);
            AccountWord word = _account(account);
            if (account == address(0)) revert ERC20InvalidReceiver(account);
            if (word.kind() != Kind.NONE) revert AlreadyRegistered(account, word.kind());
            _classify(account, word, kind, category);
        }
    }

    /// @inheritdoc ILocalCurrency
    function reclassify(address account, Kind kind, uint16 category) external restricted {
        AccountWord word = _account(account);
        Kind current = word.kind();
        if (current == Kind.NONE) revert NotRegistered(account);
        if (current == Kind.FROZEN || (kind != Kind.NONE && !_isAssignable(kind))) revert KindNotAssignable(kind);
        if (kind != current && word.balance() != 0) revert AccountNotEmpty(account, word.balance());

        _classify(account, kind == current ? word : word.withReceipts(0, 0), kind, category);
    }

    /// @inheritdoc ILocalCurrency
    function freeze(address account) external restricted {
        AccountWord word = _account(account);
        Kind kind = word.kind();
        if (kind == Kind.NONE || kind == Kind.FROZEN) revert CannotFreeze(account, kind);

        _store(account, word.classified(Kind.FROZEN, kind, word.category()));

        emit AccountFrozen(account);
    }

    /// @inheritdoc ILocalCurrency
    function unfreeze(address account) external restricted {
        AccountWord word = _account(account);
        if (word.kind() != Kind.FROZEN) revert NotFrozen(account, word.kind());

        Kind kind = word.heldKind();
        _store(account, word.classified(kind, Kind.NONE, word.category()));

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
        _policy = _policy.withPausedUntil(uint40(until));

        emit PausedUntil(until);
    }

    /// @inheritdoc ILocalCurrency
    function setIssuanceAllowance(address issuer, uint256 allowance_) external restricted {
        issuanceAllowance[issuer] = allowance_;

        emit IssuanceAllowanceSet(issuer, allowance_);
    }

    // Issuing and cashing out

    /// @inheritdoc ILocalCurrency
    function issue(address account, uint256 amount, bytes32 purpose) external {
        _checkNotPaused();
        _takeIssuance(amount);

        _issueTo(account, amount);

        emit Issued(msg.sender, purpose, 1, amount);
    }

    /// @inheritdoc ILocalCurrency
    function issueBatch(bytes calldata items, bytes32 purpose) external {
        _checkNotPaused();
        _checkLength(items, PackedItems.ISSUE_BYTES);

        uint256 total;
        unchecked {
            // At most 2^48 an item: no calldata holds enough items to overflow.
            for (uint256 offset; offset < items.length; offset += PackedItems.ISSUE_BYTES) {
                (address account, uint256 amount) = items.issueAt(offset);
                _issueTo(account, amount);
                total += amount;
            }
        }
        _takeIssuance(total);

        emit Issued(msg.sender, purpose, items.length / PackedItems.ISSUE_BYTES, total);
    }

    /// @inheritdoc ILocalCurrency
    function redeem(uint256 amount, bytes32 payoutReference) external {
        AccountWord word = _account(msg.sender);
        if (word.kind() != Kind.MERCHANT) revert RedeemNotAllowed(msg.sender, word.kind());
        if (word.balance() < amount) revert ERC20InsufficientBalance(msg.sender, word.balance(), amount);

        _store(msg.sender, word.debit(amount));
        totalSupply -= amount;

        emit Transfer(msg.sender, address(0), amount);
        emit Redeemed(msg.sender, payoutReference, amount);
    }

    // Paying

    /// @inheritdoc IERC20
    function transfer(address to, uint256 amount) external returns (bool) {
        _move(msg.sender, _account(msg.sender), to, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function transferFrom(address from, address to, uint256 amount) external returns (bool) {
        _spendAllowance(from, amount);
        _move(from, _account(from), to, amount);
        return true;
    }

    /// @inheritdoc IERC20
    function approve(address spender, uint256 amount) external returns (bool) {
        _approve(msg.sender, spender, amount);
        return true;
    }

    /// @inheritdoc IERC20Permit
    function permit(address owner, address spender, uint256 value, uint256 deadline, uint8 v, bytes32 r, bytes32 s) external {
        if (block.timestamp > deadline) revert PermitExpired(deadline);
        AccountWord word = _account(owner);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(PERMIT_TYPE, owner, spender, value, word.nonce(), deadline)));
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecover(digest, v, r, s);
        if (failure != ECDSA.RecoverError.NoError || signer != owner) revert PermitSignatureInvalid(owner, word.nonce());

        _store(owner, word.useNonce());
        _approve(owner, spender, value);
    }

    /// @inheritdoc ILocalCurrency
    function pay(address payer, address payee, uint256 amount, uint256 deadline, bytes32 order, bytes32 r, bytes32 vs) external {
        AccountWord word = _account(payer);
        if (block.timestamp > deadline) revert PaymentExpired(deadline);
        bytes32 digest = _paymentDigest(payer, payee, amount, word.nonce(), deadline, order);
        if (!_signedBy(payer, digest, r, vs)) revert PaymentSignatureInvalid(payer, word.nonce());

        _move(payer, word.useNonce(), payee, amount);

        emit OrderPaid(order);
    }

    /// @inheritdoc ILocalCurrency
    function payFromSmartAccount(address payer, address payee, uint256 amount, uint256 deadline, bytes32 order, bytes calldata signature)
        external
    {
        AccountWord word = _account(payer);
        if (block.timestamp > deadline) revert PaymentExpired(deadline);
        bytes32 digest = _paymentDigest(payer, payee, amount, word.nonce(), deadline, order);
        if (!_approvedBy(payer, digest, signature)) revert PaymentSignatureInvalid(payer, word.nonce());

        _move(payer, word.useNonce(), payee, amount);

        emit OrderPaid(order);
    }

    /// @inheritdoc ILocalCurrency
    function payMany(bytes calldata payments) external returns (uint256 paid) {
        if (payments.length == 0) revert BadBatchLength(0);
        PolicyWord policy = _policyOfThisMonth();
        uint256 offset;
        for (uint256 index; offset < payments.length; ++index) {
            uint256 end = _endOfPayment(payments, offset);
            bytes calldata payment = payments[offset:end];
            Refusal refusal = _tryPay(policy, payment);
            if (refusal == Refusal.NONE) ++paid;
            else emit PaymentSkipped(index, payment.addressAt(0), bytes32(payment.wordAt(51)), refusal);
            offset = end;
        }
    }

    // Views

    /// @inheritdoc IERC20
    function balanceOf(address account) external view returns (uint256) {
        return _account(account).balance();
    }

    /// @inheritdoc IERC20Permit
    function nonces(address owner) external view returns (uint256) {
        return _account(owner).nonce();
    }

    /// @inheritdoc IERC20Permit
    // solhint-disable-next-line func-name-mixedcase
    function DOMAIN_SEPARATOR() external view returns (bytes32) {
        return _domainSeparatorV4();
    }

    /// @inheritdoc ILocalCurrency
    function accountOf(address account) external view returns (Account memory) {
        return _account(account).decoded();
    }

    /// @inheritdoc ILocalCurrency
    function refusalOf(address payer, address payee, uint256 amount) external view returns (Refusal) {
        (uint256 month,) = CalendarMonth.at(block.timestamp);
        return _refusal(_policy, month, _account(payer), _account(payee), amount);
    }

    /// @inheritdoc ILocalCurrency
    function transferTable() external view returns (uint64) {
        return _policy.table();
    }

    /// @inheritdoc ILocalCurrency
    function pausedUntil() external view returns (uint256) {
        return _policy.pausedUntil();
    }

    // Internals: the one rule and the one way money moves

    /// @dev The rule: why `payer` may not pay `payee` this amount.
    function _refusal(PolicyWord policy, uint256 month, AccountWord payer, AccountWord payee, uint256 amount)
        private
        view
        returns (Refusal)
    {
        uint256 payerKind = payer.kindIndex();
        uint256 payeeKind = payee.kindIndex();
        if (policy.pausedUntil() > block.timestamp) return Refusal.PAUSED;
        if (!policy.allows(payerKind, payeeKind)) return Refusal.NOT_ALLOWED;
        if (payer.balance() < amount) return Refusal.INSUFFICIENT_BALANCE;
        if (_isRefund(payerKind, payeeKind) && payer.receipts(month) < amount) return Refusal.REFUND_EXCEEDS_RECEIPTS;
        return Refusal.NONE;
    }

    /// @dev Moves `amount` if the rule allows it. `from` is the payer's word with its nonce used up where there is one.
    function _tryMove(PolicyWord policy, address payer, AccountWord from, address payee, uint256 amount) private returns (Refusal) {
        AccountWord to = _account(payee);
        uint256 month = policy.month();
        Refusal refusal = _refusal(policy, month, from, to, amount);
        if (refusal != Refusal.NONE) return refusal;

        if (_isRefund(from.kindIndex(), to.kindIndex())) from = from.withReceipts(month, from.receipts(month) - amount);
        if (_isRefund(to.kindIndex(), from.kindIndex())) to = to.addReceipt(month, amount);
        if (payer == payee) {
            _store(payer, from);
        } else {
            _store(payer, from.debit(amount));
            _store(payee, to.credit(amount));
        }

        emit Transfer(payer, payee, amount);
        return Refusal.NONE;
    }

    function _move(address payer, AccountWord from, address payee, uint256 amount) private {
        Refusal refusal = _tryMove(_policyOfThisMonth(), payer, from, payee, amount);
        if (refusal != Refusal.NONE) _revertWith(refusal, payer, from, payee, amount);
    }

    function _revertWith(Refusal refusal, address payer, AccountWord from, address payee, uint256 amount) private view {
        if (payee == address(0)) revert ERC20InvalidReceiver(payee);
        if (refusal == Refusal.PAUSED) revert TransfersPaused(_policy.pausedUntil());
        if (refusal == Refusal.NOT_ALLOWED) revert TransferNotAllowed(payer, payee);
        if (refusal == Refusal.INSUFFICIENT_BALANCE) revert ERC20InsufficientBalance(payer, from.balance(), amount);
        revert RefundExceedsReceipts(payer, from.receipts(_policy.month()), amount);
    }

    /// @dev One packed payment: 20 payer, 20 payee, 6 amount, 5 deadline, 32 order, 2 length, then the signature.
    function _tryPay(PolicyWord policy, bytes calldata payment) private returns (Refusal) {
        (uint256 amount, uint256 deadline) = payment.amountAndDeadlineAt(40);
        if (block.timestamp > deadline) return Refusal.EXPIRED;
        address payer = payment.addressAt(0);
        address payee = payment.addressAt(20);
        bytes32 order = bytes32(payment.wordAt(51));
        AccountWord from = _account(payer);
        bytes32 digest = _paymentDigest(payer, payee, amount, from.nonce(), deadline, order);
        if (!_isSigned(payer, digest, payment[PackedItems.PAYMENT_HEAD_BYTES:])) return Refusal.BAD_SIGNATURE;

        Refusal refusal = _tryMove(policy, payer, from.useNonce(), payee, amount);
        if (refusal == Refusal.NONE) emit OrderPaid(order);
        return refusal;
    }

    /// @dev 64 bytes are the payer's own ECDSA signature; any other length is for the payer's contract to judge.
    function _isSigned(address payer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        if (signature.length != ECDSA_BYTES) return _approvedBy(payer, digest, signature);
        return _signedBy(payer, digest, bytes32(signature.wordAt(0)), bytes32(signature.wordAt(32)));
    }

    function _signedBy(address payer, bytes32 digest, bytes32 r, bytes32 vs) private pure returns (bool) {
        (address signer, ECDSA.RecoverError failure,) = ECDSA.tryRecover(digest, r, vs);
        return failure == ECDSA.RecoverError.NoError && signer == payer;
    }

    /// @dev ERC-1271, called without the power to change anything.
    function _approvedBy(address payer, bytes32 digest, bytes calldata signature) private view returns (bool) {
        bytes memory question = abi.encodeCall(IERC1271.isValidSignature, (digest, signature));
        (bool answered, bytes memory answer) = payer.staticcall{gas: ERC1271_GAS}(question);
        return answered && answer.length >= 32 && bytes32(answer) == bytes32(IERC1271.isValidSignature.selector);
    }

    function _paymentDigest(address payer, address payee, uint256 amount, uint256 nonce, uint256 deadline, bytes32 order)
        private
        view
        returns (bytes32)
    {
        return _hashTypedDataV4(keccak256(abi.encode(PAYMENT_TYPE, payer, payee, amount, nonce, deadline, order)));
    }

    function _endOfPayment(bytes calldata payments, uint256 offset) private pure returns (uint256 end) {
        end = offset + PackedItems.PAYMENT_HEAD_BYTES;
        if (end > payments.length) revert BadBatchLength(payments.length);
        end += payments.lengthAt(end - 2);
        if (end > payments.length) revert BadBatchLength(payments.length);
    }

    /// @dev The policy word, moved to the present month by the first payment in it.
    function _policyOfThisMonth() private returns (PolicyWord policy) {
        policy = _policy;
        if (block.timestamp >= policy.monthEnds()) {
            (uint256 month, uint256 ends) = CalendarMonth.at(block.timestamp);
            policy = policy.withMonth(uint16(month), uint40(ends));
            _policy = policy;
            emit MonthTurned(month);
        }
    }

    function _takeIssuance(uint256 amount) private {
        uint256 allowed = issuanceAllowance[msg.sender];
        uint256 supply = totalSupply;
        if (amount > allowed) revert IssuanceAllowanceExceeded(msg.sender, allowed, amount);
        if (amount > MAX_SUPPLY - supply) revert SupplyCapExceeded(supply, amount);

        unchecked {
            issuanceAllowance[msg.sender] = allowed - amount;
            totalSupply = supply + amount;
        }
    }

    /// @dev Not to merchants: what a merchant cashes out, residents have paid it.
    function _issueTo(address account, uint256 amount) private {
        AccountWord word = _account(account);
        uint256 kind = word.kindIndex();
        bool allowed = kind == uint256(Kind.RESIDENT) || kind == uint256(Kind.INSTITUTION) || kind == uint256(Kind.SYSTEM_CONTRACT);
        if (!allowed) revert IssueNotAllowed(account, word.kind());

        _store(account, word.credit(amount));

        emit Transfer(address(0), account, amount);
    }

    function _classify(address account, AccountWord word, Kind kind, uint16 category) private {
        _store(account, word.classified(kind, Kind.NONE, category));

        emit AccountClassified(account, kind, category);
    }

    function _approve(address owner, address spender, uint256 amount) private {
        if (spender == address(0)) revert ERC20InvalidSpender(spender);

        allowance[owner][spender] = amount;

        emit Approval(owner, spender, amount);
    }

    /// @dev An allowance of 2^256 - 1 is unlimited, as wallets expect.
    function _spendAllowance(address owner, uint256 amount) private {
        uint256 allowed = allowance[owner][msg.sender];
        if (allowed == type(uint256).max) return;
        if (allowed < amount) revert ERC20InsufficientAllowance(msg.sender, allowed, amount);

        unchecked {
            allowance[owner][msg.sender] = allowed - amount;
        }
    }

    function _setTransferTable(uint64 table) private {
        if (!PolicyWordLibrary.isAllowedTable(table)) revert BadTransferTable(table);

        _policy = _policy.withTable(table);

        emit TransferTableSet(table);
    }

    function _checkNotPaused() private view {
        uint256 until = _policy.pausedUntil();
        if (until > block.timestamp) revert TransfersPaused(until);
    }

    function _checkLength(bytes calldata items, uint256 itemBytes) private pure {
        if (items.length == 0 || items.length % itemBytes != 0) revert BadBatchLength(items.length);
    }

    function _isAssignable(Kind kind) private pure returns (bool) {
        return kind != Kind.NONE && kind != Kind.FROZEN;
    }

    function _isRefund(uint256 payerKind, uint256 payeeKind) private pure returns (bool) {
        return payerKind == uint256(Kind.MERCHANT) && payeeKind == uint256(Kind.RESIDENT);
    }
}
