// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Why a shift is not paid.
enum ShiftRefusal {
    None,
    MalformedShift,
    OutsideProgramme,
    NotOver,
    ClaimExpired,
    NotResident,
    AttestedByVolunteer,
    PaidBefore,
    CapReached,
    FundTooSmall
}
