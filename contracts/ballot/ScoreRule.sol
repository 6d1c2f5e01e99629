// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {ChoiceRule} from "./ChoiceRule.sol";
import {ScoreSheet} from "./ScoreSheet.sol";

/// @dev Which ballots a score poll counts.
/// @param scored Which options a ballot may score together.
/// @param mostPoints That an option may get, 1 to 255.
/// @param mostTotal That a ballot may give altogether; 0 for no limit.
/// @param leastTotal That a ballot must give altogether, unless it is blank.
struct ScoreRule {
    ChoiceRule scored;
    uint256 mostPoints;
    uint256 mostTotal;
    uint256 leastTotal;
}

using ScoreRuleLibrary for ScoreRule global;

/// @title Score rule
/// @notice Checks scores against a poll's rule.
library ScoreRuleLibrary {
    // Functions

    /// @dev Whether the rule allows the scores, of which the first is at `place` in calldata (`ScoreSheet`).
    function allows(ScoreRule memory self, uint256 place, uint256 scores) internal pure returns (bool) {
        uint256 mask;
        uint256 total;
        // Cannot overflow: the poll's rule allows at most 255 scores of at most 255 points, and the loop ends where an
        // option does not follow the one before it.
        unchecked {
            uint256 end = place + scores * ScoreSheet.SCORE_BYTES;
            for (; place < end; place += ScoreSheet.SCORE_BYTES) {
                (uint256 option, uint256 points) = ScoreSheet.scoreAt(place);
                uint256 bit = 1 << option;
                // No option so far may be this one or follow it.
                if (mask >= bit || points == 0 || points > self.mostPoints) return false;
                if (self.scored.blank & bit != 0 && points != 1) return false;
                mask |= bit;
                total += points;
            }
        }
        if (self.mostTotal != 0 && total > self.mostTotal) return false;
        if (total < self.leastTotal && self.scored.blank & mask == 0) return false;
        return self.scored.allows(mask);
    }
}
