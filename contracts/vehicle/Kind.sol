// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

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
