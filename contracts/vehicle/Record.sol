// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Entry} from "./Entry.sol";
import {Mark} from "./Mark.sol";

/// @dev One record of a vehicle's history, as events carry it and heads cover it:
///
/// | bits    | field      | meaning                                                               |
/// |---------|------------|-----------------------------------------------------------------------|
/// | 248-255 | kind       | a `Kind`                                                              |
/// | 240-247 | gauge      | a `Gauge`                                                             |
/// | 224-239 | outcome    | what the event came to; its meaning depends on the kind               |
/// | 184-223 | occurredAt | Unix seconds of the reading or event                                  |
/// | 160-183 | km         | 0 if the gauge was not read                                           |
/// | 152-159 | reason     | a `Reason`                                                            |
/// | 128-151 | number     | number of the record in its history, from 1                           |
/// | 88-127  | recordedAt | Unix seconds of the block                                             |
/// | 56-87   | recorder   | number of the recorder; `recorderOf` gives the address                |
/// | 32-55   | supersedes | number of the record that this one corrects; 0 if none                |
/// | 8-31    | older      | record with the next older reading; 0 if none, or if it came too late |
/// | 0-7     | zero       | not used                                                              |
///
/// Kind to km are the `Entry`, recordedAt and recorder the stamp, occurredAt to number the `Mark`.
type Record is uint256;

using RecordLibrary for Record global;

/// @title Record
/// @notice The only place that knows the bits of a record.
library RecordLibrary {
    // Constants

    uint256 private constant KIND = 248;
    uint256 private constant GAUGE = 240;
    uint256 private constant OUTCOME = 224;
    uint256 private constant OCCURRED_AT = 184;
    uint256 private constant KM = 160;
    uint256 private constant REASON = 152;
    uint256 private constant NUMBER = 128;
    uint256 private constant RECORDED_AT = 88;
    uint256 private constant RECORDER = 56;
    uint256 private constant SUPERSEDES = 32;
    uint256 private constant OLDER = 8;

    // Getters

    /// @dev A number, not a `Kind`: entries are checked after they are read.
    function kind(Record self) internal pure returns (uint256) {
        return Record.unwrap(self) >> KIND;
    }

    /// @dev A number, not a `Gauge`: entries are checked after they are read.
    function gauge(Record self) internal pure returns (uint256) {
        return uint8(Record.unwrap(self) >> GAUGE);
    }

    function outcome(Record self) internal pure returns (uint256) {
        return uint16(Record.unwrap(self) >> OUTCOME);
    }

    function occurredAt(Record self) internal pure returns (uint256) {
        return uint40(Record.unwrap(self) >> OCCURRED_AT);
    }

    function km(Record self) internal pure returns (uint256) {
        return uint24(Record.unwrap(self) >> KM);
    }

    function reason(Record self) internal pure returns (uint256) {
        return uint8(Record.unwrap(self) >> REASON);
    }

    function number(Record self) internal pure returns (uint256) {
        return uint24(Record.unwrap(self) >> NUMBER);
    }

    function recordedAt(Record self) internal pure returns (uint256) {
        return uint40(Record.unwrap(self) >> RECORDED_AT);
    }

    function recorder(Record self) internal pure returns (uint256) {
        return uint32(Record.unwrap(self) >> RECORDER);
    }

    function supersedes(Record self) internal pure returns (uint256) {
        return uint24(Record.unwrap(self) >> SUPERSEDES);
    }

    function older(Record self) internal pure returns (uint256) {
        return uint24(Record.unwrap(self) >> OLDER);
    }

    /// @dev The record's `Mark`.
    function mark(Record self) internal pure returns (Mark) {
        return Mark.wrap(uint96(Record.unwrap(self) >> NUMBER));
    }

    // Setters

    /// @dev Who records, and when: the same for all records of one call.
    function stamp(uint256 recorder_, uint256 recordedAt_) internal pure returns (Record) {
        return Record.wrap((recordedAt_ << RECORDED_AT) | (recorder_ << RECORDER));
    }

    /// @dev Adds the entry to a stamp. Kind and gauge may be out of range until checked.
    function withEntry(Record self, Entry entry) internal pure returns (Record) {
        return Record.wrap(Record.unwrap(self) | ((uint256(Entry.unwrap(entry)) >> KM) << KM));
    }

    function withSupersedes(Record self, uint256 number_) internal pure returns (Record) {
        return Record.wrap(Record.unwrap(self) | (number_ << SUPERSEDES));
    }

    /// @dev Adds what the registry says to a stamped entry; `reason_` is a `Reason` as a number.
    function complete(Record self, uint256 reason_, uint256 number_, uint256 older_) internal pure returns (Record) {
        uint256 said = (reason_ << REASON) | (number_ << NUMBER) | (older_ << OLDER);
        return Record.wrap(Record.unwrap(self) | said);
    }
}
