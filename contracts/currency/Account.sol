// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Kind} from "./Kind.sol";

/// @notice The fields of an account's word.
/// @param balance What it can spend, in base units.
/// @param nonce What the next signed payment needs: how often the account's kind has ended, times 2^32, plus the number
/// of signed payments it has used up since.
/// @param kind What the account is now.
/// @param heldKind What a frozen account was before; `None` otherwise.
/// @param category The city's code for the merchant's trade; 0 if there is none.
/// @param month Calendar month of `counted`: months since January 1970, UTC+9.
/// @param counted Purchases of `month`, less refunds, in base units: what a resident or an institution paid merchants,
/// or what these paid a merchant.
/// @param closed The same of the month before `month`.
/// @param held What a hold keeps from being spent; the account's own money, beside `balance`.
struct Account {
    uint64 balance;
    uint40 nonce;
    Kind kind;
    Kind heldKind;
    uint16 category;
    uint16 month;
    uint64 counted;
    uint64 closed;
    uint64 held;
}
