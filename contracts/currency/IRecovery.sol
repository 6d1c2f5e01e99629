// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Recovery
/// @notice How an account gets a new key where the old one was lost: the membership office checks the person and
/// announces it, a week later anyone completes it. Until then the old key cancels it, and so does the guardian.
/// @dev Appointed in the currency for good: nobody else moves an account. "Restricted" functions need a role of the
/// city's access manager.
interface IRecovery {
    // Types

    /// @notice An announced recovery; zeros where there is none.
    /// @param to The new address.
    /// @param ready Unix seconds from which on it can be completed, for 30 days.
    struct Announcement {
        address to;
        uint40 ready;
    }

    // Events

    /// @notice `from` is to become `to` from `ready` on; `document` says how the person was checked.
    event RecoveryAnnounced(address indexed from, address indexed to, uint256 ready, bytes32 document);

    /// @notice The recovery of `from` was cancelled by its own key, or by the guardian.
    event RecoveryCancelled(address indexed from, address indexed to, address by);

    /// @notice The account is `to` now.
    event RecoveryCompleted(address indexed from, address indexed to);

    // Errors

    /// @notice A recovery of this account is announced already.
    error RecoveryRuns(address from, address to, uint256 ready);

    /// @notice No recovery of this account is announced, or it has lapsed.
    error NoRecovery(address from);

    /// @notice It can be completed from `ready` on.
    error RecoveryNotReady(address from, uint256 ready);

    /// @notice The new address has not agreed: a mistyped one must not get an account.
    error NotAcceptedByNewKey(address from, address to);

    /// @notice Only the account's own key, or the guardian, cancels.
    error NotTheOldKey(address from);

    // Administration

    /// @notice Announces that an account is to have a new key.
    /// @dev Restricted. Reverts with `RecoveryRuns`, `NotAcceptedByNewKey`.
    /// @param from The account.
    /// @param to The new address.
    /// @param document Salted hash of how the office checked the person.
    /// @param acceptance EIP-712 `AcceptRecovery(address from,address to)` by the new key or contract (ERC-1271).
    function announce(address from, address to, bytes32 document, bytes calldata acceptance) external;

    /// @notice Cancels a recovery for its owner or out of doubt.
    /// @dev Restricted. Reverts with `NoRecovery`.
    function veto(address from) external;

    // Users' functions

    /// @notice Cancels the recovery of the caller's account: its key is not lost.
    /// @dev Reverts with `NoRecovery`.
    function cancel() external;

    /// @notice The same, signed by the account; anyone may send it.
    /// @dev EIP-712 `CancelRecovery(address from,address to,uint256 ready)`, by key or by contract (ERC-1271). Reverts
    /// with `NoRecovery`, `NotTheOldKey`.
    function cancelBySignature(address from, bytes calldata signature) external;

    /// @notice Completes a recovery. Anyone may send it.
    /// @dev Reverts with `NoRecovery`, `RecoveryNotReady`, and like the currency's `recover`.
    function complete(address from) external;

    // Views

    /// @notice The announced recovery of an account.
    function announcementOf(address from) external view returns (Announcement memory);

    /// @notice The address that an account had first: its own, or that of the first key that was lost. It is the same
    /// for all keys that a person has had, so what a person gets once is counted by it.
    function firstAddress(address account) external view returns (address);
}
