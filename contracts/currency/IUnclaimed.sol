// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Unclaimed money
/// @notice The last few won of accounts that changed their kind or were struck off. They stay their owners': the key of
/// the account, or of the one it was recovered to, sends them to any account of the city that may be paid. What nobody
/// claims in five years is destroyed, and the won behind it are the city's.
/// @dev Appointed in the currency for good, and one of the city's contracts there. No role decides about this money.
interface IUnclaimed {
    // Types

    /// @notice What is kept for an account.
    /// @param amount Base units.
    /// @param until Unix seconds from which on it lapses.
    struct Kept {
        uint64 amount;
        uint40 until;
    }

    // Events

    /// @notice `amount` of `account` came here, and can be claimed before `until`.
    event MoneyKept(address indexed account, uint256 amount, uint256 until);

    /// @notice The owner of `account` claimed its money for `to`.
    event MoneyClaimed(address indexed account, address indexed to, uint256 amount);

    /// @notice Nobody claimed it in time, and it was destroyed.
    event MoneyLapsed(address indexed account, uint256 amount);

    // Errors

    /// @notice Only the currency brings money here.
    error NotTheCurrency(address caller);

    /// @notice Only the account itself claims, or the one that it was recovered to.
    error NotTheOwner(address account, address caller);

    /// @notice Nothing is kept for this account.
    error NothingKept(address account);

    /// @notice It lapses from `until` on.
    error NotLapsedYet(address account, uint256 until);

    /// @notice The claim's deadline has passed.
    error ClaimExpired(uint256 deadline);

    /// @notice Not signed by the key of the account, or of the one it was recovered to.
    error ClaimSignatureInvalid(address account);

    // Users' functions

    /// @notice Keeps money that the currency has just moved here.
    /// @dev The currency's. Reverts with `NotTheCurrency`.
    function keep(address account, uint256 amount) external;

    /// @notice Sends what is kept for the caller's account, or for one that was recovered to it, to `to`.
    /// @dev Reverts with `NotTheOwner`, `NothingKept`, and like the currency's `transfer`.
    function claim(address account, address to) external;

    /// @notice The same for an owner who has signed. Anyone may send it.
    /// @dev EIP-712 `ClaimMoney(address account,address to,uint256 deadline)`, by key or by contract (ERC-1271).
    /// Reverts with `ClaimExpired`, `ClaimSignatureInvalid`, and like `claim`.
    function claimBySignature(address account, address to, uint256 deadline, bytes calldata signature) external;

    /// @notice Destroys what nobody claimed in five years. Anyone may send it.
    /// @dev Reverts with `NothingKept`, `NotLapsedYet`.
    function lapse(address account) external;

    // Views

    /// @notice What is kept for an account; zeros if nothing is.
    function kept(address account) external view returns (Kept memory);
}
