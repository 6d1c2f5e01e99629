// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {AssistedCount} from "./AssistedCount.sol";
import {BallotPaperLibrary} from "./BallotPaper.sol";
import {ChoiceRuleLibrary} from "./ChoiceRule.sol";
import {IAssistedVoting} from "./IAssistedVoting.sol";
import {IBallotBox} from "./IBallotBox.sol";
import {IPollBox} from "./IPollBox.sol";
import {PollId} from "./PollId.sol";
import {StruckVotersLibrary} from "./StruckVoters.sol";

/// @title Assisted voting
/// @notice See `IAssistedVoting`.
contract AssistedVoting is IAssistedVoting, AccessManaged {
    // Types

    struct Sums {
        uint32 caps;
        uint24 cast;
    }

    // Constants and immutables

    uint256 private constant PERCENT = 100;

    /// @inheritdoc IAssistedVoting
    uint256 public immutable ceiling;

    // Storage

    mapping(IBallotBox box => mapping(PollId poll => mapping(address office => Office))) private _offices;
    mapping(IBallotBox box => mapping(PollId poll => Sums)) private _sums;

    // Constructor

    constructor(uint256 ceiling_, address authority) AccessManaged(authority) {
        ceiling = ceiling_;
    }

    // Administration

    /// @inheritdoc IAssistedVoting
    function accredit(IBallotBox box, PollId poll, address office, uint24 cap, bytes32 document) external restricted {
        if (document == 0) revert RecordMissing(poll, office);
        if (cap == 0) revert BadOfficeCap(office, cap);
        if (_offices[box][poll][office].cap != 0) revert OfficeKnown(poll, office);
        IPollBox.Poll memory p = box.pollOf(poll);
        if (p.cancelled) revert IPollBox.PollWasCancelled(poll);
        if (block.timestamp >= p.start) revert AccreditedTooLate(poll, p.start, block.timestamp);
        uint256 caps = uint256(_sums[box][poll].caps) + cap;
        uint256 most = (uint256(p.eligible) * ceiling) / PERCENT;
        if (caps > most) revert CeilingExceeded(poll, caps, most);

        _offices[box][poll][office].cap = cap;
        _sums[box][poll].caps = uint32(caps);

        emit OfficeAccredited(box, poll, office, cap, document);
    }

    /// @inheritdoc IAssistedVoting
    function revoke(IBallotBox box, PollId poll, address office, bytes32 document) external restricted {
        if (document == 0) revert RecordMissing(poll, office);
        _working(box, poll, office);

        _offices[box][poll][office].revoked = true;

        emit OfficeRevoked(box, poll, office, document);
    }

    // Users' functions

    /// @inheritdoc IAssistedVoting
    function castAssisted(
        IBallotBox box,
        PollId poll,
        bytes calldata batch,
        bytes32 record
    ) external returns (uint256 counted) {
        Office memory o = _working(box, poll, msg.sender);
        if (record == 0) revert RecordMissing(poll, msg.sender);

        AssistedCount memory c = _beginCount(box, poll);
        c.count(batch);
        counted = c.ballots;
        uint256 cast = o.cast + counted;
        if (cast > o.cap) revert OfficeCapExceeded(poll, msg.sender, cast, o.cap);
        _offices[box][poll][msg.sender].cast = uint24(cast);
        _sums[box][poll].cast += uint24(counted);

        if (counted != 0) emit AssistedVotesCounted(box, poll, msg.sender, record, c.counted);
        if (c.skipped.length != 0) emit AssistedVotesSkipped(box, poll, msg.sender, c.skipped);
    }

    // Views

    /// @inheritdoc IAssistedVoting
    function officeOf(IBallotBox box, PollId poll, address office) external view returns (Office memory) {
        return _offices[box][poll][office];
    }

    /// @inheritdoc IAssistedVoting
    function assistedIn(IBallotBox box, PollId poll) external view returns (uint256 caps, uint256 cast) {
        Sums memory sums = _sums[box][poll];
        return (sums.caps, sums.cast);
    }

    // Internals

    function _working(IBallotBox box, PollId poll, address office) private view returns (Office memory o) {
        o = _offices[box][poll][office];
        if (o.cap == 0) revert NotAnOffice(poll, office);
        if (o.revoked) revert OfficeWasRevoked(poll, office);
    }

    function _beginCount(IBallotBox box, PollId poll) private view returns (AssistedCount memory c) {
        IPollBox.Poll memory p = box.pollOf(poll);
        c.box = box;
        c.poll = poll;
        c.struck = StruckVotersLibrary.from(address(box.rolls()), p.roll, p.origin);
        c.paper = BallotPaperLibrary.readOf(address(box), poll, p.options);
        c.rule = ChoiceRuleLibrary.from(c.paper, p.least, p.most);
    }
}
