// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev What a recorder may write and when, and the number that stands for it in records, packed.
type Accreditation is uint256;

using AccreditationLibrary for Accreditation global;

/// @title Accreditation
/// @notice One word a recorder; times are Unix seconds. `revokedFrom` is 0 while the recorder is not revoked.
///
///      255     216    176           136        104    64      0
///     +-------+------+-------------+----------+------+-------+
///     | until | from | revokedFrom | recorder | zero | kinds |
///     |   40  |  40  |      40     |    32    |  40  |   64  |
///     +-------+------+-------------+----------+------+-------+
///
library AccreditationLibrary {
    uint256 private constant UNTIL = 216;
    uint256 private constant FROM = 176;
    uint256 private constant REVOKED_FROM = 136;
    uint256 private constant RECORDER = 104;

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

    /// @dev A revocation also ends the accreditation, so that writing needs to look at its period only.
    function revoked(Accreditation self, uint40 from_) internal pure returns (Accreditation) {
        uint40 end = from_ < until(self) ? from_ : until(self);
        return pack(kinds(self), from(self), end, from_, recorder(self));
    }

    /// @dev Bit k allows the kind numbered k.
    function kinds(Accreditation self) internal pure returns (uint64) {
        return uint64(Accreditation.unwrap(self));
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
}
