// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";
import {SSTORE2} from "solady/src/utils/SSTORE2.sol";

import {RollId} from "./RollId.sol";

/// @dev Who of the voters of a roll's lineage is struck, with the page that was read last.
/// @param rolls The contract of the rolls.
/// @param roll An edition; 0 for a roll that amends none, where nobody is struck.
/// @param pageNumber Of the page that was read last.
/// @param page Where it is.
/// @param header Its header; 0 if there is no such page.
/// @param known From the second page on, address and header of each page p that was read: at places 2p and 2p + 1.
struct StruckVoters {
    address rolls;
    RollId roll;
    uint256 pageNumber;
    address page;
    uint256 header;
    uint256[] known;
}

using StruckVotersLibrary for StruckVoters global;

/// @title Struck voters
/// @notice Who is struck from a roll by an edition of it; the rolls write it, and every box reads it. A page is about
/// 65,536 voters, `65536 p` to `65536 p + 65535`, as 256 words of 256 bits: bit `i % 256` of word `i / 256` stands for
/// voter `i` of the page. Pages with nobody struck are not written. A page is a contract whose code holds n words:
///
/// | bytes  | field  | meaning                                                          |
/// |--------|--------|------------------------------------------------------------------|
/// | 1      | zero   | the opcode STOP, so that the code cannot run                     |
/// | 3      | count  | how many voters the page strikes                                 |
/// | 32     | header | bit w is set if somebody is struck in word w: n bits, at least 1 |
/// | 32 × n | words  | those words, ascending; none is zero                             |
library StruckVotersLibrary {
    // Constants

    uint256 internal constant WORD_BITS = 256;
    uint256 internal constant WORD_BYTES = 32;
    uint256 internal constant PAGE_WORDS = 256;
    uint256 internal constant PAGE_VOTERS = 65536;

    /// @dev As many as 3-byte indices need.
    uint256 internal constant PAGES = 256;

    uint256 private constant COUNT_BYTES = 3;

    /// @dev Where the count, the header and the words stand in the code.
    uint256 private constant COUNT = 1;
    uint256 private constant HEADER = 4;
    uint256 private constant WORDS = 36;

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
    function wordAt(StruckVoters memory self, uint256 number) internal view returns (uint256 word) {
        // Cannot overflow: a bit is at least 1, and a page has 257 words.
        unchecked {
            uint256 pageNumber = number / PAGE_WORDS;
            if (pageNumber != self.pageNumber) _takePage(self, pageNumber);
            uint256 header = self.header;
            uint256 bit = 1 << (number % PAGE_WORDS);
            if (header & bit == 0) return 0;
            address page = self.page;
            // Safe: writes only the scratch word at 0. The words before this one are as many as the lower bits of the
            // header, 255 at most, which are added up as in LibBit: in pairs, nibbles, bytes, then all bytes.
            assembly ("memory-safe") {
                let place := and(header, sub(bit, 1))
                place := sub(place, and(shr(1, place), PAIRS))
                place := add(and(place, NIBBLES), and(shr(2, place), NIBBLES))
                place := shr(248, mul(and(add(place, shr(4, place)), BYTES), ONES))
                extcodecopy(page, 0, add(WORDS, shl(5, place)), WORD_BYTES)
                word := mload(0)
            }
        }
    }

    /// @dev Whether a voter is struck.
    function has(StruckVoters memory self, uint256 index) internal view returns (bool) {
        return any(self) && (wordAt(self, index / WORD_BITS) >> (index % WORD_BITS)) & 1 != 0;
    }

    /// @dev How many of voters `first` to `end - 1` an edition strikes. A whole page says how many it strikes; only of
    /// the pages in which the voters begin and end the words are added up.
    function countIn(address rolls, RollId edition, uint256 first, uint256 end) internal view returns (uint256 struck) {
        // Cannot overflow: indices have 3 bytes.
        unchecked {
            while (first < end) {
                uint256 start = first - (first % PAGE_VOTERS);
                uint256 next = start + PAGE_VOTERS;
                address page = locate(rolls, edition, start / PAGE_VOTERS);
                bool isWhole = first == start && next <= end;
                struck += isWhole ? _countOf(page) : _countWithin(page, first - start, Math.min(next, end) - start);
                first = next;
            }
        }
    }

    /// @dev Writes page `number` of `roll`: header and words, which strike `count` voters. Its address depends only on
    /// the writing contract, roll and number.
    function write(RollId roll, uint256 number, uint256 count, bytes memory packed) internal returns (address page) {
        return SSTORE2.writeDeterministic(abi.encodePacked(uint24(count), packed), _salt(roll, number));
    }

    /// @dev The address that `write` returns if `rolls` calls it.
    function locate(address rolls, RollId roll, uint256 number) internal pure returns (address page) {
        return SSTORE2.predictDeterministicAddress(_salt(roll, number), rolls);
    }

    // Internals

    /// @dev Makes a page the last one. Votes from all over a city come back to the same few pages: from the second on,
    /// address and header of each are kept. What reads one page only does without the table.
    function _takePage(StruckVoters memory self, uint256 pageNumber) private view {
        bool isFirst = self.pageNumber == NONE;
        self.pageNumber = pageNumber;
        // From a roll that amends none nobody is struck: header and page stay zero.
        if (!any(self)) return;
        if (isFirst) {
            (self.page, self.header) = _readPage(self.rolls, self.roll, pageNumber);
        } else {
            if (self.known.length == 0) self.known = new uint256[](2 * PAGES);
            (self.page, self.header) = _knownPage(self, pageNumber);
        }
    }

    function _readPage(
        address rolls,
        RollId roll,
        uint256 pageNumber
    ) private view returns (address page, uint256 header) {
        page = locate(rolls, roll, pageNumber);
        header = _headerOf(page);
    }

    /// @dev A page from the table; one that is not there is read and kept.
    function _knownPage(
        StruckVoters memory self,
        uint256 pageNumber
    ) private view returns (address page, uint256 header) {
        if (pageNumber >= PAGES) return _readPage(self.rolls, self.roll, pageNumber);
        uint256[] memory known = self.known;
        uint256 at;
        // Safe: only reads the two words that the table has for each page.
        assembly ("memory-safe") {
            at := add(add(known, 32), shl(6, pageNumber))
            page := mload(at)
            header := mload(add(at, 32))
        }
        if (page != address(0)) return (page, header);

        (page, header) = _readPage(self.rolls, self.roll, pageNumber);
        // Safe: writes only these two words.
        assembly ("memory-safe") {
            mstore(at, page)
            mstore(add(at, 32), header)
        }
    }

    /// @dev The header of a page; zero if there is no page.
    function _headerOf(address page) private view returns (uint256 header) {
        // Safe: writes only the scratch word at 0.
        assembly ("memory-safe") {
            extcodecopy(page, 0, HEADER, WORD_BYTES)
            header := mload(0)
        }
    }

    /// @dev How many voters a page strikes; none if there is no page.
    function _countOf(address page) private view returns (uint256 count) {
        // Safe: writes only the scratch word at 0, which is cleared first: its first 29 bytes stay zero.
        assembly ("memory-safe") {
            mstore(0, 0)
            extcodecopy(page, sub(32, COUNT_BYTES), COUNT, COUNT_BYTES)
            count := mload(0)
        }
    }

    /// @dev How many of the voters `low` to `high - 1` of a page are struck: the words from that of `low` on are copied
    /// at once, and added up.
    function _countWithin(address page, uint256 low, uint256 high) private view returns (uint256 struck) {
        uint256 header = _headerOf(page);
        // Cannot overflow: places and voters of a page.
        unchecked {
            uint256 start = low - (low % WORD_BITS);
            uint256 before = LibBit.popCount(header & ((1 << (start / WORD_BITS)) - 1));
            header >>= start / WORD_BITS;
            if (header == 0) return 0;
            bytes memory words = new bytes(LibBit.popCount(header) * WORD_BYTES);
            uint256 at;
            // Safe: fills the words that were just allocated.
            assembly ("memory-safe") {
                at := add(words, 32)
                extcodecopy(page, at, add(WORDS, mul(before, WORD_BYTES)), mload(words))
            }
            for (; header != 0 && start < high; start += WORD_BITS) {
                if (header & 1 != 0) {
                    uint256 word;
                    // Safe: only reads the next of these words, of which there are as many as bits in the header.
                    assembly ("memory-safe") {
                        word := mload(at)
                        at := add(at, 32)
                    }
                    struck += _bitsWithin(word, start, low, high);
                }
                header >>= 1;
            }
        }
    }

    /// @dev How many bits are set of a word whose first bit stands for `start`, from `low` to `high - 1`.
    function _bitsWithin(uint256 word, uint256 start, uint256 low, uint256 high) private pure returns (uint256) {
        // Cannot overflow: voters of a page.
        unchecked {
            if (low > start) word &= type(uint256).max << (low - start);
            if (high < start + WORD_BITS) word &= (1 << (high - start)) - 1;
            return LibBit.popCount(word);
        }
    }

    function _salt(RollId roll, uint256 number) private pure returns (bytes32) {
        return bytes32(PAGE_SALT | (uint256(RollId.unwrap(roll)) << ROLL) | number);
    }
}
