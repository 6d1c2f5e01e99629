// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBit} from "solady/src/utils/LibBit.sol";

import {IBallotBox} from "./IBallotBox.sol";

/// @dev A poll's rule as three numbers, so that judging a mask takes no case distinction.
struct ChoiceRule {
    uint256 beyond; // bits that stand for no option
    uint256 least; // options that must be picked
    uint256 most; // options that may be picked
}

using ChoiceRuleLibrary for ChoiceRule global;

/// @title Choice rule
library ChoiceRuleLibrary {
    function from(IBallotBox.Rule rule, uint256 options, uint256 picks) internal pure returns (ChoiceRule memory) {
        return
            ChoiceRule({
                beyond: type(uint256).max << options,
                least: rule == IBallotBox.Rule.UpTo ? 1 : picks,
                most: picks
            });
    }

    /// @dev Whether the rule allows the choices of a mask.
    function allows(ChoiceRule memory rule, uint256 choices) internal pure returns (bool) {
        if (choices & rule.beyond != 0) return false;
        uint256 picked = LibBit.popCount(choices);
        return picked >= rule.least && picked <= rule.most;
    }
}
