// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev A vehicle: keccak256(VIN || salt), where the salt is HMAC-SHA256(city's key, VIN). Derived off chain only.
/// The same number is the ERC-721 token that stands for the vehicle's title.
type VehicleId is bytes32;

/// @dev What a record is about. The order is part of the format: new kinds go to the end.
enum Kind {
    REGISTRATION,
    ODOMETER,
    PERFORMANCE_INSPECTION,
    PERIODIC_INSPECTION,
    ACCIDENT,
    REPAIR_SIMPLE,
    REPAIR_FRAME,
    FLOOD,
    TOTAL_LOSS,
    THEFT,
    RECOVERY,
    MAINTENANCE,
    RECALL,
    RECALL_REMEDY,
    RENTAL_USE,
    TAXI_USE,
    TUNING,
    LIEN,
    LIEN_RELEASE,
    SEIZURE,
    EXPORT,
    SCRAP,
    OWNERSHIP_CHANGE,
    // A correction that only withdraws: nothing takes the superseded record's place.
    // A correction that replaces has the kind that the record should have had.
    CORRECTION
}

/// @dev How the odometer was read. Whatever is not READ restarts the series or adds nothing to it.
enum Gauge {
    NOT_READ,
    READ,
    REPLACED,
    UNIT_CHANGED,
    IMPORTED
}

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

/// @dev The odometer verdict, in the categories of the Dutch vehicle authority's Tellerstandoordeel.
enum Verdict {
    NO_VERDICT,
    LOGICAL,
    ILLOGICAL
}
