// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";
import {RedBlackTreeLib} from "solady/src/utils/RedBlackTreeLib.sol";

import {Amendment} from "./Amendment.sol";
import {Brands} from "./Brands.sol";
import {Gauge} from "./Gauge.sol";
import {IVehicleRegistry} from "./IVehicleRegistry.sol";
import {Mark, MarkLibrary} from "./Mark.sol";
import {Odometer} from "./Odometer.sol";
import {Reason} from "./Reason.sol";
import {Record} from "./Record.sol";
import {VehicleId} from "./VehicleId.sol";
import {VehicleState} from "./VehicleState.sol";

/// @dev What is stored of one vehicle; the records themselves are in events.
///
/// The standing readings form a series: a list by date from the last to the first, in which each reading knows the next
/// older one (`older` in its record, or in its amendment where that changed). The word holds the two latest. A reading
/// that came when both were later is kept apart in `late`, and joins the series if it becomes one of the two latest.
/// So what takes the place of a corrected reading is always known from at most three records.
struct History {
    VehicleState state;
    bytes32 head;
    Brands brands;
    mapping(uint256 number => bytes32 head) checkpoints;
    mapping(uint256 number => Amendment amendment) amendments;
    RedBlackTreeLib.Tree late;
}

using HistoryLibrary for History global;

