// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC1155} from "@openzeppelin/contracts/token/ERC1155/IERC1155.sol";
import {IERC1155MetadataURI} from "@openzeppelin/contracts/token/ERC1155/extensions/IERC1155MetadataURI.sol";
import {BitMaps} from "@openzeppelin/contracts/utils/structs/BitMaps.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ERC165} from "@openzeppelin/contracts/utils/introspection/ERC165.sol";
import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {MerkleProof} from "@openzeppelin/contracts/utils/cryptography/MerkleProof.sol";
import {SignatureCheckerLib} from "solady/src/utils/SignatureCheckerLib.sol";

import {Account} from "./Account.sol";
import {FundWord, FundWordLibrary} from "./FundWord.sol";
import {ILocalCurrency} from "./ILocalCurrency.sol";
import {IVouchers} from "./IVouchers.sol";
import {Kind} from "./Kind.sol";
import {PackedItems} from "./PackedItems.sol";
import {VoucherWord} from "./VoucherWord.sol";

/// @title Vouchers
/// @notice See `IVouchers`.
contract Vouchers is IVouchers, ERC165, EIP712, AccessManaged {
    using BitMaps for BitMaps.BitMap;
    using PackedItems for bytes;

    // Constants and immutables

    uint256 private constant BPS = 10_000;

    /// @dev Korean consumer rules: the rest of a gift certificate is paid out once 60 % (80 % of small ones) is spent.
    uint256 private constant LEAST_REFUND_BPS = 6_000;
    uint256 private constant MOST_REFUND_BPS = 8_000;

    /// @dev Bounds the gas of `open`.
    uint256 private constant MOST_CATEGORIES = 64;

    bytes32 private constant PAYMENT_TYPEHASH = keccak256(
        // solhint-disable-next-line max-line-length
        "VoucherPayment(address holder,address merchant,uint256 programme,uint256 amount,uint256 nonce,uint256 deadline,bytes32 order)"
    );
    bytes32 private constant REST_TYPEHASH = keccak256(
        "VoucherRest(address holder,uint256 programme,uint256 nonce,uint256 deadline)"
    );

    /// @notice The currency in which merchants are paid.
    ILocalCurrency public immutable currency;

    // Storage

    /// @inheritdoc IVouchers
    uint256 public programmes;

    mapping(uint256 programme => Programme terms) private _programmes;
    mapping(uint256 programme => FundWord money) private _funds;
    mapping(uint256 programme => string uri) private _uris;

    /// @inheritdoc IVouchers
    mapping(uint256 programme => mapping(uint16 category => bool accepted)) public accepts;

    mapping(uint256 programme => mapping(address holder => VoucherWord voucher)) private _vouchers;

    /// @inheritdoc IVouchers
    mapping(uint256 programme => mapping(address holder => mapping(address merchant => uint256 amount))) public spentAt;

    mapping(bytes32 list => GrantList progress) private _lists;
    mapping(bytes32 list => BitMaps.BitMap places) private _claimed;

    // Constructor

    /// @param currency_ The city's currency; its membership officer registers this contract as a system contract.
    /// @param authority The city's access manager.
    constructor(ILocalCurrency currency_, address authority) EIP712("Dongne Vouchers", "1") AccessManaged(authority) {
        currency = currency_;
    }

    // Administration

    /// @inheritdoc IVouchers
    function open(Terms calldata terms) external restricted returns (uint256 programme) {
        _checkTerms(terms);

        programme = ++programmes;
        _programmes[programme] = Programme(terms.funder, terms.start, terms.expiry, terms.refundBps);
        _funds[programme] = FundWordLibrary.withCap(terms.cap);
        _uris[programme] = terms.uri;
        for (uint256 i; i < terms.categories.length; ++i) accepts[programme][terms.categories[i]] = true;

        emit ProgrammeOpened(programme, terms.funder, terms);
    }

    /// @inheritdoc IVouchers
    function close(uint256 programme) external restricted {
        _known(programme);
        FundWord money = _funds[programme];
        if (money.isClosed()) revert ProgrammeIsClosed(programme);

        _funds[programme] = money.close();

        emit ProgrammeClosed(programme);
    }

    /// @inheritdoc IVouchers
    function grantBatch(uint256 programme, bytes32 list, uint256 first, bytes calldata grants) external restricted {
        FundWord money = _grantable(programme);
        uint256 count = grants.length / PackedItems.ISSUE_BYTES;
        if (count == 0 || grants.length % PackedItems.ISSUE_BYTES != 0) revert BadGrantsLength(grants.length);
        GrantList memory progress = _lists[list];
        if (progress.published) revert ListIsPublished(list);
        if (progress.served != first) revert ListPlaceNotNext(list, progress.served, first);

        _lists[list].served = uint64(first + count);
        uint256 total;
        unchecked {
            // Cannot overflow: each amount is below 2^48, and calldata cannot hold 2^208 of them.
            for (uint256 offset; offset < grants.length; offset += PackedItems.ISSUE_BYTES) {
                (address holder, uint256 amount) = grants.issueAt(offset);
                _grant(programme, holder, amount, money.cap());
                total += amount;
            }
        }
        _funds[programme] = _committed(programme, money, total);

        emit ListServed(programme, list, first, count, total);
    }

    /// @inheritdoc IVouchers
    function publish(uint256 programme, bytes32 purpose, bytes32 root, uint256 total) external restricted {
        FundWord money = _grantable(programme);
        bytes32 list = listId(programme, purpose, root);
        GrantList memory progress = _lists[list];
        if (total == 0) revert VoucherAmountZero();
        if (progress.published || progress.served != 0) revert ListInUse(list, progress.served);

        _funds[programme] = _committed(programme, money, total);
        _lists[list] = GrantList({served: 0, unclaimed: uint64(total), published: true});

        emit ListPublished(programme, list, purpose, root, total);
    }

    // Users' functions

    /// @inheritdoc IVouchers
    function fund(uint256 programme, uint256 amount) external {
        Programme memory p = _known(programme);
        _checkFunder(p.funder);
        if (block.timestamp >= p.expiry) revert ProgrammeExpired(programme, p.expiry);
        if (amount == 0) revert VoucherAmountZero();

        _funds[programme] = _funds[programme].deposit(amount);

        emit ProgrammeFunded(programme, amount);

        currency.transferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IVouchers
    function withdraw(uint256 programme, uint256 amount) external {
        Programme memory p = _known(programme);
        FundWord money = _funds[programme];
        _checkFunder(p.funder);
        if (amount == 0) revert VoucherAmountZero();
        if (amount > money.free()) revert FundTooSmall(programme, money.free(), amount);

        _funds[programme] = money.withdraw(amount);

        emit FundWithdrawn(programme, amount);

        currency.transfer(msg.sender, amount);
    }

    /// @inheritdoc IVouchers
    function claim(Place calldata place, bytes32[] calldata proof) external {
        Programme memory p = _known(place.programme);
        if (block.timestamp >= p.expiry) revert ProgrammeExpired(place.programme, p.expiry);
        bytes32 list = listId(place.programme, place.purpose, place.root);
        _checkPlace(list, place, proof);

        _claimed[list].set(place.index);
        _lists[list].unclaimed -= uint64(place.amount);
        _grant(place.programme, place.holder, place.amount, _funds[place.programme].cap());

        emit PlaceClaimed(list, place.index);
    }

    /// @inheritdoc IVouchers
    function follow(uint256 programme, address holder) external {
        _known(programme);
        address present = currency.presentAddress(holder);
        VoucherWord voucher = _vouchers[programme][holder];
        if (present == holder) revert HolderNotRecovered(holder);
        if (voucher.face() == 0 && voucher.balance() == 0) revert VoucherAmountZero();

        _vouchers[programme][holder] = voucher.nonceOnly();
        _vouchers[programme][present] = _vouchers[programme][present].joined(voucher);

        emit TransferSingle(msg.sender, holder, present, programme, voucher.balance());
        emit VoucherMoved(programme, holder, present, voucher.balance());
    }

    /// @inheritdoc IVouchers
    function spend(uint256 programme, address merchant, uint256 amount, bytes32 order) external {
        VoucherWord voucher = _vouchers[programme][msg.sender];

        _spend(Spending(programme, msg.sender, merchant, amount, 0, order), voucher);
    }

    /// @inheritdoc IVouchers
    function spendBySignature(Spending calldata spending, bytes calldata signature) external {
        VoucherWord voucher = _vouchers[spending.programme][spending.holder];
        bytes32 message = keccak256(
            abi.encode(
                PAYMENT_TYPEHASH,
                spending.holder,
                spending.merchant,
                spending.programme,
                spending.amount,
                voucher.nonce(),
                spending.deadline,
                spending.order
            )
        );
        _checkOrder(spending.holder, voucher.nonce(), spending.deadline, message, signature);

        _spend(spending, voucher.useNonce());
    }

    /// @inheritdoc IVouchers
    function refund(uint256 programme, address holder, uint256 amount, bytes32 order) external {
        _known(programme);
        uint256 spent = spentAt[programme][holder][msg.sender];
        if (amount == 0) revert VoucherAmountZero();
        if (amount > spent) revert RefundExceedsSpending(holder, msg.sender, spent, amount);

        spentAt[programme][holder][msg.sender] = spent - amount;
        _vouchers[programme][holder] = _vouchers[programme][holder].credit(amount);
        _funds[programme] = _funds[programme].takeBack(amount);

        emit TransferSingle(msg.sender, address(0), holder, programme, amount);
        emit VoucherRefunded(programme, holder, msg.sender, amount, order);

        currency.transferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IVouchers
    function redeemRest(uint256 programme) external {
        _redeemRest(programme, msg.sender, _vouchers[programme][msg.sender]);
    }

    /// @inheritdoc IVouchers
    function redeemRestBySignature(
        uint256 programme,
        address holder,
        uint256 deadline,
        bytes calldata signature
    ) external {
        VoucherWord voucher = _vouchers[programme][holder];
        bytes32 message = keccak256(abi.encode(REST_TYPEHASH, holder, programme, voucher.nonce(), deadline));
        _checkOrder(holder, voucher.nonce(), deadline, message, signature);

        _redeemRest(programme, holder, voucher.useNonce());
    }

    /// @inheritdoc IVouchers
    function sweep(uint256 programme) external {
        Programme memory p = _known(programme);
        FundWord money = _funds[programme];
        if (block.timestamp < p.expiry) revert ProgrammeNotExpired(programme, p.expiry);
        if (money.held() == 0) revert VoucherAmountZero();

        _funds[programme] = money.emptied();
        address funder = currency.presentAddress(p.funder);

        emit Swept(programme, funder, money.held());

        currency.transfer(funder, money.held());
    }

    /// @inheritdoc IERC1155
    function safeTransferFrom(address, address, uint256, uint256, bytes calldata) external pure {
        revert VoucherNotTransferable();
    }

    /// @inheritdoc IERC1155
    function safeBatchTransferFrom(
        address,
        address,
        uint256[] calldata,
        uint256[] calldata,
        bytes calldata
    ) external pure {
        revert VoucherNotTransferable();
    }

    /// @inheritdoc IERC1155
    function setApprovalForAll(address, bool) external pure {
        revert VoucherNotTransferable();
    }

    // Views

    /// @inheritdoc IVouchers
    function programmeOf(uint256 programme) external view returns (Programme memory) {
        return _known(programme);
    }

    /// @inheritdoc IVouchers
    function fundOf(uint256 programme) external view returns (Fund memory) {
        FundWord money = _funds[programme];
        return Fund(uint64(money.held()), uint64(money.committed()), uint64(money.cap()), money.isClosed());
    }

    /// @inheritdoc IVouchers
    function voucherOf(uint256 programme, address holder) external view returns (Voucher memory) {
        VoucherWord word = _vouchers[programme][holder];
        return Voucher(uint64(word.balance()), uint64(word.face()), uint32(word.nonce()), word.isRedeemed());
    }

    /// @inheritdoc IVouchers
    function listOf(bytes32 list) external view returns (GrantList memory) {
        return _lists[list];
    }

    /// @inheritdoc IVouchers
    function isClaimed(bytes32 list, uint256 index) external view returns (bool) {
        return _claimed[list].get(index);
    }

    /// @inheritdoc IERC1155MetadataURI
    function uri(uint256 programme) external view returns (string memory) {
        return _uris[programme];
    }

    /// @inheritdoc IERC1155
    function balanceOfBatch(
        address[] calldata holders,
        uint256[] calldata ids
    ) external view returns (uint256[] memory balances) {
        if (holders.length != ids.length) revert ERC1155InvalidArrayLength(ids.length, holders.length);
        balances = new uint256[](holders.length);
        for (uint256 i; i < holders.length; ++i) balances[i] = balanceOf(holders[i], ids[i]);
    }

    /// @inheritdoc IERC1155
    function isApprovedForAll(address, address) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IERC1155
    function balanceOf(address holder, uint256 programme) public view returns (uint256) {
        return block.timestamp < _programmes[programme].expiry ? _vouchers[programme][holder].balance() : 0;
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 id) public view override(ERC165, IERC165) returns (bool) {
        return
            id == type(IERC1155).interfaceId ||
            id == type(IERC1155MetadataURI).interfaceId ||
            super.supportsInterface(id);
    }

    /// @inheritdoc IVouchers
    function listId(uint256 programme, bytes32 purpose, bytes32 root) public pure returns (bytes32) {
        return keccak256(abi.encode(programme, purpose, root));
    }

    // Internals

    /// @dev `voucher` is the holder's word, after its nonce was used if an order is being paid.
    function _spend(Spending memory s, VoucherWord voucher) private {
        _checkRunning(s.programme);
        if (s.amount == 0) revert VoucherAmountZero();
        if (s.amount > voucher.balance()) {
            revert ERC1155InsufficientBalance(s.holder, voucher.balance(), s.amount, s.programme);
        }
        _checkHolder(s.holder);
        _checkMerchant(s.programme, s.merchant);

        _vouchers[s.programme][s.holder] = voucher.debit(s.amount);
        _funds[s.programme] = _funds[s.programme].pay(s.amount);
        spentAt[s.programme][s.holder][s.merchant] += s.amount;

        emit TransferSingle(msg.sender, s.holder, address(0), s.programme, s.amount);
        emit VoucherSpent(s.programme, s.holder, s.merchant, s.amount, s.order);

        currency.transfer(s.merchant, s.amount);
    }

    /// @dev Until then nothing but spending has lowered the balance, so what is missing from the face was spent.
    function _redeemRest(uint256 programme, address holder, VoucherWord voucher) private {
        Programme memory p = _checkRunning(programme);
        uint256 rest = voucher.balance();
        if (voucher.isRedeemed()) revert RestAlreadyRedeemed(holder);
        if (rest == 0) revert VoucherAmountZero();
        uint256 spent = voucher.face() - rest;
        uint256 needed = (voucher.face() * p.refundBps + BPS - 1) / BPS;
        if (spent < needed) revert RestNotRedeemable(holder, spent, needed);
        _checkHolder(holder);

        _vouchers[programme][holder] = voucher.debit(rest).markRedeemed();
        _funds[programme] = _funds[programme].pay(rest);

        emit TransferSingle(msg.sender, holder, address(0), programme, rest);
        emit RestRedeemed(programme, holder, rest);

        currency.transfer(holder, rest);
    }

    function _grant(uint256 programme, address holder, uint256 amount, uint256 cap) private {
        VoucherWord voucher = _vouchers[programme][holder];
        if (holder == address(0)) revert ERC1155InvalidReceiver(holder);
        if (amount == 0) revert VoucherAmountZero();
        if (voucher.face() + amount > cap) revert PersonalCapExceeded(holder, voucher.face(), amount, cap);

        _vouchers[programme][holder] = voucher.grant(amount);

        emit TransferSingle(msg.sender, address(0), holder, programme, amount);
    }

    function _known(uint256 programme) private view returns (Programme memory p) {
        p = _programmes[programme];
        if (p.funder == address(0)) revert UnknownProgramme(programme);
    }

    /// @dev The fund of a programme that still grants.
    function _grantable(uint256 programme) private view returns (FundWord money) {
        Programme memory p = _known(programme);
        money = _funds[programme];
        if (block.timestamp >= p.expiry) revert ProgrammeExpired(programme, p.expiry);
        if (money.isClosed()) revert ProgrammeIsClosed(programme);
    }

    function _checkRunning(uint256 programme) private view returns (Programme memory p) {
        p = _known(programme);
        if (block.timestamp < p.start || block.timestamp >= p.expiry) {
            revert ProgrammeNotRunning(programme, p.start, p.expiry);
        }
    }

    function _checkTerms(Terms calldata terms) private view {
        Kind kind = currency.accountOf(terms.funder).kind;
        uint256 count = terms.categories.length;
        if (kind != Kind.Institution) revert FunderNotAnInstitution(terms.funder, kind);
        if (terms.start >= terms.expiry || terms.expiry <= block.timestamp) {
            revert BadProgrammePeriod(terms.start, terms.expiry);
        }
        if (terms.refundBps < LEAST_REFUND_BPS || terms.refundBps > MOST_REFUND_BPS) {
            revert BadRefundThreshold(terms.refundBps);
        }
        if (count == 0 || count > MOST_CATEGORIES) revert BadCategoryCount(count);
        if (terms.cap == 0) revert CapIsZero();
    }

    /// @dev The leaf is that of `StandardMerkleTree` over uint256, address, uint256.
    function _checkPlace(bytes32 list, Place calldata place, bytes32[] calldata proof) private view {
        GrantList memory progress = _lists[list];
        bytes32 leaf = keccak256(bytes.concat(keccak256(abi.encode(place.index, place.holder, place.amount))));
        if (!progress.published) revert ListNotPublished(list);
        if (!MerkleProof.verifyCalldata(proof, place.root, leaf)) {
            revert ClaimProofInvalid(list, place.index, place.holder);
        }
        if (_claimed[list].get(place.index)) revert PlaceAlreadyClaimed(list, place.index);
        if (place.amount > progress.unclaimed) revert ListExhausted(list, progress.unclaimed, place.amount);
    }

    function _checkOrder(
        address holder,
        uint256 nonce,
        uint256 deadline,
        bytes32 message,
        bytes calldata signature
    ) private view {
        if (block.timestamp > deadline) revert VoucherOrderExpired(deadline);
        if (!SignatureCheckerLib.isValidSignatureNowCalldata(holder, _hashTypedDataV4(message), signature)) {
            revert VoucherSignatureInvalid(holder, nonce);
        }
    }

    /// @dev The funder's account may have moved to a new key.
    function _checkFunder(address first) private view {
        address funder = currency.presentAddress(first);
        if (msg.sender != funder) revert NotTheFunder(msg.sender, funder);
    }

    function _checkHolder(address holder) private view {
        Kind kind = currency.accountOf(holder).kind;
        if (kind != Kind.Resident) revert HolderMayNotSpend(holder, kind);
    }

    function _checkMerchant(uint256 programme, address merchant) private view {
        Account memory account = currency.accountOf(merchant);
        if (account.kind != Kind.Merchant || !accepts[programme][account.category]) {
            revert MerchantNotAccepted(merchant, account.kind, account.category);
        }
    }

    function _committed(uint256 programme, FundWord money, uint256 total) private pure returns (FundWord) {
        if (total > money.free()) revert FundTooSmall(programme, money.free(), total);
        return money.commit(total);
    }
}
