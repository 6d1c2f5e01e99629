// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {BITMAP_WORDS, BatchCount} from "./BatchCount.sol";
import {BallotPaper} from "./BallotPaper.sol";
import {IPollBox} from "./IPollBox.sol";
import {PackedLog} from "./PackedLog.sol";
import {PollId} from "./PollId.sol";
import {ScoreRule} from "./ScoreRule.sol";
import {ScoreSheet} from "./ScoreSheet.sol";
import {VoteBatch} from "./VoteBatch.sol";

/// @dev A batch of scores while it is counted: its votes, of whatever ballots, and what ballots must be like.
struct ScoreCount {
    BatchCount votes;
    ScoreRule rule;
}

using ScoreCountLibrary for ScoreCount global;

/// @title Score count
/// @notice Counts the batches of `ScoreBallotBox`: signed votes in groups with the same scores. A group:
///
/// | bytes      | field  | meaning                                  |
/// |------------|--------|------------------------------------------|
/// | 1          | scored | how many options get points, s           |
/// | 2 × s      | scores | option and points of each                |
/// | 2          | count  | number of votes in the group, at least 1 |
/// | 67 × count | votes  | index, r and vs of each                  |
///
/// A group of counted votes in the log `ScoresCounted`:
///
/// | bytes     | field   | meaning                         |
/// |-----------|---------|---------------------------------|
/// | 1         | scored  | how many options get points, s  |
/// | 2 × s     | scores  | option and points of each       |
/// | 2         | count   | number of voters                |
/// | 3 × count | indices | the voters' indices in the roll |
///
/// @dev Voters, signatures and marks are the matter of `BatchCount`. Arithmetic is unchecked because its numbers are
/// positions in calldata and counts of votes in one batch.
library ScoreCountLibrary {
    using PackedLog for bytes;

    // Constants

    bytes32 private constant SCORE_VOTE_TYPEHASH = keccak256(
        "ScoreVote(string question,Score[] scores,bytes32 document,bytes32 terms,uint256 poll)"
        "Score(string option,uint256 points)"
    );

    uint256 private constant SCORED_BYTES = 1;

    /// @dev Right shift that brings `scored` down to bit 0.
    uint256 private constant SCORED = 248;

    // Functions

    /// @dev Counts every group and updates the bitmap of who voted. The ballot box has set `rule`, and of `votes` what
    /// `BatchCount` needs.
    function count(ScoreCount memory self, bytes calldata batch, uint256[BITMAP_WORDS] storage voted) internal {
        BatchCount memory votes = self.votes;
        votes.begin(batch);
        // A group is in the log at most as long as in the batch.
        votes.counted = PackedLog.create(batch.length);
        uint256 place = votes.start;
        do {
            place = _countGroup(self, voted, place);
        } while (place < votes.end);

        votes.finish(voted);
    }

    /// @dev How many options get points in the group at `place`.
    function scoredAt(uint256 place) internal pure returns (uint256 scored) {
        // Safe: only reads calldata, which gives zeros past its end.
        assembly ("memory-safe") {
            scored := shr(SCORED, calldataload(place))
        }
    }

    // Internals

    /// @dev Counts the group at `place` and returns where the next one starts.
    function _countGroup(
        ScoreCount memory self,
        uint256[BITMAP_WORDS] storage voted,
        uint256 place
    ) private returns (uint256 next) {
        BatchCount memory votes = self.votes;
        unchecked {
            uint256 width = SCORED_BYTES + scoredAt(place) * ScoreSheet.SCORE_BYTES;
            uint256 size = VoteBatch.countAt(place + width);
            uint256 first = place + width + VoteBatch.COUNT_BYTES;
            next = first + size * VoteBatch.VOTE_BYTES;
            if (size == 0 || next > votes.end) revert IPollBox.MalformedBatch(place - votes.start);

            votes.groupStart = first;
            if (self.rule.allows(place + SCORED_BYTES, scoredAt(place))) {
                _countScores(votes, voted, place, next);
            } else {
                votes.skipGroup(next);
            }
            votes.votesBefore += size;
        }
    }

    function _countScores(
        BatchCount memory votes,
        uint256[BITMAP_WORDS] storage voted,
        uint256 place,
        uint256 end
    ) private {
        unchecked {
            uint256 scored = scoredAt(place);
            uint256 width = SCORED_BYTES + scored * ScoreSheet.SCORE_BYTES;
            uint256 header = votes.counted.length;
            votes.counted.appendCalldata(place, width + VoteBatch.COUNT_BYTES);
            votes.countGroup(voted, _digest(votes, place + SCORED_BYTES, scored), end);
            uint256 accepted = votes.counted.endGroup(header, width);
            ScoreSheet.addTo(votes.added, place + SCORED_BYTES, scored, accepted);
            votes.ballots += accepted;
        }
    }

    /// @dev What the voters of these scores have signed.
    function _digest(BatchCount memory votes, uint256 place, uint256 scored) private pure returns (bytes32) {
        BallotPaper memory paper = votes.paper;
        bytes32 vote = EfficientHashLib.hash(
            SCORE_VOTE_TYPEHASH,
            paper.question(),
            ScoreSheet.hash(paper, place, scored),
            paper.document(),
            paper.terms(),
            bytes32(PollId.unwrap(votes.poll))
        );
        return MessageHashUtils.toTypedDataHash(votes.domain, vote);
    }
}
