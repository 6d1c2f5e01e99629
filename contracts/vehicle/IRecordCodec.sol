// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Entry} from "./Entry.sol";
import {Gauge} from "./Gauge.sol";
import {Kind} from "./Kind.sol";
import {Reason} from "./Reason.sol";
import {Record} from "./Record.sol";

/// @title Record codec
/// @notice Packs entries and reads records, for callers that do not use the `dongne` package.
/// @dev Pure functions without storage: any copy of it gives the same answers.
interface IRecordCodec {
    // Types

    /// @notice A record in its fields.
    /// @param supersedes Number of the record that this one corrects; 0 if none.
    /// @param older Number of the record with the next older reading when it was recorded; 0 if none or too late.
    struct Fields {
        Kind kind;
        Gauge gauge;
        uint16 outcome;
        uint40 occurredAt;
        uint24 km;
        Reason reason;
        uint24 number;
        uint40 recordedAt;
        uint32 recorder;
        uint24 supersedes;
        uint24 older;
    }

    // Views

    /// @notice Packs an entry.
    /// @param outcome What the event came to; its meaning depends on the kind; 0 if unsaid.
    /// @param occurredAt Unix seconds of the reading or event; not after the block that records it.
    /// @param km Kilometres; 0 if the gauge was not read.
    function entryOf(
        Kind kind,
        Gauge gauge,
        uint16 outcome,
        uint40 occurredAt,
        uint24 km
    ) external pure returns (Entry);

    /// @notice The fields of a record.
    function fieldsOf(Record word) external pure returns (Fields memory);

    /// @notice The head after a record: fold all records of a vehicle, from its id on, and compare with `headOf`.
    function headAfter(bytes32 head, Record word, bytes32 document) external pure returns (bytes32);
}
