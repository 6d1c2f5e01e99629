// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {ChoiceRule} from "./ChoiceRule.sol";
import {IBallotBox} from "./IBallotBox.sol";
import {PackedLog} from "./PackedLog.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";
import {TallyLanes} from "./TallyLanes.sol";
import {VoteBatch} from "./VoteBatch.sol";
import {VoterBlob} from "./VoterBlob.sol";

/// @dev Words of a bitmap with a bit for every index of 3 bytes. Laid out side by side, a word needs no hash to be found.
uint256 constant BITMAP_WORDS = 65536;

/// @dev A batch on its way through the box: what holds for all its votes, what is in hand, and what is written once.
/// In hand are an eligible range, a word of the bitmap and a blob of the roll: votes by neighbours find theirs there, and
/// only a vote that does not makes the box look one up.
struct BatchCount {
    PollId poll;
    RollId roll;
    address rolls;
    bytes32 domain;
    ChoiceRule rule;
    IBallotBox.Range[] ranges;
    uint256 start;
    uint256 end;
    uint256 rangeFirst;
    uint256 rangeCount;
    uint256 wordNumber;
    uint256 word;
    uint256 wordAsStored;
    uint256 blobFirst;
    address blob;
    bytes32 digest;
    uint256 groupStart;
    uint256 votesBefore;
    uint256 ballots;
    uint256[] added;
    bytes counted;
    bytes skipped;
}

using BatchCountLibrary for BatchCount global;

