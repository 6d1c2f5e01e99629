// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {BallotPaper} from "./BallotPaper.sol";
import {ChoiceRule} from "./ChoiceRule.sol";
import {IAssistedVoting} from "./IAssistedVoting.sol";
import {IBallotBox} from "./IBallotBox.sol";
import {IPollBox} from "./IPollBox.sol";
import {PackedLog} from "./PackedLog.sol";
import {PollId} from "./PollId.sol";
import {StruckVoters} from "./StruckVoters.sol";
import {VoteBatch} from "./VoteBatch.sol";

/// @dev A batch of an office while it is counted. The range that a voter was found in last is kept for neighbours.
struct AssistedCount {
    IBallotBox box;
    PollId poll;
    StruckVoters struck;
    BallotPaper paper;
    ChoiceRule rule;
    uint256 width;
    uint256 rangeFirst;
    uint256 rangeCount;
    uint256 choices;
    uint256 groupStart;
    uint256 votesBefore;
    uint256 ballots;
    bytes counted;
    bytes skipped;
}

using AssistedCountLibrary for AssistedCount global;

/// @title Assisted count
/// @notice Counts the batches of `castAssisted`: votes without signatures, in groups with the same choices. In a poll
/// with n options a mask takes w = ⌈n / 8⌉ bytes. A group, as the log of counted votes has it:
///
/// | bytes     | field   | meaning                                             |
/// |-----------|---------|-----------------------------------------------------|
/// | w         | choices | a bit mask                                          |
/// | 2         | count   | number of voters, at least 1                        |
/// | 3 × count | indices | the voters' indices in the roll, strictly ascending |
library AssistedCountLibrary {
    using PackedLog for bytes;

    // Constants

    uint256 private constant INDEX_BYTES = 3;
    uint256 private constant WORD_BITS = 256;

    // Functions

    /// @dev Counts every group. The caller has set `box`, `poll`, `struck`, `paper` and `rule`.
    function count(AssistedCount memory self, bytes calldata batch) internal {
        (uint256 start, uint256 end) = VoteBatch.bounds(batch);
        self.width = VoteBatch.maskBytes(self.paper.options);
        self.counted = PackedLog.create(batch.length);
        // 7 bytes for each vote of 3.
        self.skipped = PackedLog.create(batch.length * 3);
        uint256 place = start;
        do {
            place = _countGroup(self, place, start, end);
        } while (place < end);
    }

    // Internals

    /// @dev Counts the group at `place` and returns where the next one starts.
    function _countGroup(
        AssistedCount memory self,
        uint256 place,
        uint256 start,
        uint256 end
    ) private returns (uint256 next) {
        (uint256 choices, uint256 votes) = VoteBatch.groupAt(place, self.width);
        self.groupStart = place + self.width + VoteBatch.COUNT_BYTES;
        next = self.groupStart + votes * INDEX_BYTES;
        if (votes == 0 || next > end) revert IPollBox.MalformedBatch(place - start);
        _checkAscending(self.groupStart, next, start);

        if (self.rule.allows(choices)) _countChoices(self, next, choices);
        else _skipAll(self, next);
        self.votesBefore += votes;
    }

    function _checkAscending(uint256 place, uint256 end, uint256 start) private pure {
        uint256 previous = VoteBatch.indexAt(place);
        for (place += INDEX_BYTES; place < end; place += INDEX_BYTES) {
            uint256 index = VoteBatch.indexAt(place);
            if (index <= previous) revert IAssistedVoting.VotersOfGroupNotAscending(place - start, index);
            previous = index;
        }
    }

    function _countChoices(AssistedCount memory self, uint256 end, uint256 choices) private {
        self.choices = choices;
        uint256 header = self.counted.beginGroup(choices, self.width);
        uint256 place = self.groupStart;
        while (place < end) place = _countWord(self, place, end);
        self.ballots += self.counted.endGroup(header, self.width);
    }

    /// @dev Brings the voters from `place` on that share a word of the bitmap, and returns where the next word starts.
    function _countWord(AssistedCount memory self, uint256 place, uint256 end) private returns (uint256 next) {
        uint256 number = VoteBatch.indexAt(place) / WORD_BITS;
        uint256 voters;
        for (next = place; next < end; next += INDEX_BYTES) {
            uint256 index = VoteBatch.indexAt(next);
            if (index / WORD_BITS != number) break;
            if (_isAsked(self, index)) voters |= 1 << (index % WORD_BITS);
        }
        voters &= ~self.struck.wordAt(number);
        uint256 taken = voters == 0 ? 0 : self.box.countAssisted(self.poll, self.choices, number, voters);
        for (; place < next; place += INDEX_BYTES) {
            uint256 index = VoteBatch.indexAt(place);
            uint256 bit = 1 << (index % WORD_BITS);
            if (taken & bit != 0) self.counted.appendIndex(index);
            else _skip(self, place, voters & bit == 0 ? IPollBox.Skip.NotEligible : IPollBox.Skip.AlreadyVoted);
        }
    }

    function _isAsked(AssistedCount memory self, uint256 index) private pure returns (bool) {
        if (index >= self.rangeFirst && index < self.rangeFirst + self.rangeCount) return true;
        (uint256 first, uint256 size) = self.paper.rangeOf(index);
        if (size == 0) return false;
        (self.rangeFirst, self.rangeCount) = (first, size);
        return true;
    }

    function _skipAll(AssistedCount memory self, uint256 end) private pure {
        for (uint256 place = self.groupStart; place < end; place += INDEX_BYTES) {
            _skip(self, place, IPollBox.Skip.BadChoices);
        }
    }

    function _skip(AssistedCount memory self, uint256 place, IPollBox.Skip reason) private pure {
        uint256 placeInBatch = self.votesBefore + (place - self.groupStart) / INDEX_BYTES;
        self.skipped.appendSkip(placeInBatch, VoteBatch.indexAt(place), uint256(reason));
    }
}
