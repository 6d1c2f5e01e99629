// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureCheckerLib} from "solady/src/utils/SignatureCheckerLib.sol";

import {ILocalCurrency} from "./ILocalCurrency.sol";
import {IRecovery} from "./IRecovery.sol";

/// @title Recovery
/// @notice See `IRecovery`.
contract Recovery is IRecovery, EIP712, AccessManaged {
    // Constants and immutables

    uint256 private constant NOTICE = 7 days;
    uint256 private constant LAPSES_AFTER = 30 days;

    bytes32 private constant ACCEPT_TYPEHASH = keccak256("AcceptRecovery(address from,address to)");
    bytes32 private constant CANCEL_TYPEHASH = keccak256("CancelRecovery(address from,address to,uint256 ready)");

    ILocalCurrency private immutable CURRENCY;

    // Storage

    mapping(address from => Announcement announced) private _announcements;
    mapping(address account => address former) private _formerAddresses;

    // Constructor

    /// @param currency The city's currency; this contract is to be appointed there.
    /// @param authority The city's access manager.
    constructor(ILocalCurrency currency, address authority) EIP712("Dongne Recovery", "1") AccessManaged(authority) {
        CURRENCY = currency;
    }

    // Administration

    /// @inheritdoc IRecovery
    function announce(address from, address to, bytes32 document, bytes calldata acceptance) external restricted {
        Announcement memory running = _announcements[from];
        if (_isRunning(running)) revert RecoveryRuns(from, running.to, running.ready);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(ACCEPT_TYPEHASH, from, to)));
        if (!SignatureCheckerLib.isValidSignatureNowCalldata(to, digest, acceptance))
            revert NotAcceptedByNewKey(from, to);

        uint256 ready = block.timestamp + NOTICE;
        _announcements[from] = Announcement({to: to, ready: uint40(ready)});

        emit RecoveryAnnounced(from, to, ready, document);
    }

    /// @inheritdoc IRecovery
    function veto(address from) external restricted {
        _cancel(from);
    }

    // Users' functions

    /// @inheritdoc IRecovery
    function cancel() external {
        _cancel(msg.sender);
    }

    /// @inheritdoc IRecovery
    function cancelBySignature(address from, bytes calldata signature) external {
        Announcement memory running = _announcements[from];
        bytes32 message = keccak256(abi.encode(CANCEL_TYPEHASH, from, running.to, running.ready));
        if (!SignatureCheckerLib.isValidSignatureNowCalldata(from, _hashTypedDataV4(message), signature)) {
            revert NotTheOldKey(from);
        }

        _cancel(from);
    }

    /// @inheritdoc IRecovery
    function complete(address from) external {
        Announcement memory running = _announcements[from];
        if (!_isRunning(running)) revert NoRecovery(from);
        if (block.timestamp < running.ready) revert RecoveryNotReady(from, running.ready);

        delete _announcements[from];
        _formerAddresses[running.to] = from;

        emit RecoveryCompleted(from, running.to);

        CURRENCY.recover(from, running.to);
    }

    // Views

    /// @inheritdoc IRecovery
    function announcementOf(address from) external view returns (Announcement memory) {
        return _announcements[from];
    }

    /// @inheritdoc IRecovery
    function firstAddress(address account) external view returns (address) {
        // As many steps as the account's owner has lost keys. No circle: the currency never registers an address again
        // from which an account has moved.
        while (_formerAddresses[account] != address(0)) account = _formerAddresses[account];
        return account;
    }

    // Internals

    function _isRunning(Announcement memory announced) private view returns (bool) {
        return announced.to != address(0) && block.timestamp < announced.ready + LAPSES_AFTER;
    }

    function _cancel(address from) private {
        Announcement memory running = _announcements[from];
        if (!_isRunning(running)) revert NoRecovery(from);

        delete _announcements[from];

        emit RecoveryCancelled(from, running.to, msg.sender);
    }
}
