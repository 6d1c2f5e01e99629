// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibSort} from "solady/src/utils/LibSort.sol";

import {IBallotBox} from "./IBallotBox.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {RollId} from "./RollId.sol";

/// @title Poll check
/// @notice Checks everything that is decided about a poll but its period: the same for every ballot box.
library PollCheck {
    // Constants

    uint256 private constant MAX_OPTIONS = 256;
    uint256 private constant MAX_QUESTION = 1000;
    uint256 private constant MAX_LABEL = 400;
    uint256 private constant MAX_RANGES = 16;

    // Functions

    /// @dev Reverts with the errors that `IPollTerms.draw` names.
    /// @return labels Hashes of the labels.
    /// @return eligible How many voters the ranges hold.
    function check(
        IBallotBox.PollSpec calldata spec,
        IElectoralRoll rolls,
        IOutcomeRule outcomes
    ) internal view returns (bytes32[] memory labels, uint256 eligible) {
        _checkRoll(rolls, spec.roll);
        labels = _checkWords(spec);
        _checkPicks(spec);
        eligible = _checkRanges(rolls, spec);
        outcomes.check(spec.outcome, labels.length, spec.most);
    }

    // Internals

    /// @dev Reverts unless polls can use the roll.
    function _checkRoll(IElectoralRoll rolls, RollId roll) private view {
        if (!rolls.isFrozen(roll)) revert IBallotBox.RollNotFrozen(roll);
        if (rolls.isWithdrawn(roll)) revert IBallotBox.RollWasWithdrawn(roll);
        uint256 usableFrom = rolls.usableFrom(roll);
        if (block.timestamp < usableFrom) revert IBallotBox.RollOpenToObjections(roll, usableFrom, block.timestamp);
    }

    /// @dev Reverts unless voters can read the question and tell the options apart; returns the labels' hashes.
    function _checkWords(IBallotBox.PollSpec calldata spec) private pure returns (bytes32[] memory labels) {
        uint256 length = bytes(spec.question).length;
        if (length == 0 || length > MAX_QUESTION) revert IBallotBox.BadQuestion(length, MAX_QUESTION);
        uint256 options = spec.labels.length;
        if (options < 2 || options > MAX_OPTIONS) revert IBallotBox.BadOptions(options);

        labels = new bytes32[](options);
        for (uint256 option; option < options; ++option) {
            bytes calldata label = bytes(spec.labels[option]);
            if (label.length == 0 || label.length > MAX_LABEL) {
                revert IBallotBox.BadLabel(option, label.length, MAX_LABEL);
            }
            labels[option] = keccak256(label);
        }
        if (LibSort.hasDuplicate(labels)) _refuseLabelTwice(labels);
    }

    /// @dev Reverts unless the number of picks and the costs fit the options.
    function _checkPicks(IBallotBox.PollSpec calldata spec) private pure {
        uint256 options = spec.labels.length;
        if (spec.least == 0 || spec.least > spec.most || spec.most > options) {
            revert IBallotBox.BadPicks(spec.least, spec.most, options);
        }
        uint256 costs = spec.cap == 0 ? 0 : options;
        if (spec.costs.length != costs) revert IBallotBox.BadCosts(spec.costs.length, options, spec.cap);
    }

    /// @dev Reverts unless the ranges are within the roll; returns how many voters they hold.
    function _checkRanges(
        IElectoralRoll rolls,
        IBallotBox.PollSpec calldata spec
    ) private view returns (uint256 eligible) {
        uint256 ranges = spec.ranges.length;
        if (ranges == 0 || ranges > MAX_RANGES) revert IBallotBox.BadRangeCount(ranges);

        uint256 voters = rolls.voters(spec.roll);
        uint256 free;
        for (uint256 i; i < ranges; ++i) {
            (uint256 first, uint256 count) = (spec.ranges[i].first, spec.ranges[i].count);
            if (count == 0 || first < free || first + count > voters) revert IBallotBox.BadRange(i, first, count);
            free = first + count;
            eligible += count;
        }
    }

    /// @dev Only searched once it is known that there are two: it takes a step for every pair.
    function _refuseLabelTwice(bytes32[] memory labels) private pure {
        for (uint256 second = 1; second < labels.length; ++second) {
            for (uint256 first; first < second; ++first) {
                if (labels[first] == labels[second]) revert IBallotBox.LabelTwice(first, second);
            }
        }
    }
}
