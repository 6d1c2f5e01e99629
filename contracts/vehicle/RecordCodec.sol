// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {Entry, EntryLibrary} from "./Entry.sol";
import {Gauge} from "./Gauge.sol";
import {IRecordCodec} from "./IRecordCodec.sol";
import {Kind} from "./Kind.sol";
import {Reason} from "./Reason.sol";
import {Record} from "./Record.sol";

/// @title Record codec
/// @notice See `IRecordCodec`.
contract RecordCodec is IRecordCodec {
    // Views

    /// @inheritdoc IRecordCodec
    function entryOf(
        Kind kind,
        Gauge gauge,
        uint16 outcome,
        uint40 occurredAt,
        uint24 km
    ) external pure returns (Entry) {
        return EntryLibrary.pack(kind, gauge, outcome, occurredAt, km);
    }

    /// @inheritdoc IRecordCodec
    function fieldsOf(Record word) external pure returns (Fields memory) {
        return
            Fields({
                kind: Kind(word.kind()),
                gauge: Gauge(word.gauge()),
                outcome: uint16(word.outcome()),
                occurredAt: uint40(word.occurredAt()),
                km: uint24(word.km()),
                reason: Reason(word.reason()),
                number: uint24(word.number()),
                recordedAt: uint40(word.recordedAt()),
                recorder: uint32(word.recorder()),
                supersedes: uint24(word.supersedes()),
                older: uint24(word.older())
            });
    }

    /// @inheritdoc IRecordCodec
    function headAfter(bytes32 head, Record word, bytes32 document) external pure returns (bytes32) {
        return keccak256(abi.encode(head, word, document));
    }
}
