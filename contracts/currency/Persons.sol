// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Account} from "./Account.sol";
import {ILocalCurrency} from "./ILocalCurrency.sol";
import {IRecovery} from "./IRecovery.sol";
import {Kind} from "./Kind.sol";

/// @title Persons
/// @notice Whom an address belongs to, where keys were lost: what a person gets once is counted by its first address.
library Persons {
    // Getters

    /// @dev Where an account is now. Only an address from which an account has moved is looked up.
    function present(
        ILocalCurrency currency,
        address account
    ) internal view returns (address present_, Account memory state) {
        present_ = account;
        state = currency.accountOf(account);
        if (state.kind != Kind.Superseded) return (present_, state);
        present_ = currency.presentAddress(account);
        state = currency.accountOf(present_);
    }

    /// @dev The first address of whoever has the account now. Not of the address itself: one that was struck off may
    /// have been given to another person since.
    function first(ILocalCurrency currency, IRecovery recovery, address account) internal view returns (address) {
        return recovery.firstAddress(currency.presentAddress(account));
    }
}
