// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev What a recorder may write and when, and its number in records. Times are Unix seconds:
///
/// | bits    | field       | meaning                                               |
/// |---------|-------------|-------------------------------------------------------|
/// | 216-255 | until       | end of the accreditation, exclusive                   |
/// | 176-215 | from        | start of the accreditation                            |
/// | 136-175 | revokedFrom | what was recorded since then is tainted; 0 if nothing |
/// | 104-135 | recorder    | the recorder's number in records                      |
/// | 64-103  | zero        | not used                                              |
/// | 0-63    | kinds       | bit k allows records of kind k; bit 63 gauge changes  |
type Accreditation is uint256;

using AccreditationLibrary for Accreditation global;

/// @title Accreditation
/// @notice The only place that knows the bits of an accreditation.
library AccreditationLibrary {
    // Constants

    uint256 internal constant GAUGE_CHANGES = 63;

    uint256 private constant UNTIL = 216;
    uint256 private constant FROM = 176;
    uint256 private constant REVOKED_FROM = 136;
    uint256 private constant RECORDER = 104;

    // Getters

    function kinds(Accreditation self) internal pure returns (uint64) {
        return uint64(Accreditation.unwrap(self));
    }

    /// @dev Whether its records may say that the gauge changed.
    function allowsGaugeChanges(Accreditation self) internal pure returns (bool) {
        return (Accreditation.unwrap(self) >> GAUGE_CHANGES) & 1 == 1;
    }

    function recorder(Accreditation self) internal pure returns (uint32) {
        return uint32(Accreditation.unwrap(self) >> RECORDER);
    }

    function from(Accreditation self) internal pure returns (uint40) {
        return uint40(Accreditation.unwrap(self) >> FROM);
    }

    function until(Accreditation self) internal pure returns (uint40) {
        return uint40(Accreditation.unwrap(self) >> UNTIL);
    }

    function revokedFrom(Accreditation self) internal pure returns (uint40) {
        return uint40(Accreditation.unwrap(self) >> REVOKED_FROM);
    }

    function isRevokedAt(Accreditation self, uint256 time) internal pure returns (bool) {
        uint256 since = revokedFrom(self);
        return since != 0 && since <= time;
    }

    // Setters

    function pack(
        uint64 kinds_,
        uint40 from_,
        uint40 until_,
        uint40 revokedFrom_,
        uint32 recorder_
    ) internal pure returns (Accreditation) {
        return
            Accreditation.wrap(
                (uint256(until_) << UNTIL) |
                    (uint256(from_) << FROM) |
                    (uint256(revokedFrom_) << REVOKED_FROM) |
                    (uint256(recorder_) << RECORDER) |
                    kinds_
            );
    }

    /// @dev A revocation also ends the accreditation, so recording only has to check the period.
    function revoked(Accreditation self, uint40 from_) internal pure returns (Accreditation) {
        uint40 end = from_ < until(self) ? from_ : until(self);
        return pack(kinds(self), from(self), end, from_, recorder(self));
    }

    /// @dev The accreditation stays ended: lifting a revocation trusts what was written, and allows nothing new.
    function lifted(Accreditation self) internal pure returns (Accreditation) {
        return Accreditation.wrap(Accreditation.unwrap(self) & ~(uint256(type(uint40).max) << REVOKED_FROM));
    }
}
