// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {LibBit} from "solady/src/utils/LibBit.sol";

import {IOutcomeRule} from "./IOutcomeRule.sol";

/// @title Outcome rule
/// @notice See `IOutcomeRule`.
contract OutcomeRule is IOutcomeRule {
    // Constants and immutables

    uint256 private constant WORD_BITS = 256;

    // Views

    /// @inheritdoc IOutcomeRule
    function check(Terms calldata terms, uint256 options, uint256 most) external pure {
        uint256 existing = type(uint256).max >> (WORD_BITS - options);
        uint256 blank = terms.blank;
        if (blank & existing != blank || blank == existing) revert BadBlankOptions(blank, options);

        _checkProposal(terms, options, most, existing & ~blank);
        uint256 mostSeats = terms.aim == Aim.Election ? options - LibBit.popCount(blank) : 0;
        uint256 leastSeats = terms.aim == Aim.Election ? 1 : 0;
        if (terms.seats < leastSeats || terms.seats > mostSeats) revert BadSeats(terms.seats, options);

        _checkThreshold(terms.quorum);
        _checkThreshold(terms.pass);
        bool demands = terms.pass.moreThan || terms.pass.numerator != 0;
        bool fits = terms.aim == Aim.Election || demands == (terms.aim == Aim.Decision);
        if (terms.pass.part != Measure.Support || !fits) revert BadThreshold(terms.pass);
    }

    /// @inheritdoc IOutcomeRule
    function outcome(
        Terms calldata terms,
        uint256[] calldata tally,
        uint256 ballots,
        uint256 eligible
    ) external pure returns (Outcome memory r) {
        r.ballots = ballots;
        r.eligible = eligible;
        r.valid = ballots - _sum(tally, terms.blank);
        (r.leaders, r.votes) = _leaders(tally, ~terms.blank, type(uint256).max);
        r.support = terms.aim == Aim.Decision ? _sum(tally, terms.proposal) : r.votes;
        r.quorumMet = _isMet(terms.quorum, r, r.support);
        if (!r.quorumMet) return r;

        if (terms.aim == Aim.Election) {
            _fillSeats(terms, tally, r);
        } else if (terms.aim == Aim.Tally) {
            r.passed = true;
        } else if (r.support != 0 && _isMet(terms.pass, r, r.support)) {
            (r.won, r.passed) = (terms.proposal, true);
        }
    }

    // Internals

    function _checkProposal(Terms calldata terms, uint256 options, uint256 most, uint256 allowed) private pure {
        uint256 proposal = terms.proposal;
        bool wanted = terms.aim == Aim.Decision;
        // The votes of several options are ballots only if no ballot picks two of them.
        bool adds = most == 1 || LibBit.popCount(proposal) <= 1;
        if ((proposal != 0) != wanted || proposal & allowed != proposal || !adds) revert BadProposal(proposal, options);
    }

    function _checkThreshold(Threshold calldata t) private pure {
        bool isShare = t.denominator != 0 && t.numerator <= t.denominator;
        bool isReachable = !t.moreThan || t.numerator < t.denominator;
        if (!isShare || !isReachable || t.part <= t.whole) revert BadThreshold(t);
    }

    /// @dev Gives seats to the options with the most votes, then to those with the next most, while all of them fit.
    function _fillSeats(Terms calldata terms, uint256[] calldata tally, Outcome memory r) private pure {
        uint256 free = terms.seats;
        uint256 below = type(uint256).max;
        while (free != 0) {
            (uint256 next, uint256 votes) = _leaders(tally, ~terms.blank, below);
            if (next == 0 || !_isMet(terms.pass, r, votes)) return;
            uint256 count = LibBit.popCount(next);
            if (count > free) {
                r.tied = next;
                return;
            }
            r.won |= next;
            free -= count;
            below = votes;
        }
        r.passed = true;
    }

    /// @dev The options in `mask` with the most votes below `below`; none if nothing has votes.
    function _leaders(
        uint256[] calldata tally,
        uint256 mask,
        uint256 below
    ) private pure returns (uint256 leaders, uint256 votes) {
        for (uint256 option; option < tally.length; ++option) {
            uint256 count = tally[option];
            if (count == 0 || count < votes || count >= below || (mask >> option) & 1 == 0) continue;
            if (count > votes) (leaders, votes) = (0, count);
            leaders |= 1 << option;
        }
    }

    function _sum(uint256[] calldata tally, uint256 mask) private pure returns (uint256 votes) {
        for (uint256 option; option < tally.length; ++option) {
            if ((mask >> option) & 1 != 0) votes += tally[option];
        }
    }

    function _isMet(Threshold calldata t, Outcome memory r, uint256 support) private pure returns (bool) {
        uint256 part = _measure(t.part, r, support) * t.denominator;
        uint256 share = _measure(t.whole, r, support) * t.numerator;
        return t.moreThan ? part > share : part >= share;
    }

    function _measure(Measure measure, Outcome memory r, uint256 support) private pure returns (uint256) {
        if (measure == Measure.Eligible) return r.eligible;
        if (measure == Measure.Ballots) return r.ballots;
        return measure == Measure.Valid ? r.valid : support;
    }
}
