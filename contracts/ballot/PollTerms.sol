// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {BallotPaperLibrary} from "./BallotPaper.sol";
import {IElectoralRoll} from "./IElectoralRoll.sol";
import {IOutcomeRule} from "./IOutcomeRule.sol";
import {IPollBox} from "./IPollBox.sol";
import {IPollTerms} from "./IPollTerms.sol";
import {PollCheck} from "./PollCheck.sol";

/// @title Poll terms
/// @notice See `IPollTerms`.
contract PollTerms is IPollTerms {
    // Constants and immutables

    IElectoralRoll private immutable rolls;
    IOutcomeRule private immutable outcomes;

    // Constructor

    constructor(IElectoralRoll rolls_, IOutcomeRule outcomes_) {
        rolls = rolls_;
        outcomes = outcomes_;
    }

    // Views

    /// @inheritdoc IPollTerms
    function draw(
        IPollBox.PollSpec calldata spec,
        bytes32 termsHash
    ) external view returns (bytes memory paper, uint256 eligible) {
        bytes32[] memory labels;
        (labels, eligible) = PollCheck.check(spec, rolls, outcomes);
        paper = BallotPaperLibrary.pack(spec, labels, termsHash);
    }
}
