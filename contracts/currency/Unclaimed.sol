// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureCheckerLib} from "solady/src/utils/SignatureCheckerLib.sol";

import {ILocalCurrency} from "./ILocalCurrency.sol";
import {IUnclaimed} from "./IUnclaimed.sol";

/// @title Unclaimed money
/// @notice See `IUnclaimed`.
contract Unclaimed is IUnclaimed, EIP712 {
    // Constants and immutables

    /// @dev Claims from trade lapse in five years (상법 제64조).
    uint256 private constant TERM = 5 * 365 days;

    bytes32 private constant CLAIM_TYPEHASH = keccak256("ClaimMoney(address account,address to,uint256 deadline)");

    ILocalCurrency private immutable CURRENCY;

    // Storage

    mapping(address account => Kept found) private _kept;

    // Constructor

    /// @param currency The city's currency; this contract is to be appointed there, and to be one of the city's.
    constructor(ILocalCurrency currency) EIP712("Dongne Unclaimed Money", "1") {
        CURRENCY = currency;
    }

    // Users' functions

    /// @inheritdoc IUnclaimed
    function keep(address account, uint256 amount) external {
        if (msg.sender != address(CURRENCY)) revert NotTheCurrency(msg.sender);

        uint256 until = block.timestamp + TERM;
        // Amounts fit: the supply is below 2^63.
        _kept[account] = Kept({amount: _kept[account].amount + uint64(amount), until: uint40(until)});

        emit MoneyKept(account, amount, until);
    }

    /// @inheritdoc IUnclaimed
    function claim(address account, address to) external {
        if (msg.sender != CURRENCY.presentAddress(account)) revert NotTheOwner(account, msg.sender);

        _claim(account, to);
    }

    /// @inheritdoc IUnclaimed
    function claimBySignature(address account, address to, uint256 deadline, bytes calldata signature) external {
        if (block.timestamp > deadline) revert ClaimExpired(deadline);
        bytes32 digest = _hashTypedDataV4(keccak256(abi.encode(CLAIM_TYPEHASH, account, to, deadline)));
        address owner = CURRENCY.presentAddress(account);
        if (!SignatureCheckerLib.isValidSignatureNowCalldata(owner, digest, signature)) {
            revert ClaimSignatureInvalid(account);
        }

        _claim(account, to);
    }

    /// @inheritdoc IUnclaimed
    function lapse(address account) external {
        Kept memory found = _take(account);
        if (block.timestamp < found.until) revert NotLapsedYet(account, found.until);

        emit MoneyLapsed(account, found.amount);

        CURRENCY.redeem(found.amount, bytes32(uint256(uint160(account))));
    }

    // Views

    /// @inheritdoc IUnclaimed
    function kept(address account) external view returns (Kept memory) {
        return _kept[account];
    }

    // Internals

    function _claim(address account, address to) private {
        uint256 amount = _take(account).amount;

        emit MoneyClaimed(account, to, amount);

        // Reverts or returns true.
        CURRENCY.transfer(to, amount);
    }

    function _take(address account) private returns (Kept memory found) {
        found = _kept[account];
        if (found.amount == 0) revert NothingKept(account);

        delete _kept[account];
    }
}