/// @title History
/// @notice Keeps a vehicle's series of readings through late evidence and corrections.
library HistoryLibrary {
    using RedBlackTreeLib for RedBlackTreeLib.Tree;
    using RedBlackTreeLib for bytes32;

    // Constants

    /// @dev The head is kept after every 32nd record, where these bits of its number are 0: a proof never needs more
    /// records than that. A remainder would cost more, and every record pays for it.
    uint256 internal constant CHECKPOINT_MASK = 31;

    Mark private constant NONE = Mark.wrap(0);

    // Getters

    /// @dev The number of the next older reading of the series.
    function olderThan(History storage self, Record reading) internal view returns (uint256) {
        Amendment amendment = self.amendments[reading.number()];
        return amendment.isRelinked() ? amendment.older() : reading.older();
    }

    /// @dev A reading with what is found about it now.
    function markOf(History storage self, Record reading) internal view returns (Mark) {
        return _amended(self, reading.mark());
    }

    // Functions

    /// @dev Takes an entry that is not simply the next reading; the caller has checked its gauge.
    function take(
        History storage self,
        IVehicleRegistry.Bench memory bench,
        VehicleState state,
        Record entry,
        uint256 number
    ) internal returns (VehicleState, Record) {
        uint256 gauge = entry.gauge();
        if (gauge == uint256(Gauge.NotRead)) return (state.counted(), entry.complete(gauge, number, 0));

        // The other states of the gauge have the numbers of the reasons they give.
        bool read = gauge == uint256(Gauge.Read);
        uint256 reason = read ? Odometer.judge(state, entry, bench.plausibleKmPerDay) : gauge;
        return _place(self, bench, state.counted().withFinding(reason), entry, reason, number);
    }

    /// @dev Takes a standing reading out of the series, proves what takes its place, and judges the next again.
    function remove(
        History storage self,
        IVehicleRegistry.Bench memory bench,
        VehicleState state,
        Record gone,
        IVehicleRegistry.Witness calldata witness
    ) internal returns (VehicleState) {
        Mark last = state.last();
        Mark previous = state.previous();
        state = state.withoutFinding(self.markOf(gone).reason());
        if (last.number() == gone.number()) {
            if (!previous.exists()) return state.withMarks(NONE, NONE);
            uint256 older = self.olderThan(recordIn(witness, previous.number()));
            return _refill(self, bench, state.withMarks(NONE, previous), older, older, witness);
        }
        if (previous.number() == gone.number()) {
            uint256 older = self.olderThan(gone);
            return _refill(self, bench, state.withMarks(NONE, last), gone.number(), older, witness);
        }
        bytes32 place = self.late.find(gone.mark().sortable());
        if (place.isEmpty()) return _unlink(self, bench, state, gone, witness);
        place.remove();
        return state;
    }

    /// @dev Takes a reading back whose correction counts for nothing. It is not the newest record, so that in the same
    /// second its number decides.
    function takeBack(
        History storage self,
        IVehicleRegistry.Bench memory bench,
        VehicleState state,
        Record back
    ) internal returns (VehicleState) {
        Mark reading = self.markOf(back);
        Mark last = state.last();
        Mark previous = state.previous();
        state = state.withFinding(reading.reason());
        if (reading.sortable() > last.sortable()) {
            _link(self, back.number(), last.number());
            (state, reading) = _judgeAgain(self, bench, state, reading, last);
            return state.withMarks(last, reading);
        }
        if (reading.sortable() > previous.sortable()) {
            _link(self, back.number(), previous.number());
            _link(self, last.number(), back.number());
            (state, reading) = _judgeAgain(self, bench, state, reading, previous);
            (state, last) = _judgeAgain(self, bench, state, last, reading);
            return state.withMarks(reading, last);
        }
        self.late.insert(back.mark().sortable());
        return state;
    }

    /// @dev Checks that every run of records ends at a checkpoint or at the head. It then holds the true records: it is
    /// not longer than the history up to there, so no record can be hidden in the vehicle's id.
    function prove(History storage self, VehicleId vehicle, IVehicleRegistry.Witness calldata witness) internal view {
        uint256 records = self.state.records();
        for (uint256 i; i < witness.runs.length; ++i) {
            IVehicleRegistry.Run calldata run = witness.runs[i];
            uint256 length = run.evidence.length;
            uint256 first = length == 0 ? 0 : run.evidence[0].record.number();
            uint256 end = first + length - (length == 0 ? 0 : 1);
            bool placed = first != 0 && (end == records || (end < records && end & CHECKPOINT_MASK == 0));
            if (!placed) revert IVehicleRegistry.WitnessOutOfPlace(first, length, records);

            bytes32 computed = _fold(run);
            bytes32 known = end == records ? self.head : self.checkpoints[end];
            if (computed != known) revert IVehicleRegistry.WitnessMismatch(vehicle, computed, known);
        }
    }

    /// @dev A record that the witness shows.
    function recordIn(IVehicleRegistry.Witness calldata witness, uint256 number) internal pure returns (Record) {
        for (uint256 i; i < witness.runs.length; ++i) {
            IVehicleRegistry.Evidence[] calldata evidence = witness.runs[i].evidence;
            if (evidence.length == 0) continue;
            uint256 first = evidence[0].record.number();
            if (number >= first && number - first < evidence.length) return evidence[number - first].record;
        }
        revert IVehicleRegistry.RecordNotShown(number);
    }

    // Internals

    function _place(
        History storage self,
        IVehicleRegistry.Bench memory bench,
        VehicleState state,
        Record entry,
        uint256 reason,
        uint256 number
    ) private returns (VehicleState, Record) {
        Mark last = state.last();
        Mark previous = state.previous();
        uint256 at = entry.occurredAt();
        if (at >= last.occurredAt()) {
            entry = entry.complete(reason, number, last.number());
            return (state.withMarks(last, entry.mark()), entry);
        }
        if (at >= previous.occurredAt()) {
            entry = entry.complete(reason, number, previous.number());
            _link(self, last.number(), number);
            (state, last) = _judgeAgain(self, bench, state, last, entry.mark());
            return (state.withMarks(entry.mark(), last), entry);
        }
        entry = entry.complete(reason, number, 0);
        self.late.insert(entry.mark().sortable());
        return (state, entry);
    }

    /// @dev Finds the reading before `state.last()`, the only one left in the word. In the series `older` is next, and
    /// `linked` is what the last one's link says so far.
    function _refill(
        History storage self,
        IVehicleRegistry.Bench memory bench,
        VehicleState state,
        uint256 linked,
        uint256 older,
        IVehicleRegistry.Witness calldata witness
    ) private returns (VehicleState) {
        Mark last = state.last();
        Mark next = older == 0 ? NONE : self.markOf(recordIn(witness, older));
        bytes32 place = self.late.last();
        if (!place.isEmpty() && place.value() > next.sortable()) {
            Mark late = _amended(self, MarkLibrary.fromSortable(place.value()));
            place.remove();
            _link(self, late.number(), older);
            (state, next) = _judgeAgain(self, bench, state, late, next);
        }
        if (next.number() != linked) _link(self, last.number(), next.number());
        (state, last) = _judgeAgain(self, bench, state, last, next);
        return state.withMarks(next, last);
    }

    /// @dev Takes a reading out of the series that is older than the two latest.
    function _unlink(
        History storage self,
        IVehicleRegistry.Bench memory bench,
        VehicleState state,
        Record gone,
        IVehicleRegistry.Witness calldata witness
    ) private returns (VehicleState) {
        Record newer = recordIn(witness, witness.newer);
        _checkNext(self, newer, gone);
        uint256 older = self.olderThan(gone);
        _link(self, newer.number(), older);
        Mark earlier = older == 0 ? NONE : self.markOf(recordIn(witness, older));
        Mark judged = self.markOf(newer);
        (state, judged) = _judgeAgain(self, bench, state, judged, earlier);
        return judged.number() == state.previous().number() ? state.withMarks(judged, state.last()) : state;
    }

    /// @dev Judges a reading again whose neighbour has changed; a new finding is counted, kept and told.
    function _judgeAgain(
        History storage self,
        IVehicleRegistry.Bench memory bench,
        VehicleState state,
        Mark reading,
        Mark earlier
    ) private returns (VehicleState, Mark) {
        uint256 reason = Odometer.judgeAgain(reading, earlier, bench.plausibleKmPerDay);
        uint256 before = reading.reason();
        if (reason == before) return (state, reading);

        uint256 number = reading.number();
        self.amendments[number] = self.amendments[number].withReason(reason);

        emit IVehicleRegistry.JudgedAgain(bench.vehicle, uint24(number), Reason(before), Reason(reason));
        return (state.withoutFinding(before).withFinding(reason), reading.withReason(reason));
    }

    function _checkNext(History storage self, Record newer, Record gone) private view {
        bool stands = self.amendments[newer.number()].supersededBy() == 0;
        if (stands && self.olderThan(newer) == gone.number()) return;
        revert IVehicleRegistry.NotTheNextReading(newer.number(), gone.number());
    }

    function _amended(History storage self, Mark mark) private view returns (Mark) {
        Amendment amendment = self.amendments[mark.number()];
        return amendment.isJudgedAgain() ? mark.withReason(amendment.reason()) : mark;
    }

    function _link(History storage self, uint256 number, uint256 older) private {
        self.amendments[number] = self.amendments[number].withOlder(older);
    }

    function _fold(IVehicleRegistry.Run calldata run) private pure returns (bytes32 head) {
        head = run.headBefore;
        for (uint256 i; i < run.evidence.length; ++i) {
            IVehicleRegistry.Evidence calldata evidence = run.evidence[i];
            head = EfficientHashLib.hash(head, bytes32(Record.unwrap(evidence.record)), evidence.document);
        }
    }
}