/// @title Batch counting
/// @notice Counts a packed batch of signed votes for `BallotBox`.
/// @dev Arithmetic here is unchecked: it is on places in calldata, on indices below 2^24 and on counts of votes in one
/// batch, and a difference that is allowed to wrap says so.
library BatchCountLibrary {
    using PackedLog for bytes;
    using TallyLanes for uint256[];

    bytes32 private constant VOTE_TYPEHASH = keccak256("Vote(uint256 poll,uint256 choices)");

    uint256 private constant INDEX_BYTES = 3;
    uint256 private constant PLACE_BYTES = 3;
    uint256 private constant REASON_BYTES = 1;
    uint256 private constant WORD_BITS = 256;

    /// @dev As the first voter or number of what is not in hand: far from every index.
    uint256 private constant NONE = 1 << 128;

    /// @dev Makes ready for a batch; `poll`, `roll`, `rolls`, `domain`, `rule` and `ranges` are set by the box.
    function begin(BatchCount memory c, bytes calldata batch, uint256 options) internal pure {
        (c.start, c.end) = VoteBatch.bounds(batch);
        c.wordNumber = NONE;
        c.blobFirst = NONE;
        c.added = new uint256[](TallyLanes.wordsFor(options));
        // A group of n votes takes 18 + 67n bytes and leaves at most 18 + 3n in one log and 7n in the other.
        c.counted = PackedLog.create(batch.length / 4);
        c.skipped = PackedLog.create(batch.length / 4);
    }

    /// @dev Counts every group, and writes the bitmap of who voted.
    function count(BatchCount memory c, uint256[BITMAP_WORDS] storage voted) internal {
        uint256 place = c.start;
        do {
            place = _countGroup(c, voted, place);
        } while (place < c.end);

        _putBack(c, voted);
    }

    /// @dev Counts the group at `place` and returns where the next one starts.
    function _countGroup(
        BatchCount memory c,
        uint256[BITMAP_WORDS] storage voted,
        uint256 place
    ) private returns (uint256 next) {
        unchecked {
            (uint256 choices, uint256 votes) = VoteBatch.groupAt(place);
            uint256 first = place + VoteBatch.HEADER_BYTES;
            next = first + votes * VoteBatch.VOTE_BYTES;
            if (votes == 0 || next > c.end) revert IBallotBox.MalformedBatch(place - c.start);

            c.groupStart = first;
            if (c.rule.allows(choices)) _countChoices(c, voted, next, choices);
            else _skipVotes(c, next);
            c.votesBefore += votes;
        }
    }

    function _countChoices(
        BatchCount memory c,
        uint256[BITMAP_WORDS] storage voted,
        uint256 end,
        uint256 choices
    ) private {
        bytes32 vote = EfficientHashLib.hash(uint256(VOTE_TYPEHASH), PollId.unwrap(c.poll), choices);
        c.digest = MessageHashUtils.toTypedDataHash(c.domain, vote);
        uint256 header = c.counted.beginGroup(choices);
        _countVotes(c, voted, end);
        uint256 accepted = c.counted.endGroup(header);
        c.added.add(choices, accepted);
        unchecked {
            c.ballots += accepted;
        }
    }

    /// @dev Judges the votes of a group: marks and logs a voter whose vote is good, logs why one is not.
    function _countVotes(BatchCount memory c, uint256[BITMAP_WORDS] storage voted, uint256 end) private {
        unchecked {
            bytes32 digest = c.digest;
            uint256 place = c.groupStart;
            do {
                uint256 index = VoteBatch.indexAt(place);
                // The difference wraps for an index below the range, to a number beyond any range.
                if (index - c.rangeFirst >= c.rangeCount) {
                    if (!_findRange(c, index)) {
                        _skip(c, place, IBallotBox.Skip.NotEligible);
                        continue;
                    }
                }
                if (index / WORD_BITS != c.wordNumber) _takeWord(c, voted, index / WORD_BITS);
                uint256 bit = 1 << (index % WORD_BITS);
                uint256 word = c.word;
                if (word & bit != 0) {
                    _skip(c, place, IBallotBox.Skip.AlreadyVoted);
                    continue;
                }
                uint256 placeInBlob = index - c.blobFirst;
                if (placeInBlob >= VoterBlob.VOTERS) placeInBlob = _takeBlob(c, index);
                if (!VoteBatch.isSignedBy(place, digest, VoterBlob.voterAt(c.blob, placeInBlob))) {
                    _skip(c, place, IBallotBox.Skip.BadSignature);
                    continue;
                }
                c.word = word | bit;
                c.counted.appendIndex(index);
            } while ((place += VoteBatch.VOTE_BYTES) < end);
        }
    }

    function _findRange(BatchCount memory c, uint256 index) private pure returns (bool found) {
        for (uint256 i; i < c.ranges.length; ++i) {
            (uint256 first, uint256 size) = (c.ranges[i].first, c.ranges[i].count);
            if (index < first || index >= first + size) continue;
            (c.rangeFirst, c.rangeCount) = (first, size);
            return true;
        }
    }

    function _takeWord(BatchCount memory c, uint256[BITMAP_WORDS] storage voted, uint256 number) private {
        _putBack(c, voted);

        c.wordNumber = number;
        c.word = c.wordAsStored = voted[number];
    }

    function _putBack(BatchCount memory c, uint256[BITMAP_WORDS] storage voted) private {
        uint256 word = c.word;
        if (word != c.wordAsStored) voted[c.wordNumber] = word;
    }

    function _takeBlob(BatchCount memory c, uint256 index) private pure returns (uint256 placeInBlob) {
        unchecked {
            uint256 number = index / VoterBlob.VOTERS;
            uint256 first = number * VoterBlob.VOTERS;
            c.blobFirst = first;
            c.blob = VoterBlob.locate(c.rolls, c.roll, number);
            return index - first;
        }
    }

    function _skipVotes(BatchCount memory c, uint256 end) private pure {
        for (uint256 place = c.groupStart; place < end; place += VoteBatch.VOTE_BYTES) {
            _skip(c, place, IBallotBox.Skip.BadChoices);
        }
    }

    function _skip(BatchCount memory c, uint256 place, IBallotBox.Skip reason) private pure {
        uint256 placeInBatch = c.votesBefore + (place - c.groupStart) / VoteBatch.VOTE_BYTES;
        c.skipped.append(placeInBatch, PLACE_BYTES);
        c.skipped.append(VoteBatch.indexAt(place), INDEX_BYTES);
        c.skipped.append(uint256(reason), REASON_BYTES);
    }
}
