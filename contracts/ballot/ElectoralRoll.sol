// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {LibBit} from "solady/src/utils/LibBit.sol";

import {IElectoralRoll} from "./IElectoralRoll.sol";
import {RollId} from "./RollId.sol";
import {StruckVotersLibrary} from "./StruckVoters.sol";
import {VoterBlob} from "./VoterBlob.sol";

/// @title Electoral roll
/// @notice See `IElectoralRoll`.
contract ElectoralRoll is IElectoralRoll, AccessManaged {
    // Types

    /// @dev `voters` are those that were appended to this very roll; `origin` is 0 if it amends none.
    struct Roll {
        uint24 voters;
        uint24 descents;
        uint40 frozenAt;
        bool withdrawn;
        RollId origin;
        uint24 struck;
        bytes32 commitment;
    }

    /// @dev Voters `first` to `end - 1`, who were appended to one roll of a lineage.
    struct Part {
        uint256 first;
        uint256 end;
    }

    // Constants and immutables

    uint256 private constant MAX_VOTERS = type(uint24).max;

    /// @dev With the roll that they amend, as many parts as a poll has ranges.
    uint256 private constant MAX_EDITIONS = 15;

    /// @inheritdoc IElectoralRoll
    uint256 public immutable objectionPeriod;

    // Storage

    uint32 private _rollCount;
    mapping(RollId roll => Roll) private _rolls;
    mapping(RollId roll => Edition) private _editions;

    /// @dev Blobs of an origin that are written or kept for an edition; 0 before it is first amended.
    mapping(RollId origin => uint256) private _takenBlobs;

    // Constructor

    constructor(uint256 objectionPeriod_, address authority) AccessManaged(authority) {
        objectionPeriod = objectionPeriod_;
    }

    // Administration

    /// @inheritdoc IElectoralRoll
    function open() external restricted returns (RollId roll) {
        roll = RollId.wrap(++_rollCount);

        emit RollOpened(roll);
    }

    /// @inheritdoc IElectoralRoll
    function amend(RollId base, uint256 added) external restricted returns (RollId roll) {
        Roll storage b = _known(base);
        if (b.frozenAt == 0) revert RollStillGrows(base);
        Edition storage last = _editions[base];
        if (last.depth == MAX_EDITIONS) revert TooManyEditions(base, MAX_EDITIONS);

        RollId origin = originOf(base);
        uint256 first = _takeBlobs(origin, added);
        roll = RollId.wrap(++_rollCount);
        _editions[roll] = Edition({
            base: base,
            depth: last.depth + 1,
            first: uint24(first),
            added: uint24(added),
            before: last.before + b.voters,
            nextPage: 0
        });
        _rolls[roll].origin = origin;
        _rolls[roll].commitment = keccak256(abi.encode(b.commitment, first, added));

        emit RollOpened(roll);
        emit RollAmended(roll, base, first, added);
    }

    /// @inheritdoc IElectoralRoll
    function strike(RollId roll, uint256 page, bytes calldata packed) external restricted {
        Roll storage r = _growing(roll);
        Edition storage e = _editions[roll];
        if (e.depth == 0) revert NotAnEdition(roll);
        if (r.voters != 0) revert StruckTooLate(roll, r.voters);
        if (page < e.nextPage || page >= StruckVotersLibrary.PAGES) revert BadPageNumber(roll, page, e.nextPage);

        uint256 count = _checkPage(e.base, page, packed);
        r.struck += uint24(count);
        e.nextPage = uint16(page + 1);
        r.commitment = keccak256(abi.encode(r.commitment, keccak256(packed), page));
        address blob = StruckVotersLibrary.write(roll, page, count, packed);

        emit VotersStruck(roll, page, count, blob);
    }

    /// @inheritdoc IElectoralRoll
    function append(RollId roll, bytes calldata packed) external restricted {
        Roll storage r = _growing(roll);
        uint256 own = r.voters;
        uint256 count = packed.length / VoterBlob.ADDRESS_BYTES;
        if (packed.length % VoterBlob.ADDRESS_BYTES != 0 || count == 0 || count > VoterBlob.VOTERS) {
            revert BadVoterBytes(packed.length);
        }
        if (own % VoterBlob.VOTERS != 0) revert LastBlobNotFull(roll, own);
        (RollId origin, uint256 start, uint256 room) = _roomOf(roll, r);
        if (own + count > room) revert RollFull(roll, own, count);

        uint256 first = start + own;
        r.descents += uint24(_descents(roll, origin, first, own == 0, packed));
        r.voters = uint24(own + count);
        r.commitment = keccak256(abi.encode(r.commitment, keccak256(packed)));
        address blob = VoterBlob.write(origin, first / VoterBlob.VOTERS, packed);

        emit VotersAppended(roll, first, count, blob);
    }

    /// @inheritdoc IElectoralRoll
    function freeze(RollId roll, District[] calldata districts) external restricted {
        Roll storage r = _growing(roll);
        uint256 size = voters(roll);
        if (size == 0) revert RollEmpty(roll);
        (RollId origin, uint256 start, uint256 room) = _roomOf(roll, r);
        if (r.voters != room && _editions[roll].depth != 0) revert VotersMissing(roll, r.voters, room);
        uint256 covered = _sizeOf(districts);
        if (covered != r.voters) revert DistrictsDoNotCover(roll, covered, r.voters);

        uint256 between = _descentsBetween(origin, start, districts);
        if (between != r.descents) revert VotersNotAscending(roll, r.descents, between);

        bytes32 whole = keccak256(abi.encode(r.commitment, keccak256(abi.encode(districts))));
        r.commitment = whole;
        r.frozenAt = uint40(block.timestamp);

        emit RollFrozen(roll, size, whole, districts);
    }

    /// @inheritdoc IElectoralRoll
    function withdraw(RollId roll, bytes32 document, string calldata uri) external restricted {
        Roll storage r = _standing(roll);
        uint256 end = r.frozenAt + objectionPeriod;
        if (block.timestamp >= end) revert ObjectionPeriodOver(roll, end, block.timestamp);
        if (document == 0) revert WithdrawalReasonMissing(roll);

        r.withdrawn = true;

        emit RollWithdrawn(roll, document, uri);
    }

    // Users' functions

    /// @inheritdoc IElectoralRoll
    function proveDuplicate(RollId roll, uint256 first, uint256 second) external {
        Roll storage r = _standing(roll);
        address voter = voterAt(roll, first);
        if (first >= second || voterAt(roll, second) != voter) revert NotADuplicate(roll, first, second);

        r.withdrawn = true;

        emit DuplicateProven(roll, voter, first, second);
    }

    // Views

    /// @inheritdoc IElectoralRoll
    function voters(RollId roll) public view returns (uint256) {
        Roll storage r = _known(roll);
        return uint256(r.voters) + _editions[roll].before - r.struck;
    }

    /// @inheritdoc IElectoralRoll
    function votersIn(RollId roll, uint256 first, uint256 count) external view returns (uint256) {
        Part memory part = _partWith(_partsOf(roll), first);
        if (first >= part.end || count > part.end - first) return 0;

        uint256 struck;
        if (_editions[roll].depth != 0) struck = StruckVotersLibrary.countIn(address(this), roll, first, first + count);
        return count - struck;
    }

    /// @inheritdoc IElectoralRoll
    function isStruck(RollId roll, uint256 index) public view returns (bool) {
        RollId origin = originOf(roll);
        return index < MAX_VOTERS && StruckVotersLibrary.from(address(this), roll, origin).has(index);
    }

    /// @inheritdoc IElectoralRoll
    function struckFrom(RollId roll) external view returns (uint256) {
        return _known(roll).struck;
    }

    /// @inheritdoc IElectoralRoll
    function editionOf(RollId roll) external view returns (Edition memory) {
        _known(roll);
        return _editions[roll];
    }

    /// @inheritdoc IElectoralRoll
    function originOf(RollId roll) public view returns (RollId) {
        RollId origin = _known(roll).origin;
        return RollId.unwrap(origin) == 0 ? roll : origin;
    }

    /// @inheritdoc IElectoralRoll
    function isFrozen(RollId roll) external view returns (bool) {
        return _known(roll).frozenAt != 0;
    }

    /// @inheritdoc IElectoralRoll
    function usableFrom(RollId roll) external view returns (uint256) {
        uint256 frozenAt = _known(roll).frozenAt;
        return frozenAt == 0 ? 0 : frozenAt + objectionPeriod;
    }

    /// @inheritdoc IElectoralRoll
    function isWithdrawn(RollId roll) external view returns (bool) {
        return _known(roll).withdrawn;
    }

    /// @inheritdoc IElectoralRoll
    function commitment(RollId roll) external view returns (bytes32) {
        return _known(roll).commitment;
    }

    /// @inheritdoc IElectoralRoll
    function voterAt(RollId roll, uint256 index) public view returns (address) {
        bool isThere = index < _partWith(_partsOf(roll), index).end;
        if (!isThere || isStruck(roll, index)) revert NoSuchVoter(roll, index);

        return _voterAt(originOf(roll), index);
    }

    /// @inheritdoc IElectoralRoll
    function blobAt(RollId roll, uint256 number) public view returns (address) {
        return VoterBlob.locate(address(this), originOf(roll), number);
    }

    /// @inheritdoc IElectoralRoll
    function pageAt(RollId roll, uint256 number) external view returns (address) {
        return StruckVotersLibrary.locate(address(this), roll, number);
    }

    // Internals

    function _known(RollId roll) private view returns (Roll storage r) {
        uint256 number = RollId.unwrap(roll);
        if (number == 0 || number > _rollCount) revert UnknownRoll(roll);
        return _rolls[roll];
    }

    function _growing(RollId roll) private view returns (Roll storage r) {
        r = _known(roll);
        if (r.frozenAt != 0) revert RollAlreadyFrozen(roll);
    }

    /// @dev A frozen roll that was not withdrawn.
    function _standing(RollId roll) private view returns (Roll storage r) {
        r = _known(roll);
        if (r.frozenAt == 0) revert RollStillGrows(roll);
        if (r.withdrawn) revert RollAlreadyWithdrawn(roll);
    }

    function _voterAt(RollId origin, uint256 index) private view returns (address) {
        return VoterBlob.voterOf(address(this), origin, index);
    }

    /// @dev Keeps as many blobs of the origin as the voters need, and returns the index of the first voter. What was
    /// kept is never given to another edition: two that amend the same roll have different indices.
    function _takeBlobs(RollId origin, uint256 count) private returns (uint256 first) {
        uint256 taken = _takenBlobs[origin];
        if (taken == 0) taken = Math.ceilDiv(_rolls[origin].voters, VoterBlob.VOTERS);
        // Where no index is left, an edition that appends nobody begins behind the last one.
        first = Math.min(taken * VoterBlob.VOTERS, MAX_VOTERS);
        if (count > MAX_VOTERS - first) revert RollFull(origin, first, count);

        _takenBlobs[origin] = taken + Math.ceilDiv(count, VoterBlob.VOTERS);
    }

    /// @dev Whose blobs a roll's own voters are in, the index of the first, and how many there can be.
    function _roomOf(RollId roll, Roll storage r) private view returns (RollId origin, uint256 first, uint256 room) {
        origin = r.origin;
        if (RollId.unwrap(origin) == 0) return (roll, 0, MAX_VOTERS);
        Edition storage e = _editions[roll];
        return (origin, e.first, e.added);
    }

    /// @dev The parts of a roll's lineage, the latest first. Each begins where none of the earlier ones reaches.
    function _partsOf(RollId roll) private view returns (Part[] memory parts) {
        _known(roll);
        parts = new Part[](uint256(_editions[roll].depth) + 1);
        for (uint256 i; i < parts.length; ++i) {
            Edition storage e = _editions[roll];
            parts[i] = Part({first: e.first, end: uint256(e.first) + _rolls[roll].voters});
            roll = e.base;
        }
    }

    /// @dev The latest part that does not begin behind an index; the index may be behind its end.
    function _partWith(Part[] memory parts, uint256 index) private pure returns (Part memory) {
        uint256 i;
        // Ends: the last part begins with index 0.
        while (parts[i].first > index) ++i;
        return parts[i];
    }

    /// @dev How many voters a page strikes, all of whom the base has.
    function _checkPage(RollId base, uint256 page, bytes calldata packed) private view returns (uint256 count) {
        uint256 header = packed.length == 0 ? 0 : _wordIn(packed, 0);
        uint256 words = LibBit.popCount(header);
        if (words == 0 || packed.length != (1 + words) * StruckVotersLibrary.WORD_BYTES) {
            revert BadStruckPage(page, packed.length, words);
        }
        Part[] memory parts = _partsOf(base);
        for (uint256 place = 1; place <= words; ++place) {
            uint256 first = page * StruckVotersLibrary.PAGE_VOTERS + LibBit.ffs(header) * StruckVotersLibrary.WORD_BITS;
            uint256 bits = _wordIn(packed, place);
            if (bits == 0) revert BadStruckPage(page, packed.length, words);
            uint256 strays = bits & ~_listedIn(parts, first);
            if (strays != 0) revert NoSuchVoter(base, first + LibBit.ffs(strays));
            count += LibBit.popCount(bits);
            header &= header - 1;
        }
    }

    /// @dev Mask of the 256 indices from `first` on that are in one of the parts.
    function _listedIn(Part[] memory parts, uint256 first) private pure returns (uint256 mask) {
        uint256 bits = StruckVotersLibrary.WORD_BITS;
        for (uint256 i; i < parts.length; ++i) {
            uint256 low = Math.max(parts[i].first, first);
            uint256 high = Math.min(parts[i].end, first + bits);
            if (low < high) mask |= (type(uint256).max >> (bits - (high - low))) << (low - first);
        }
    }

    /// @dev A word of packed ones; zeros past their end.
    function _wordIn(bytes calldata packed, uint256 place) private pure returns (uint256 word) {
        // Safe: only reads calldata.
        assembly ("memory-safe") {
            word := calldataload(add(packed.offset, shl(5, place)))
        }
    }

    /// @dev In how many places the addresses descend, from the one before them on. They may only where a district
    /// begins, which is known once the roll is frozen.
    function _descents(
        RollId roll,
        RollId origin,
        uint256 first,
        bool isStart,
        bytes calldata packed
    ) private view returns (uint256 descents) {
        address previous = isStart ? address(0) : _voterAt(origin, first - 1);
        uint256 place;
        while (true) {
            (place, previous) = VoterBlob.skipAscending(packed, place, previous);
            if (place >= packed.length) return descents;
            address voter = VoterBlob.voterIn(packed, place);
            if (voter == previous || voter == address(0)) {
                revert VoterTwiceOrZero(roll, first + place / VoterBlob.ADDRESS_BYTES, voter, previous);
            }
            ++descents;
            previous = address(0);
        }
    }

    /// @dev In how many places the addresses descend where a district begins.
    function _descentsBetween(
        RollId origin,
        uint256 first,
        District[] calldata districts
    ) private view returns (uint256 descents) {
        for (uint256 i = 1; i < districts.length; ++i) {
            first += districts[i - 1].voters;
            if (_voterAt(origin, first) <= _voterAt(origin, first - 1)) ++descents;
        }
    }

    function _sizeOf(District[] calldata districts) private pure returns (uint256 size) {
        for (uint256 i; i < districts.length; ++i) {
            District calldata d = districts[i];
            bool ascending = i == 0 || d.code > districts[i - 1].code;
            if (!ascending || d.voters == 0) revert BadDistrict(i, d.code, d.voters);
            size += d.voters;
        }
    }
}
