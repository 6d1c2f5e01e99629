// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBit} from "solady/src/utils/LibBit.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {RollId} from "./RollId.sol";

/// @dev Who of the voters of a roll's lineage is struck, with the page that was read last.
/// @param rolls The contract of the rolls.
/// @param roll An edition; 0 for a roll that amends none, where nobody is struck.
/// @param pageNumber Of the page that was read last.
/// @param page Where it is.
/// @param header Its header; 0 if there is no such page.
struct StruckVoters {
    address rolls;
    RollId roll;
    uint256 pageNumber;
    address page;
    uint256 header;
}

using StruckVotersLibrary for StruckVoters global;

/// @title Struck voters
/// @notice Who is struck from a roll by an edition of it; the rolls write it, and every box reads it. A page is about
/// 65,536 voters, `65536 p` to `65536 p + 65535`, as 256 words of 256 bits: bit `i % 256` of word `i / 256` stands for
/// voter `i` of the page. Pages with nobody struck are not written. A page is a contract whose code holds n words:
///
/// | bytes  | field  | meaning                                                         |
/// |--------|--------|-----------------------------------------------------------------|
/// | 1      | zero   | the opcode STOP, so that the code cannot run                    |
/// | 32     | header | bit w is set if somebody is struck in word w: n bits, at least 1 |
/// | 32 × n | words  | those words, ascending; none is zero                            |
library StruckVotersLibrary {
    // Constants

    uint256 internal constant WORD_BITS = 256;
    uint256 internal constant WORD_BYTES = 32;
    uint256 internal constant PAGE_WORDS = 256;
    uint256 internal constant PAGE_VOTERS = 65536;

    /// @dev As many as 3-byte indices need.
    uint256 internal constant PAGES = 256;

    uint256 private constant CODE_PREFIX = 1;

    /// @dev The lower bit of every pair, pair of every nibble, nibble of every byte; the lowest bit of every byte.
    uint256 private constant PAIRS = 0x5555555555555555555555555555555555555555555555555555555555555555;
    uint256 private constant NIBBLES = 0x3333333333333333333333333333333333333333333333333333333333333333;
    uint256 private constant BYTES = 0x0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f0f;
    uint256 private constant ONES = 0x0101010101010101010101010101010101010101010101010101010101010101;

    /// @dev Marks an empty cache: far from every page.
    uint256 private constant NONE = 1 << 128;

    /// @dev Keeps pages apart from the blobs of voters.
    uint256 private constant PAGE_SALT = 1 << 255;

    /// @dev Left shift of the roll in a salt.
    uint256 private constant ROLL = 128;

    // Functions

    /// @dev The struck voters of `roll`, whose lineage begins with `origin`.
    function from(address rolls, RollId roll, RollId origin) internal pure returns (StruckVoters memory self) {
        self.rolls = rolls;
        if (RollId.unwrap(roll) != RollId.unwrap(origin)) self.roll = roll;
        self.pageNumber = NONE;
    }

    /// @dev Whether somebody may be struck: only from an edition.
    function any(StruckVoters memory self) internal pure returns (bool) {
        return RollId.unwrap(self.roll) != 0;
    }

    /// @dev Mask of the struck among voters `256 number` to `256 number + 255`.
    function wordAt(StruckVoters memory self, uint256 number) internal view returns (uint256) {
        if (RollId.unwrap(self.roll) == 0) return 0;
        // Cannot overflow: a bit is at least 1, and a page has 257 words.
        unchecked {
            uint256 pageNumber = number / PAGE_WORDS;
            if (pageNumber != self.pageNumber) _takePage(self, pageNumber);
            uint256 header = self.header;
            uint256 bit = 1 << (number % PAGE_WORDS);
            if (header & bit == 0) return 0;
            return _wordOf(self.page, 1 + _bitsIn(header & (bit - 1)));
        }
    }

    /// @dev Whether a voter is struck.
    function has(StruckVoters memory self, uint256 index) internal view returns (bool) {
        return (wordAt(self, index / WORD_BITS) >> (index % WORD_BITS)) & 1 != 0;
    }

    /// @dev How many of voters `first` to `end - 1` are struck.
    function countIn(StruckVoters memory self, uint256 first, uint256 end) internal view returns (uint256 struck) {
        if (!any(self)) return 0;
        // Cannot overflow: indices have 3 bytes.
        unchecked {
            while (first < end) {
                uint256 number = first / WORD_BITS;
                uint256 bits = wordAt(self, number) >> (first % WORD_BITS);
                uint256 next = (number + 1) * WORD_BITS;
                if (next > end) bits &= (1 << (end - first)) - 1;
                if (bits != 0) struck += LibBit.popCount(bits);
                // Without a page, or behind its last word, nobody is struck before the next page.
                first = self.header >> (number % PAGE_WORDS) == 0 ? (number / PAGE_WORDS + 1) * PAGE_VOTERS : next;
            }
        }
    }

    /// @dev Writes page `number` of `roll`. Its address depends only on the writing contract, roll and number.
    function write(RollId roll, uint256 number, bytes memory packed) internal returns (address page) {
        return SSTORE2.writeDeterministic(packed, _salt(roll, number));
    }

    /// @dev The address that `write` returns if `rolls` calls it.
    function locate(address rolls, RollId roll, uint256 number) internal pure returns (address page) {
        return SSTORE2.predictDeterministicAddress(_salt(roll, number), rolls);
    }

    // Internals

    function _takePage(StruckVoters memory self, uint256 number) private view {
        address page = locate(self.rolls, self.roll, number);
        self.pageNumber = number;
        self.page = page;
        self.header = _wordOf(page, 0);
    }

    /// @dev The word at `place` of a page, the header first; zero past its end, and if there is no page.
    function _wordOf(address page, uint256 place) private view returns (uint256 word) {
        // Safe: writes only the scratch word at 0.
        assembly ("memory-safe") {
            extcodecopy(page, 0, add(CODE_PREFIX, mul(place, WORD_BYTES)), WORD_BYTES)
            word := mload(0)
        }
    }

    /// @dev How many bits are set, of 255 at most; that one more would not fit is why it is cheaper than LibBit's.
    function _bitsIn(uint256 x) private pure returns (uint256 count) {
        // Safe: only computes. Adds neighbours: bits in pairs, pairs in nibbles, nibbles in bytes, then all bytes.
        assembly ("memory-safe") {
            x := sub(x, and(shr(1, x), PAIRS))
            x := add(and(x, NIBBLES), and(shr(2, x), NIBBLES))
            count := shr(248, mul(and(add(x, shr(4, x)), BYTES), ONES))
        }
    }

    function _salt(RollId roll, uint256 number) private pure returns (bytes32) {
        return bytes32(PAGE_SALT | (uint256(RollId.unwrap(roll)) << ROLL) | number);
    }
}
