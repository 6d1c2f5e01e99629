// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice What a record is about.
/// @dev The order is part of the format: new kinds go to the end.
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
    // Withdraws a record without replacing it. A correction that replaces has the kind the record should have had.
    Correction,
    SeizureRelease,
    ProvisionalDisposition,
    ProvisionalDispositionRelease,
    Fire,
    Salvage,
    Rebuilt,
    LemonReturn,
    VinReissued,
    Deregistration,
    Reinstatement,
    LeaseUse,
    OfficialUse,
    GaugeDefective,
    GaugeNotActual,
    GaugeBeyondDigits
}
