// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev Why a reading was judged as it was: the first five are no verdict, the next two logical, the last illogical.
/// Apart from `NoBaseline`, which takes `Read`'s place, the first five are numbered as the gauge states that cause them.
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
