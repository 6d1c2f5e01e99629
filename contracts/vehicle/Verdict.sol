// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice The odometer verdict, in the categories of the Dutch vehicle authority's Tellerstandoordeel.
enum Verdict {
    NoVerdict,
    Logical,
    Illogical
}
