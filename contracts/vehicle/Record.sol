// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Entry} from "./Entry.sol";

/// @dev One record of a vehicle's history, packed. Its first 80 bits are the entry.
type Record is uint256;

using RecordLibrary for Record global;

/// @title Record
/// @notice The packed form of a record, as events carry it and heads cover it.
///
///      255    248     240          200  176      168      144          104         72           48     0
///     +------+-------+------------+----+--------+--------+------------+----------+------------+------+
///     | kind | gauge | occurredAt | km | reason | number | recordedAt | recorder | supersedes | zero |
///     |   8  |   8   |     40     | 24 |    8   |   24   |     40     |    32    |     24     |  48  |
///     +------+-------+------------+----+--------+--------+------------+----------+------------+------+
///     |<----------- entry ------------>|                 |<------ stamp ------>|
///                    |<------------- mark ------------->|
///
library RecordLibrary {
    uint256 private constant KIND = 248;
    uint256 private constant GAUGE = 240;
    uint256 private constant OCCURRED_AT = 200;
    uint256 private constant KM = 176;
    uint256 private constant REASON = 168;
    uint256 private constant NUMBER = 144;
    uint256 private constant RECORDED_AT = 104;
    uint256 private constant RECORDER = 72;
    uint256 private constant SUPERSEDES = 48;

    /// @dev Who records and when: the part that all records of one call share.
    function stamp(uint256 recorder_, uint256 recordedAt_) internal pure returns (Record) {
        return Record.wrap((recordedAt_ << RECORDED_AT) | (recorder_ << RECORDER));
    }

    /// @dev A stamped entry. Kind and gauge may be out of range until checked.
    function withEntry(Record self, Entry entry) internal pure returns (Record) {
        return Record.wrap(Record.unwrap(self) | ((uint256(Entry.unwrap(entry)) >> KM) << KM));
    }

    function withSupersedes(Record self, uint256 number_) internal pure returns (Record) {
        return Record.wrap(Record.unwrap(self) | (number_ << SUPERSEDES));
    }

    /// @dev Completes a stamped entry; `reason_` is the number of a Reason.
    function complete(Record self, uint256 reason_, uint256 number_) internal pure returns (Record) {
        return Record.wrap(Record.unwrap(self) | (reason_ << REASON) | (number_ << NUMBER));
    }

    /// @dev A number, not a Kind: entries are checked after they are read.
    function kind(Record self) internal pure returns (uint256) {
        return Record.unwrap(self) >> KIND;
    }

    /// @dev A number, not a Gauge: entries are checked after they are read.
    function gauge(Record self) internal pure returns (uint256) {
        return uint8(Record.unwrap(self) >> GAUGE);
    }

    function occurredAt(Record self) internal pure returns (uint256) {
        return uint40(Record.unwrap(self) >> OCCURRED_AT);
    }

    function km(Record self) internal pure returns (uint256) {
        return uint24(Record.unwrap(self) >> KM);
    }

    function number(Record self) internal pure returns (uint256) {
        return uint24(Record.unwrap(self) >> NUMBER);
    }

    function recorder(Record self) internal pure returns (uint256) {
        return uint32(Record.unwrap(self) >> RECORDER);
    }

    function supersedes(Record self) internal pure returns (uint256) {
        return uint24(Record.unwrap(self) >> SUPERSEDES);
    }

    /// @dev What the odometer's series keeps of a record: occurredAt, km, reason and number.
    function mark(Record self) internal pure returns (uint256) {
        return uint96(Record.unwrap(self) >> NUMBER);
    }
}
