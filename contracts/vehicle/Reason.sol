// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev Why a reading was judged as it was: the first five are no verdict, the next two logical, the last illogical.
/// Apart from NO_BASELINE, which takes READ's place, the first five are numbered as the gauge states that cause them.
enum Reason {
    NOT_READ,
    NO_BASELINE,
    GAUGE_REPLACED,
    UNIT_CHANGED,
    IMPORTED,
    CONSISTENT,
    IMPLAUSIBLE,
    LOWER_THAN_EARLIER,
    HIGHER_THAN_LATER
}
