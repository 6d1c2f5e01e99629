// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Why a reading was judged as it was: the first five give no verdict, the next two are logical, the last two
/// illogical.
/// @dev The first five have the numbers of the gauge states that cause them, except that `NoBaseline` replaces `Read`.
enum Reason {
    NotRead,
    NoBaseline,
    GaugeReplaced,
    UnitChanged,
    Imported,
    Consistent,
    Implausible,
    LowerThanEarlier,
    HigherThanLater
}
