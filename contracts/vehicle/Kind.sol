// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev What a record is about. The order is part of the format: new kinds go to the end.
enum Kind {
    Registration,
    Odometer,
    PerformanceInspection,
    PeriodicInspection,
    Accident,
    RepairSimple,
    RepairFrame,
    Flood,
    TotalLoss,
    Theft,
    Recovery,
    Maintenance,
    Recall,
    RecallRemedy,
    RentalUse,
    TaxiUse,
    Tuning,
    Lien,
    LienRelease,
    Seizure,
    Export,
    Scrap,
    OwnershipChange,
    // A correction that only withdraws: nothing takes the superseded record's place.
    // A correction that replaces has the kind that the record should have had.
    Correction
}
