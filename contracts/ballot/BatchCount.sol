// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {MessageHashUtils} from "@openzeppelin/contracts/utils/cryptography/MessageHashUtils.sol";
import {EfficientHashLib} from "solady/src/utils/EfficientHashLib.sol";

import {BallotPaper} from "./BallotPaper.sol";
import {ChoiceRule} from "./ChoiceRule.sol";
import {IPollBox} from "./IPollBox.sol";
import {PackedLog} from "./PackedLog.sol";
import {PollId} from "./PollId.sol";
import {RollId} from "./RollId.sol";
import {StruckVoters, StruckVotersLibrary} from "./StruckVoters.sol";
import {TallyLanes} from "./TallyLanes.sol";
import {VoteBatch} from "./VoteBatch.sol";
import {VoterBlob} from "./VoterBlob.sol";

/// @dev Words in a bitmap with one bit for each 3-byte index. A fixed array: finding a word takes no hash.
uint256 constant BITMAP_WORDS = 65536;

/// @dev A batch while it is counted: what is the same for all its votes, a cache, and the results.
/// The cache holds the last range, bitmap word and blob; votes of neighbours hit it.
struct BatchCount {
    PollId poll;
    RollId origin;
    bool amended;
    StruckVoters struck;
    bytes32 domain;
    BallotPaper paper;
    ChoiceRule rule;
    uint256 width;
    uint256 start;
    uint256 end;
    uint256 rangeFirst;
    uint256 rangeCount;
    uint256 wordNumber;
    uint256 word;
    uint256 wordAsTaken;
    uint256 struckInWord;
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

/// @title Batch count
/// @notice Counts a packed batch of signed votes for `BallotBox`.
/// @dev Arithmetic is unchecked because its numbers are small: positions in calldata, indices below 2^24, counts of
/// votes in one batch. One difference may wrap, and a comment says so.
library BatchCountLibrary {
    using PackedLog for bytes;
    using TallyLanes for uint256[];

    // Constants

    bytes32 private constant VOTE_TYPEHASH = keccak256(
        "Vote(string question,string[] choices,bytes32 document,bytes32 terms,uint256 poll)"
    );

    uint256 private constant WORD_BITS = 256;

    /// @dev Marks an empty cache: far from every index.
    uint256 private constant NONE = 1 << 128;

    // Functions

    /// @dev Says whose votes are counted: of `roll`, whose lineage begins with `origin`.
    function ofVoters(BatchCount memory self, address rolls, RollId roll, RollId origin) internal pure {
        self.origin = origin;
        self.struck = StruckVotersLibrary.from(rolls, roll, origin);
        self.amended = self.struck.any();
    }

    /// @dev Prepares for a batch. The box has set `poll`, `domain`, `paper` and `rule`, and the roll by `ofVoters`.
    function begin(BatchCount memory self, bytes calldata batch) internal pure {
        self.width = VoteBatch.maskBytes(self.paper.options);
        (self.start, self.end) = VoteBatch.bounds(batch);
        self.wordNumber = NONE;
        self.blobFirst = NONE;
        self.added = new uint256[](TallyLanes.wordsFor(self.paper.options));
        // A group of n votes takes w + 2 + 67n bytes, and adds at most w + 2 + 3n to one log and 7n to the other; w is
        // 32 at most.
        self.counted = PackedLog.create((batch.length * 3) / 8);
        self.skipped = PackedLog.create(batch.length / 4);
    }

    /// @dev Counts every group and updates the bitmap of who voted.
    function count(BatchCount memory self, uint256[BITMAP_WORDS] storage voted) internal {
        uint256 place = self.start;
        do {
            place = _countGroup(self, voted, place);
        } while (place < self.end);

        _putBack(self, voted);
    }

    /// @dev For counts with groups of their own: counts the votes from `groupStart` until `end`, which sign `digest`.
    function countGroup(
        BatchCount memory self,
        uint256[BITMAP_WORDS] storage voted,
        bytes32 digest,
        uint256 end
    ) internal {
        self.digest = digest;
        _countVotes(self, voted, end);
    }

    /// @dev Skips those votes, because of their choices.
    function skipGroup(BatchCount memory self, uint256 end) internal pure {
        _skipVotes(self, end);
    }

    /// @dev Stores the last marks, after the last group.
    function finish(BatchCount memory self, uint256[BITMAP_WORDS] storage voted) internal {
        _putBack(self, voted);
    }

    // Internals

    /// @dev Counts the group at `place` and returns where the next one starts.
    function _countGroup(
        BatchCount memory self,
        uint256[BITMAP_WORDS] storage voted,
        uint256 place
    ) private returns (uint256 next) {
        unchecked {
            (uint256 choices, uint256 votes) = VoteBatch.groupAt(place, self.width);
            uint256 first = place + self.width + VoteBatch.COUNT_BYTES;
            next = first + votes * VoteBatch.VOTE_BYTES;
            if (votes == 0 || next > self.end) revert IPollBox.MalformedBatch(place - self.start);

            self.groupStart = first;
            if (self.rule.allows(choices)) _countChoices(self, voted, next, choices);
            else _skipVotes(self, next);
            self.votesBefore += votes;
        }
    }

    function _countChoices(
        BatchCount memory self,
        uint256[BITMAP_WORDS] storage voted,
        uint256 end,
        uint256 choices
    ) private {
        self.digest = _digest(self, choices);
        uint256 header = self.counted.beginGroup(choices, self.width);
        _countVotes(self, voted, end);
        uint256 accepted = self.counted.endGroup(header, self.width);
        self.added.add(choices, accepted);
        unchecked {
            self.ballots += accepted;
        }
    }

    /// @dev What the voters of these choices have signed.
    function _digest(BatchCount memory self, uint256 choices) private pure returns (bytes32) {
        BallotPaper memory paper = self.paper;
        bytes32 vote = EfficientHashLib.hash(
            VOTE_TYPEHASH,
            paper.question(),
            paper.choicesHash(choices),
            paper.document(),
            paper.terms(),
            bytes32(PollId.unwrap(self.poll))
        );
        return MessageHashUtils.toTypedDataHash(self.domain, vote);
    }

    /// @dev For each vote of a group: marks the voter and logs the index, or logs why the vote is skipped.
    function _countVotes(BatchCount memory self, uint256[BITMAP_WORDS] storage voted, uint256 end) private {
        unchecked {
            bytes32 digest = self.digest;
            uint256 place = self.groupStart;
            do {
                uint256 index = VoteBatch.indexAt(place);
                // For an index below the range the difference wraps, to a number larger than any range.
                if (index - self.rangeFirst >= self.rangeCount) {
                    if (!_findRange(self, index)) {
                        _skip(self, place, IPollBox.Skip.NotEligible);
                        continue;
                    }
                }
                if (index / WORD_BITS != self.wordNumber) _takeWord(self, voted, index / WORD_BITS);
                uint256 bit = 1 << (index % WORD_BITS);
                uint256 word = self.word;
                if (word & bit != 0) {
                    _skip(self, place, _reasonFor(self, bit));
                    continue;
                }
                uint256 placeInBlob = index - self.blobFirst;
                if (placeInBlob >= VoterBlob.VOTERS) placeInBlob = _takeBlob(self, index);
                if (!VoteBatch.isSignedBy(place, digest, VoterBlob.voterAt(self.blob, placeInBlob))) {
                    _skip(self, place, IPollBox.Skip.BadSignature);
                    continue;
                }
                self.word = word | bit;
                self.counted.appendIndex(index);
            } while ((place += VoteBatch.VOTE_BYTES) < end);
        }
    }

    function _findRange(BatchCount memory self, uint256 index) private pure returns (bool found) {
        (uint256 first, uint256 size) = self.paper.rangeOf(index);
        if (size == 0) return false;
        (self.rangeFirst, self.rangeCount) = (first, size);
        return true;
    }

    /// @dev Takes a word of the bitmap with the bits of the struck voters: they cannot vote any more than those who
    /// have voted.
    function _takeWord(BatchCount memory self, uint256[BITMAP_WORDS] storage voted, uint256 number) private {
        _putBack(self, voted);

        self.wordNumber = number;
        uint256 word = voted[number];
        if (self.amended) {
            uint256 struck = self.struck.wordAt(number);
            self.struckInWord = struck;
            word |= struck;
        }
        self.word = self.wordAsTaken = word;
    }

    /// @dev Stores the word without the bits of the struck voters, none of whom has voted.
    function _putBack(BatchCount memory self, uint256[BITMAP_WORDS] storage voted) private {
        uint256 word = self.word;
        if (word != self.wordAsTaken) voted[self.wordNumber] = word ^ self.struckInWord;
    }

    /// @dev Why the voter of a bit that is set in the word cannot vote.
    function _reasonFor(BatchCount memory self, uint256 bit) private pure returns (IPollBox.Skip) {
        return self.struckInWord & bit != 0 ? IPollBox.Skip.NotEligible : IPollBox.Skip.AlreadyVoted;
    }

    function _takeBlob(BatchCount memory self, uint256 index) private pure returns (uint256 placeInBlob) {
        unchecked {
            uint256 number = index / VoterBlob.VOTERS;
            uint256 first = number * VoterBlob.VOTERS;
            self.blobFirst = first;
            self.blob = VoterBlob.locate(self.struck.rolls, self.origin, number);
            return index - first;
        }
    }

    function _skipVotes(BatchCount memory self, uint256 end) private pure {
        for (uint256 place = self.groupStart; place < end; place += VoteBatch.VOTE_BYTES) {
            _skip(self, place, IPollBox.Skip.BadChoices);
        }
    }

    function _skip(BatchCount memory self, uint256 place, IPollBox.Skip reason) private pure {
        uint256 placeInBatch = self.votesBefore + (place - self.groupStart) / VoteBatch.VOTE_BYTES;
        self.skipped.appendSkip(placeInBatch, VoteBatch.indexAt(place), uint256(reason));
    }
}
