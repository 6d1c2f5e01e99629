// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureCheckerLib} from "solady/src/utils/SignatureCheckerLib.sol";

import {IHolds} from "./IHolds.sol";
import {ILocalCurrency} from "./ILocalCurrency.sol";

/// @title Holds
/// @notice See `IHolds`.
contract Holds is IHolds, EIP712, AccessManaged {
    // Constants and immutables

    uint256 private constant FLAG_TERM = 3 days;
    uint256 private constant HOLD_TERM = 7 days;
    uint256 private constant APPEAL_TERM = 14 days;

    bytes32 private constant APPEAL_TYPEHASH = keccak256("Appeal(uint256 id,bytes32 statement)");

    ILocalCurrency private immutable CURRENCY;

    // Storage

    mapping(uint256 id => Case found) private _cases;

    /// @inheritdoc IHolds
    uint256 public cases;

    // Constructor

    /// @param currency The city's currency; this contract is to be appointed there.
    /// @param authority The city's access manager.
    constructor(ILocalCurrency currency, address authority) EIP712("Dongne Holds", "1") AccessManaged(authority) {
        CURRENCY = currency;
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
        uint256 held = _hold(account, amount);
        if (amount > found.amount || held == 0) revert CannotHold(id, found.amount, amount);

        found.account = account;
        // What is held of the supply, which is below 2^64.
        found.amount = uint64(held);
        found.stage = Stage.Held;
        found.ends = uint40(block.timestamp + HOLD_TERM);
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
        found.ends = uint40(block.timestamp + APPEAL_TERM);

        emit HoldConfirmed(id, beneficiary, found.ends, decision);
    }

    /// @inheritdoc IHolds
    function lift(uint256 id) external restricted {
        Case storage found = _cases[id];
        if (found.stage != Stage.Held && found.stage != Stage.Confirmed) revert WrongStage(id, found.stage);

        _release(id, found);
    }

    // Users' functions

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
