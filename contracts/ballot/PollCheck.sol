// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibSort} from "solady/src/utils/LibSort.sol";

import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollBox} from "./IPollBox.sol";
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
        IPollBox.PollSpec calldata spec,
        IElectoralRoll rolls,
        IOutcomeRule outcomes
    ) internal view returns (bytes32[] memory labels, uint256 eligible) {
        checkRoll(rolls, spec.roll);
        labels = _checkWords(spec);
        _checkPicks(spec);
        eligible = checkRanges(rolls, spec.roll, spec.ranges);
        outcomes.check(spec.outcome, labels.length, spec.most);
    }

    /// @dev Reverts unless polls can use the roll.
    function checkRoll(IElectoralRoll rolls, RollId roll) internal view {
        uint256 usableFrom = rolls.usableFrom(roll);
        if (usableFrom == 0) revert IPollBox.RollNotFrozen(roll);
        if (rolls.isWithdrawn(roll)) revert IPollBox.RollWasWithdrawn(roll);
        if (block.timestamp < usableFrom) revert IPollBox.RollOpenToObjections(roll, usableFrom, block.timestamp);
    }

    /// @dev Reverts unless each range is within a part of the roll and holds voters; returns how many are not struck.
    function checkRanges(
        IElectoralRoll rolls,
        RollId roll,
        IPollBox.Range[] calldata ranges
    ) internal view returns (uint256 eligible) {
        uint256 count = ranges.length;
        if (count == 0 || count > MAX_RANGES) revert IPollBox.BadRangeCount(count);

        uint256 free;
        for (uint256 i; i < count; ++i) {
            (uint256 first, uint256 size) = (ranges[i].first, ranges[i].count);
            uint256 voters = rolls.votersIn(roll, first, size);
            if (voters == 0 || first < free) revert IPollBox.BadRange(i, first, size);
            free = first + size;
            eligible += voters;
        }
    }

    /// @dev Reverts unless voters can read the label; returns its hash.
    function checkLabel(uint256 option, bytes calldata label) internal pure returns (bytes32) {
        if (label.length == 0 || label.length > MAX_LABEL) {
            revert IPollBox.BadLabel(option, label.length, MAX_LABEL);
        }
        return keccak256(label);
    }

    /// @dev Reverts unless voters can read the question.
    function checkQuestion(bytes calldata question) internal pure {
        uint256 length = question.length;
        if (length == 0 || length > MAX_QUESTION) revert IPollBox.BadQuestion(length, MAX_QUESTION);
    }

    // Internals

    /// @dev Reverts unless voters can read the question and tell the options apart; returns the labels' hashes.
    function _checkWords(IPollBox.PollSpec calldata spec) private pure returns (bytes32[] memory labels) {
        checkQuestion(bytes(spec.question));
        uint256 options = spec.labels.length;
        if (options < 2 || options > MAX_OPTIONS) revert IPollBox.BadOptions(options);

        labels = new bytes32[](options);
        for (uint256 option; option < options; ++option) {
            labels[option] = checkLabel(option, bytes(spec.labels[option]));
        }
        if (LibSort.hasDuplicate(labels)) _refuseLabelTwice(labels);
    }

    /// @dev Reverts unless the number of picks and the costs fit the options.
    function _checkPicks(IPollBox.PollSpec calldata spec) private pure {
        uint256 options = spec.labels.length;
        if (spec.least == 0 || spec.least > spec.most || spec.most > options) {
            revert IPollBox.BadPicks(spec.least, spec.most, options);
        }
        uint256 costs = spec.cap == 0 ? 0 : options;
        if (spec.costs.length != costs) revert IPollBox.BadCosts(spec.costs.length, options, spec.cap);
    }

    /// @dev Only searched once it is known that there are two: it takes a step for every pair.
    function _refuseLabelTwice(bytes32[] memory labels) private pure {
        for (uint256 second = 1; second < labels.length; ++second) {
            for (uint256 first; first < second; ++first) {
                if (labels[first] == labels[second]) revert IPollBox.LabelTwice(first, second);
            }
        }
    }
}
