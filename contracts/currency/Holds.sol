// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureCheckerLib} from "solady/src/utils/SignatureCheckerLib.sol";

import {IHolds} from "./IHolds.sol";
import {ILocalCurrency} from "./ILocalCurrency.sol";
import {IRecovery} from "./IRecovery.sol";

/// @title Holds
/// @notice See `IHolds`.
contract Holds is IHolds, EIP712, AccessManaged {
    // Constants and immutables

    uint256 private constant FLAG_TERM = 3 days;
    uint256 private constant HOLD_TERM = 7 days;
    uint256 private constant APPEAL_TERM = 14 days;
    uint256 private constant FREEZE_TERM = 180 days;

    /// @dev Between two weeks in which officers act on an account alone: a fifth of the time at most.
    uint256 private constant REST = 28 days;

    bytes32 private constant APPEAL_TYPEHASH = keccak256("Appeal(uint256 id,bytes32 statement)");
    bytes32 private constant APPEAL_FREEZE_TYPEHASH = keccak256("AppealFreeze(address account,bytes32 statement)");

    ILocalCurrency private immutable CURRENCY;
    IRecovery private immutable RECOVERY;

    // Storage

    mapping(uint256 id => Case found) private _cases;

    mapping(address account => Freeze found) private _freezes;

    /// @dev By the first address that the person's account had: a new key is not a new person.
    mapping(address person => uint256 ends) private _weekEnds;

    /// @inheritdoc IHolds
    uint256 public cases;

    // Constructor

    /// @param currency The city's currency; this contract is to be appointed there.
    /// @param recovery Knows the first address of each account.
    /// @param authority The city's access manager.
    constructor(
        ILocalCurrency currency,
        IRecovery recovery,
        address authority
    ) EIP712("Dongne Holds", "1") AccessManaged(authority) {
        CURRENCY = currency;
        RECOVERY = recovery;
    }

    // Administration

    /// @inheritdoc IHolds
    function flag(address account, uint64 amount, bytes32 evidence) external restricted returns (uint256 id) {
        id = cases++;
        Case storage found = _cases[id];
        found.account = account;
        found.amount = amount;
        found.stage = Stage.Flagged;
        found.ends = uint40(block.timestamp + FLAG_TERM);
        found.flaggedBy = msg.sender;

        emit Flagged(id, account, amount, evidence);
    }

    /// @inheritdoc IHolds
    function place(uint256 id, uint64 amount) external restricted {
        Case storage found = _at(id, Stage.Flagged);
        if (msg.sender == found.flaggedBy) revert SamePersonDecides(id, msg.sender);
        if (block.timestamp >= found.ends) revert TermOver(id, found.ends);
        address account = CURRENCY.presentAddress(found.account);
        uint40 ends = _week(account);
        uint256 held = _hold(account, amount);
        if (amount > found.amount || held == 0) revert CannotHold(id, found.amount, amount);

        found.account = account;
        // What is held of the supply, which is below 2^63.
        found.amount = uint64(held);
        found.stage = Stage.Held;
        found.ends = ends;
        found.heldBy = msg.sender;

        emit HoldPlaced(id, account, held, found.ends);
    }

    /// @inheritdoc IHolds
    function confirm(uint256 id, address beneficiary, bytes32 decision) external restricted {
        Case storage found = _at(id, Stage.Held);
        if (msg.sender == found.flaggedBy || msg.sender == found.heldBy) revert SamePersonDecides(id, msg.sender);
        if (block.timestamp >= found.ends) revert TermOver(id, found.ends);
        if (beneficiary == found.flaggedBy || beneficiary == found.heldBy || beneficiary == msg.sender) {
            revert BeneficiaryDecided(id, beneficiary);
        }

        found.stage = Stage.Confirmed;
        found.beneficiary = beneficiary;
        // Who has objected already does not need to again.
        found.ends = uint40(block.timestamp + (found.appealed ? 2 * APPEAL_TERM : APPEAL_TERM));

        emit HoldConfirmed(id, beneficiary, found.ends, decision);
    }

    /// @inheritdoc IHolds
    function lift(uint256 id) external restricted {
        Case storage found = _cases[id];
        if (found.stage != Stage.Held && found.stage != Stage.Confirmed) revert WrongStage(id, found.stage);

        _release(id, found);
    }

    /// @inheritdoc IHolds
    function admit(address account) external restricted {
        delete _weekEnds[RECOVERY.firstAddress(account)];

        emit AccountAdmitted(account);
    }

    /// @inheritdoc IHolds
    function freeze(address account, bytes32 evidence) external restricted {
        uint40 until = _week(account);
        _freezes[account] = Freeze({until: until, confirmed: false, frozenBy: msg.sender});

        emit FreezePlaced(account, until, evidence);

        CURRENCY.freeze(account);
    }

    /// @inheritdoc IHolds
    function confirmFreeze(address account, bytes32 decision) external restricted {
        Freeze storage found = _frozen(account);
        if (msg.sender == found.frozenBy) revert SamePersonFreezes(account, msg.sender);
        if (block.timestamp >= found.until) revert FreezeOver(account, found.until);

        found.confirmed = true;
        found.until = uint40(block.timestamp + FREEZE_TERM);

        emit FreezeConfirmed(account, found.until, decision);
    }

    /// @inheritdoc IHolds
    function unfreeze(address account) external restricted {
        if (_frozen(account).confirmed) revert FreezeWasConfirmed(account);

        _unfreeze(account);
    }

    /// @inheritdoc IHolds
    function liftFreeze(address account) external restricted {
        _frozen(account);
        _unfreeze(account);
    }

    // Users' functions

    /// @inheritdoc IHolds
    function endFreeze(address account) external {
        uint256 until = _frozen(account).until;
        if (block.timestamp < until) revert FreezeRuns(account, until);

        _unfreeze(account);
    }

    /// @inheritdoc IHolds
    function appealFreeze(address account, bytes32 statement) external {
        _appealFreeze(account, msg.sender == CURRENCY.presentAddress(account), statement);
    }

    /// @inheritdoc IHolds
    function appealFreezeBySignature(address account, bytes32 statement, bytes calldata signature) external {
        address owner = CURRENCY.presentAddress(account);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(APPEAL_FREEZE_TYPEHASH, account, statement)));
        bool byOwner = SignatureCheckerLib.isValidSignatureNowCalldata(owner, digest, signature);
        _appealFreeze(account, byOwner, statement);
    }

    /// @inheritdoc IHolds
    function appeal(uint256 id, bytes32 statement) external {
        _appeal(id, _owner(id), msg.sender == _owner(id), statement);
    }

    /// @inheritdoc IHolds
    function appealBySignature(uint256 id, bytes32 statement, bytes calldata signature) external {
        address owner = _owner(id);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(APPEAL_TYPEHASH, id, statement)));
        _appeal(id, owner, SignatureCheckerLib.isValidSignatureNowCalldata(owner, digest, signature), statement);
    }

    /// @inheritdoc IHolds
    function release(uint256 id) external {
        Case storage found = _at(id, Stage.Held);
        if (block.timestamp < found.ends) revert TermRuns(id, found.ends);

        _release(id, found);
    }

    /// @inheritdoc IHolds
    function carryOut(uint256 id) external {
        Case storage found = _at(id, Stage.Confirmed);
        if (block.timestamp < found.ends) revert TermRuns(id, found.ends);

        found.stage = Stage.Ended;

        emit HoldCarriedOut(id, found.beneficiary, found.amount);

        // Reverts or returns true.
        CURRENCY.forcedTransfer(_owner(id), CURRENCY.presentAddress(found.beneficiary), found.amount);
    }

    // Views

    /// @inheritdoc IHolds
    function caseOf(uint256 id) external view returns (Case memory) {
        return _cases[id];
    }

    /// @inheritdoc IHolds
    function weekEnds(address account) external view returns (uint256) {
        return _weekEnds[RECOVERY.firstAddress(account)];
    }

    /// @inheritdoc IHolds
    function freezeOf(address account) external view returns (Freeze memory) {
        return _freezes[account];
    }

    // Internals

    function _at(uint256 id, Stage stage) private view returns (Case storage found) {
        found = _cases[id];
        if (found.stage != stage) revert WrongStage(id, found.stage);
    }

    /// @dev Held money moves with an account that is recovered.
    function _owner(uint256 id) private view returns (address) {
        return CURRENCY.presentAddress(_cases[id].account);
    }

    function _appeal(uint256 id, address owner, bool byOwner, bytes32 statement) private {
        Case storage found = _cases[id];
        if (found.stage != Stage.Held && found.stage != Stage.Confirmed) revert WrongStage(id, found.stage);
        if (!byOwner || found.appealed) revert CannotAppeal(id, owner);
        if (block.timestamp >= found.ends) revert TermOver(id, found.ends);

        found.appealed = true;
        // While nobody has confirmed it, the hold is not longer for being objected to.
        if (found.stage == Stage.Confirmed) found.ends += uint40(APPEAL_TERM);

        emit Appealed(id, found.ends, statement);
    }

    /// @dev When the week ends in which officers keep an account's money without the reviewer: the one that runs, or a
    /// new one if the account has had its rest.
    function _week(address account) private returns (uint40 ends) {
        address person = RECOVERY.firstAddress(account);
        uint256 running = _weekEnds[person];
        if (block.timestamp < running) return uint40(running);
        if (running != 0 && block.timestamp < running + REST) revert AccountRests(account, running + REST);

        ends = uint40(block.timestamp + HOLD_TERM);
        _weekEnds[person] = ends;
    }

    function _frozen(address account) private view returns (Freeze storage found) {
        found = _freezes[account];
        if (found.until == 0) revert NoFreeze(account);
    }

    /// @dev A frozen account that is recovered is frozen at its new address.
    function _unfreeze(address account) private {
        delete _freezes[account];
        address present = CURRENCY.presentAddress(account);

        emit FreezeEnded(account, msg.sender);

        CURRENCY.unfreeze(present);
    }

    function _appealFreeze(address account, bool byOwner, bytes32 statement) private {
        _frozen(account);
        if (!byOwner) revert CannotAppealFreeze(account);

        emit FreezeAppealed(account, statement);
    }

    /// @dev Holds so much more of an account's money; returns how much of it was there.
    function _hold(address account, uint256 amount) private returns (uint256) {
        uint256 before = CURRENCY.getFrozenTokens(account);
        CURRENCY.setFrozenTokens(account, before + amount);
        return CURRENCY.getFrozenTokens(account) - before;
    }

    function _release(uint256 id, Case storage found) private {
        address owner = _owner(id);
        found.stage = Stage.Ended;

        emit HoldReleased(id, owner, found.amount);

        CURRENCY.setFrozenTokens(owner, CURRENCY.getFrozenTokens(owner) - found.amount);
    }
}
