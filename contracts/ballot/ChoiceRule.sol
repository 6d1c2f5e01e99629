// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {LibBit} from "solady/src/utils/LibBit.sol";

import {IBallotBox} from "./IBallotBox.sol";

/// @dev A poll's rule as three numbers, so that checking choices is the same for every rule.
/// @param beyond Mask of the bits that are not an option.
/// @param least How many options must be picked.
/// @param most How many options may be picked.
struct ChoiceRule {
    uint256 beyond;
    uint256 least;
    uint256 most;
}

using ChoiceRuleLibrary for ChoiceRule global;

/// @title Choice rule
/// @notice Checks choices against a poll's rule.
library ChoiceRuleLibrary {
    function from(IBallotBox.Rule rule, uint256 options, uint256 picks) internal pure returns (ChoiceRule memory) {
        return
            ChoiceRule({
                beyond: type(uint256).max << options,
                least: rule == IBallotBox.Rule.UpTo ? 1 : picks,
                most: picks
            });
    }

    /// @dev Whether the rule allows the choices, a bit mask.
    function allows(ChoiceRule memory self, uint256 choices) internal pure returns (bool) {
        if (choices & self.beyond != 0) return false;
        uint256 picked = LibBit.popCount(choices);
        return picked >= self.least && picked <= self.most;
    }
}
