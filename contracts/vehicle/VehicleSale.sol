// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";
import {SafeERC20} from "@openzeppelin/contracts/token/ERC20/utils/SafeERC20.sol";
import {IERC721} from "@openzeppelin/contracts/token/ERC721/IERC721.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ReentrancyGuardTransient} from "@openzeppelin/contracts/utils/ReentrancyGuardTransient.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";
import {SignatureCheckerLib} from "solady/src/utils/SignatureCheckerLib.sol";

import {EntryLibrary} from "./Entry.sol";
import {Gauge} from "./Gauge.sol";
import {ICityCurrency} from "./ICityCurrency.sol";
import {IVehicleRegistry} from "./IVehicleRegistry.sol";
import {IVehicleSale} from "./IVehicleSale.sol";
import {Kind} from "./Kind.sol";
import {KindSet} from "./KindSet.sol";
import {Reason} from "./Reason.sol";
import {Record} from "./Record.sol";
import {SaleStage} from "./SaleStage.sol";
import {VehicleId} from "./VehicleId.sol";

/// @title Vehicle sale
/// @notice See `IVehicleSale`.
contract VehicleSale is IVehicleSale, EIP712, AccessManaged, ReentrancyGuardTransient {
    using KindSet for uint256;
    using SafeERC20 for IERC20;

    // Constants and immutables

    uint256 private constant OBJECTION = 1 days;
    uint256 private constant TIME_TO_RELEASE = 2 days;
    uint256 private constant LONGEST = 180 days;
    uint256 private constant EXIT_CONTESTED = 7 days;
    uint256 private constant DISPUTE = 30 days;
    uint256 private constant FRESH_INSPECTION = 7 days;

    bytes32 private constant TERMS_TYPEHASH = keccak256(
        "VehicleSale(bytes32 vehicle,uint256 records,bytes32 head,address seller,address buyer,address token,"
        "uint256 price,uint256 deposit,uint256 fee,uint256 fundBy,uint256 inspectBy,uint256 settleBy,bytes32 document)"
    );

    IVehicleRegistry private immutable REGISTRY;
    ICityCurrency private immutable CURRENCY;

    // Storage

    mapping(bytes32 sale => Progress progress) private _progress;
    mapping(bytes32 sale => Adverse[] evidence) private _adverse;

    /// @inheritdoc IVehicleSale
    mapping(VehicleId vehicle => bytes32 sale) public runningSale;

    /// @inheritdoc IVehicleSale
    mapping(IERC20 token => mapping(address account => uint256 amount)) public owed;

    /// @inheritdoc IVehicleSale
    mapping(IERC20 token => bool allowed) public isAllowed;

    /// @inheritdoc IVehicleSale
    uint256 public fee;

    address private _feeRecipient;

    // Constructor

    /// @param registry The city's registry; this contract must hold the role that moves titles there.
    /// @param currency The city's currency, in which fees are paid; this contract must be one of the city's there.
    /// @param authority The city's access manager.
    constructor(
        IVehicleRegistry registry,
        ICityCurrency currency,
        address authority
    ) EIP712("Dongne Vehicle Sale", "1") AccessManaged(authority) {
        REGISTRY = registry;
        CURRENCY = currency;
    }

    // Administration

    /// @inheritdoc IVehicleSale
    function allowToken(IERC20 token, bool allowed) external restricted {
        isAllowed[token] = allowed;

        emit TokenAllowed(token, allowed);
    }

    /// @inheritdoc IVehicleSale
    function setFee(uint256 fee_, address recipient) external restricted {
        if (recipient == address(0)) revert FeeWithoutRecipient(fee_);

        fee = fee_;
        _feeRecipient = recipient;

        emit FeeSet(fee_, recipient);
    }

    /// @inheritdoc IVehicleSale
    function confirm(Terms calldata terms) external restricted {
        (bytes32 sale, Progress storage progress) = _find(terms);
        _checkNotParty(terms);
        if (progress.stage != SaleStage.Inspected) revert WrongSaleStage(sale, progress.stage);
        uint256 last = terms.settleBy - TIME_TO_RELEASE;
        if (block.timestamp > last) revert TooLate(last);

        progress.until = uint40(block.timestamp + OBJECTION);
        progress.caughtUp = false;
        _reach(sale, progress, SaleStage.Confirmed);
    }

    /// @inheritdoc IVehicleSale
    function decide(Terms calldata terms, uint256 toSeller) external restricted {
        (bytes32 sale, Progress storage progress) = _find(terms);
        _checkNotParty(terms);
        if (progress.stage != SaleStage.Disputed) revert WrongSaleStage(sale, progress.stage);
        if (block.timestamp >= progress.until) revert TooLate(progress.until);
        if (toSeller > terms.deposit) revert MoreThanDeposit(toSeller, terms.deposit);

        _end(sale, terms, progress, SaleStage.Decided, toSeller);
    }

    // Users' functions

    /// @inheritdoc IVehicleSale
    function open(
        Terms calldata terms,
        bytes calldata sellerSignature,
        bytes calldata buyerSignature
    ) external nonReentrant returns (bytes32 sale) {
        sale = saleOf(terms);
        Progress storage progress = _progress[sale];
        if (progress.stage != SaleStage.None) revert WrongSaleStage(sale, progress.stage);
        _checkSound(sale, terms);
        _checkVehicle(terms);
        bytes32 digest = _hashTypedDataV4(sale);
        _checkSigned(terms.seller, digest, sellerSignature);
        _checkSigned(terms.buyer, digest, buyerSignature);

        progress.reviewed = uint24(terms.records);
        progress.head = terms.head;
        runningSale[terms.vehicle] = sale;
        emit SaleOpened(sale, terms.vehicle, terms);
        _reach(sale, progress, SaleStage.Offered);
    }

    /// @inheritdoc IVehicleSale
    function fund(Terms calldata terms) external nonReentrant {
        (bytes32 sale, Progress storage progress) = _find(terms);
        if (progress.stage != SaleStage.Offered) revert WrongSaleStage(sale, progress.stage);
        if (block.timestamp >= terms.fundBy) revert TooLate(terms.fundBy);
        _checkUnchanged(terms);

        _reach(sale, progress, SaleStage.Funded);
        if (terms.token == CURRENCY) {
            _take(CURRENCY, terms.buyer, terms.price + terms.fee);
        } else {
            _take(terms.token, terms.buyer, terms.price);
            if (terms.fee != 0) _take(CURRENCY, terms.buyer, terms.fee);
        }
    }

    /// @inheritdoc IVehicleSale
    function review(Terms calldata terms, IVehicleRegistry.Evidence[] calldata evidence) external {
        (bytes32 sale, Progress storage progress) = _findHeld(terms);
        bytes32 head = progress.head;
        uint256 reviewed = progress.reviewed;

        for (uint256 i; i < evidence.length; ++i) {
            Record record = evidence[i].record;
            head = EfficientHashLib.hash(head, bytes32(Record.unwrap(record)), evidence[i].document);
            _look(sale, terms, progress, record);
        }
        uint256 number = reviewed + evidence.length;
        bool complete = head == REGISTRY.headOf(terms.vehicle);
        bool known = complete || (evidence.length != 0 && head == REGISTRY.checkpointOf(terms.vehicle, number));
        if (!known) revert ReviewMismatch(terms.vehicle, reviewed);
        progress.reviewed = uint24(number);
        progress.head = head;
        // A record of after the buyer's day shows as much: whoever goes on recording stops at most 32 reviews.
        uint256 seenUntil = complete ? block.timestamp : evidence[evidence.length - 1].record.recordedAt();
        if (progress.stage == SaleStage.Confirmed && seenUntil > progress.until) progress.caughtUp = true;
    }

    /// @inheritdoc IVehicleSale
    function dismiss(Terms calldata terms, uint256[] calldata indices) external {
        (bytes32 sale, Progress storage progress) = _findHeld(terms);

        for (uint256 i; i < indices.length; ++i) {
            Adverse storage evidence = _adverse[sale][indices[i]];
            if (evidence.dismissed) revert AlreadyDismissed(evidence.number);
            if (!_isTainted(evidence.recorder, evidence.recordedAt)) revert EvidenceCounts(evidence.number);
            evidence.dismissed = true;
            emit EvidenceDismissed(sale, indices[i], evidence.number);
        }
        progress.adverse -= uint24(indices.length);
    }

    /// @inheritdoc IVehicleSale
    function release(Terms calldata terms) external nonReentrant {
        (bytes32 sale, Progress storage progress) = _find(terms);
        _checkReleasable(sale, terms, progress);

        delete runningSale[terms.vehicle];
        progress.until = uint40(block.timestamp);
        _reach(sale, progress, SaleStage.Released);
        _credit(sale, terms.token, terms.seller, terms.price);
        _credit(sale, CURRENCY, _feeRecipient, terms.fee);
        REGISTRY.transferTitle(
            terms.vehicle,
            terms.buyer,
            EntryLibrary.pack(Kind.OwnershipChange, Gauge.NotRead, 0, uint40(block.timestamp), 0),
            terms.document
        );
    }

    /// @inheritdoc IVehicleSale
    function cancel(Terms calldata terms) external {
        (bytes32 sale, Progress storage progress) = _find(terms);
        _checkParty(terms);
        bool paid = _isPaid(progress.stage);
        if (!paid && progress.stage != SaleStage.Offered) revert WrongSaleStage(sale, progress.stage);

        uint256 toSeller = paid && msg.sender == terms.buyer ? terms.deposit : 0;
        _end(sale, terms, progress, SaleStage.Cancelled, toSeller);
    }

    /// @inheritdoc IVehicleSale
    function exit(Terms calldata terms, uint256 index) external {
        (bytes32 sale, Progress storage progress) = _findHeld(terms);
        if (msg.sender != terms.buyer) revert NotAParty(msg.sender);
        Adverse memory evidence = _adverse[sale][index];
        if (_isTainted(evidence.recorder, evidence.recordedAt)) revert EvidenceTainted(evidence.number);

        progress.exited = true;
        progress.until = uint40(block.timestamp + EXIT_CONTESTED);
        delete runningSale[terms.vehicle];
        _reach(sale, progress, SaleStage.Disputed);
        _credit(sale, terms.token, terms.buyer, terms.price - terms.deposit);
        _credit(sale, CURRENCY, terms.buyer, terms.fee);
    }

    /// @inheritdoc IVehicleSale
    function dispute(Terms calldata terms) external {
        (bytes32 sale, Progress storage progress) = _findPaid(terms);
        _checkParty(terms);

        progress.until = uint40(block.timestamp + DISPUTE);
        progress.byBuyer = msg.sender == terms.buyer;
        _reach(sale, progress, SaleStage.Disputed);
    }

    /// @inheritdoc IVehicleSale
    function timeOut(Terms calldata terms) external {
        (bytes32 sale, Progress storage progress) = _find(terms);
        uint256 since = _deadline(sale, terms, progress);
        if (block.timestamp < since) revert TooEarly(since);

        // Whoever calls an arbiter who stays silent has cancelled: else calling would be a way out that costs nothing.
        bool leftForNothing = progress.stage == SaleStage.Disputed && progress.byBuyer && !progress.exited;
        _end(sale, terms, progress, SaleStage.TimedOut, leftForNothing ? terms.deposit : 0);
    }

    /// @inheritdoc IVehicleSale
    function withdraw(IERC20 token, address account) external nonReentrant {
        uint256 amount = owed[token][account];
        if (amount == 0) revert NothingOwed(token, account);

        delete owed[token][account];
        emit Withdrawn(token, account, amount);
        token.safeTransfer(_payee(token, account), amount);
    }

    // Views

    /// @inheritdoc IVehicleSale
    function progressOf(bytes32 sale) external view returns (Progress memory) {
        return _progress[sale];
    }

    /// @inheritdoc IVehicleSale
    function adverseOf(bytes32 sale, uint256 index) external view returns (Adverse memory) {
        return _adverse[sale][index];
    }

    /// @inheritdoc IVehicleSale
    function adverseCount(bytes32 sale) external view returns (uint256) {
        return _adverse[sale].length;
    }

    /// @inheritdoc IVehicleSale
    function saleOf(Terms calldata terms) public pure returns (bytes32) {
        return keccak256(abi.encode(TERMS_TYPEHASH, terms));
    }

    // Internals

    /// @dev Looks at one record after the agreed history; the caller proves it. What is tainted counts for nothing, and
    /// nobody inspects its own car or writes its own reason to leave.
    function _look(bytes32 sale, Terms calldata terms, Progress storage progress, Record record) private {
        uint32 number = uint32(record.recorder());
        if (_isTainted(number, uint40(record.recordedAt()))) return;
        address recorder = REGISTRY.recorderOf(number);
        if (recorder != terms.buyer && _isAdverse(terms, record)) _noteAdverse(sale, progress, record);
        // A disputed sale does not go on.
        if (progress.stage == SaleStage.Disputed) return;

        uint256 superseded = record.supersedes();
        if (superseded != 0 && superseded == progress.inspection) {
            progress.inspection = 0;
            _reach(sale, progress, SaleStage.Funded);
        }
        bool party = recorder == terms.seller || recorder == terms.buyer;
        if (!party && _isInspection(terms, record)) _noteInspection(sale, progress, record);
    }

    function _noteAdverse(bytes32 sale, Progress storage progress, Record record) private {
        Adverse[] storage evidence = _adverse[sale];
        ++progress.adverse;
        emit AdverseEvidence(sale, evidence.length, uint24(record.number()), uint8(record.kind()));
        evidence.push(
            Adverse({
                number: uint24(record.number()),
                recorder: uint32(record.recorder()),
                recordedAt: uint40(record.recordedAt()),
                kind: uint8(record.kind()),
                dismissed: false
            })
        );
    }

    function _noteInspection(bytes32 sale, Progress storage progress, Record record) private {
        progress.inspection = uint24(record.number());
        progress.km = uint24(record.km());
        progress.outcome = uint16(record.outcome());
        progress.inspector = uint32(record.recorder());
        progress.inspectedAt = uint40(record.recordedAt());
        if (progress.stage == SaleStage.Funded) _reach(sale, progress, SaleStage.Inspected);
    }

    function _take(IERC20 token, address from, uint256 amount) private {
        uint256 before = token.balanceOf(address(this));
        token.safeTransferFrom(from, address(this), amount);
        uint256 received = token.balanceOf(address(this)) - before;
        if (received != amount) revert WrongPayment(token, received, amount);
    }

    /// @dev Ends a sale whose title stays: the seller gets `toSeller` of what is held, the buyer the rest.
    function _end(
        bytes32 sale,
        Terms calldata terms,
        Progress storage progress,
        SaleStage stage,
        uint256 toSeller
    ) private {
        bool paid = progress.stage != SaleStage.Offered;
        bool exited = progress.exited;
        if (!exited) delete runningSale[terms.vehicle];
        _reach(sale, progress, stage);
        if (!paid) return;

        _credit(sale, terms.token, terms.seller, toSeller);
        _credit(sale, terms.token, terms.buyer, (exited ? terms.deposit : terms.price) - toSeller);
        if (!exited) _credit(sale, CURRENCY, terms.buyer, terms.fee);
    }

    function _credit(bytes32 sale, IERC20 token, address account, uint256 amount) private {
        if (amount == 0) return;

        owed[token][account] += amount;
        emit Credited(sale, token, account, amount);
    }

    function _reach(bytes32 sale, Progress storage progress, SaleStage stage) private {
        progress.stage = stage;
        emit StageReached(sale, stage, msg.sender);
    }

    function _find(Terms calldata terms) private view returns (bytes32 sale, Progress storage progress) {
        sale = saleOf(terms);
        progress = _progress[sale];
    }

    function _findPaid(Terms calldata terms) private view returns (bytes32 sale, Progress storage progress) {
        (sale, progress) = _find(terms);
        if (!_isPaid(progress.stage)) revert WrongSaleStage(sale, progress.stage);
    }

    /// @dev A sale whose whole price is held: it runs, or is in dispute.
    function _findHeld(Terms calldata terms) private view returns (bytes32 sale, Progress storage progress) {
        (sale, progress) = _find(terms);
        bool disputed = progress.stage == SaleStage.Disputed && !progress.exited;
        if (!disputed && !_isPaid(progress.stage)) revert WrongSaleStage(sale, progress.stage);
    }

    /// @dev The currency never pays an address again whose key was replaced: its money would stay here.
    function _payee(IERC20 token, address account) private view returns (address) {
        return address(token) == address(CURRENCY) ? CURRENCY.presentAddress(account) : account;
    }

    function _checkSound(bytes32 sale, Terms calldata terms) private view {
        bool parties = terms.seller != terms.buyer;
        bool money = terms.price != 0 && terms.price <= type(uint128).max && terms.deposit <= terms.price;
        bool dates =
            block.timestamp < terms.fundBy &&
                terms.fundBy < terms.inspectBy &&
                terms.inspectBy < terms.settleBy &&
                terms.settleBy <= block.timestamp + LONGEST;
        if (!(parties && money && dates)) revert TermsNotSound(sale);
        if (!isAllowed[terms.token]) revert TokenNotAllowed(terms.token);
        if (terms.fee != fee) revert OtherFee(fee);
    }

    function _checkVehicle(Terms calldata terms) private view {
        bytes32 running = runningSale[terms.vehicle];
        if (running != 0) revert VehicleInSale(terms.vehicle, running);
        _checkOwner(terms);
        IVehicleRegistry.Vehicle memory vehicle = REGISTRY.stateOf(terms.vehicle);
        bool same = vehicle.head == terms.head && vehicle.records == terms.records;
        if (!same) revert HistoryMoved(terms.vehicle, vehicle.head);
        if (vehicle.restrictions != 0) revert TitleNotFree(terms.vehicle, vehicle.restrictions);
    }

    function _checkUnchanged(Terms calldata terms) private view {
        bytes32 head = REGISTRY.headOf(terms.vehicle);
        if (head != terms.head) revert HistoryMoved(terms.vehicle, head);
    }

    function _checkReleasable(bytes32 sale, Terms calldata terms, Progress storage progress) private view {
        if (progress.stage != SaleStage.Confirmed) revert WrongSaleStage(sale, progress.stage);
        if (block.timestamp >= terms.settleBy) revert TooLate(terms.settleBy);
        bool seen = progress.caughtUp || progress.head == REGISTRY.headOf(terms.vehicle);
        if (!seen) revert ReviewBehind(progress.reviewed);
        if (_isTainted(progress.inspector, progress.inspectedAt)) revert InspectionTainted(progress.inspection);
        _checkOwner(terms);
        if (msg.sender == terms.buyer) return;

        if (progress.adverse != 0) revert BuyerMustAgree(terms.buyer);
        if (block.timestamp < progress.until) revert TooEarly(progress.until);
    }

    function _checkOwner(Terms calldata terms) private view {
        address owner = IERC721(address(REGISTRY)).ownerOf(uint256(VehicleId.unwrap(terms.vehicle)));
        if (owner != terms.seller) revert SellerNotOwner(terms.seller, owner);
    }

    function _checkParty(Terms calldata terms) private view {
        if (msg.sender != terms.seller && msg.sender != terms.buyer) revert NotAParty(msg.sender);
    }

    function _checkNotParty(Terms calldata terms) private view {
        if (msg.sender == terms.seller || msg.sender == terms.buyer) revert OwnCause(msg.sender);
    }

    function _checkSigned(address signer, bytes32 digest, bytes calldata signature) private view {
        if (!SignatureCheckerLib.isValidSignatureNowCalldata(signer, digest, signature)) revert NotSignedBy(signer);
    }

    function _deadline(bytes32 sale, Terms calldata terms, Progress storage progress) private view returns (uint256) {
        SaleStage stage = progress.stage;
        if (stage == SaleStage.Offered) return terms.fundBy;
        if (stage == SaleStage.Funded) return terms.inspectBy;
        if (stage == SaleStage.Inspected || stage == SaleStage.Confirmed) return terms.settleBy;
        if (stage == SaleStage.Disputed) return progress.until;
        revert WrongSaleStage(sale, stage);
    }

    /// @dev Recorder 0 stands for strikes, which nobody's revocation taints.
    function _isTainted(uint32 recorder, uint40 recordedAt) private view returns (bool) {
        return recorder != 0 && REGISTRY.isTainted(REGISTRY.recorderOf(recorder), recordedAt);
    }

    function _isInspection(Terms calldata terms, Record record) private pure returns (bool) {
        bool read = record.gauge() == uint256(Gauge.Read) && record.kind() == uint256(Kind.PerformanceInspection);
        uint256 recordedAt = record.recordedAt();
        return read && recordedAt <= terms.inspectBy && recordedAt <= record.occurredAt() + FRESH_INSPECTION;
    }

    /// @dev Also a correction of what the parties agreed on, whatever it says.
    function _isAdverse(Terms calldata terms, Record record) private pure returns (bool) {
        if (KindSet.ADVERSE.has(record.kind()) || record.gauge() > uint256(Gauge.Read)) return true;
        if (record.reason() >= uint256(Reason.Implausible)) return true;
        return record.supersedes() != 0 && record.supersedes() <= terms.records;
    }

    function _isPaid(SaleStage stage) private pure returns (bool) {
        return stage == SaleStage.Funded || stage == SaleStage.Inspected || stage == SaleStage.Confirmed;
    }
}
