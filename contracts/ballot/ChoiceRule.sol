// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBit} from "solady/src/utils/LibBit.sol";

import {BallotPaper} from "./BallotPaper.sol";

/// @dev Which choices a poll counts.
/// @param beyond Mask of the bits that are not an option.
/// @param least How many options must be picked.
/// @param most How many options may be picked.
/// @param blank Mask of the blank options: one of them may be picked, and nothing beside it.
/// @param cap Most that the picked options may cost together; 0 for no cap.
/// @param paper Knows the costs.
struct ChoiceRule {
    uint256 beyond;
    uint256 least;
    uint256 most;
    uint256 blank;
    uint256 cap;
    BallotPaper paper;
}

using ChoiceRuleLibrary for ChoiceRule global;

/// @title Choice rule
/// @notice Checks choices against a poll's rule.
library ChoiceRuleLibrary {
    function from(BallotPaper memory paper, uint256 least, uint256 most) internal pure returns (ChoiceRule memory) {
        return
            ChoiceRule({
                beyond: type(uint256).max << paper.options,
                least: least,
                most: most,
                blank: paper.blank(),
                cap: paper.cap(),
                paper: paper
            });
    }

    /// @dev Whether the rule allows the choices, a bit mask.
    function allows(ChoiceRule memory self, uint256 choices) internal pure returns (bool) {
        if (choices & self.beyond != 0) return false;
        uint256 picked = LibBit.popCount(choices);
        if (choices & self.blank != 0) return picked == 1;
        if (picked < self.least || picked > self.most) return false;
        return self.cap == 0 || self.paper.costOf(choices) <= self.cap;
    }
}
