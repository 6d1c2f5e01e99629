// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Kind} from "./Kind.sol";

/// @notice An account's word, taken apart.
/// @param balance In base units.
/// @param nonce Number of orders (payments and permits) that the account's signature has paid for, modulo 2^32.
/// @param kind What the account is now.
/// @param heldKind What a frozen account was before; `None` otherwise.
/// @param category The city's code of the merchant's trade; 0 where it has none.
/// @param month Calendar month (months since January 1970, UTC+9) that `receipts` is of.
/// @param receipts What a merchant was paid by residents in `month` and has not refunded, in base units.
struct Account {
    uint64 balance;
    uint32 nonce;
    Kind kind;
    Kind heldKind;
    uint16 category;
    uint16 month;
    uint64 receipts;
}
