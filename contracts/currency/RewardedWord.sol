// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev What one person's purchases of one month have been rewarded for, in one storage word:
///
/// | bits    | field      | meaning                                                                |
/// |---------|------------|------------------------------------------------------------------------|
/// | 208-255 | zero       | not used                                                               |
/// | 192-207 | month      | months since January 1970, UTC+9                                       |
/// | 128-191 | purchases  | of that month and rewarded, base units, all programmes together        |
/// | 0-127   | programmes | bit `programme % 128` is set once that programme has paid for the month |
///
/// A later month begins anew in the same word: two programmes with the same bit never run in one month.
type RewardedWord is uint256;

using RewardedWordLibrary for RewardedWord global;

/// @title Rewarded word
/// @notice The only place that knows the bits of what a person was rewarded for.
library RewardedWordLibrary {
    // Constants

    /// @dev Programmes that a word tells apart.
    uint256 internal constant PROGRAMMES = 128;

    uint256 private constant MONTH = 192;
    uint256 private constant PURCHASES = 128;

    // Getters

    function month(RewardedWord self) internal pure returns (uint256) {
        return RewardedWord.unwrap(self) >> MONTH;
    }

    function purchases(RewardedWord self) internal pure returns (uint256) {
        return uint64(RewardedWord.unwrap(self) >> PURCHASES);
    }

    function hasPaid(RewardedWord self, uint256 programme) internal pure returns (bool) {
        return RewardedWord.unwrap(self) & _bit(programme) != 0;
    }

    // Setters

    /// @dev The word of a month, which is not before the stored one.
    function inMonth(RewardedWord self, uint256 month_) internal pure returns (RewardedWord) {
        return self.month() == month_ ? self : RewardedWord.wrap(month_ << MONTH);
    }

    /// @dev Cannot overflow: the caller has checked the sum against purchases, which are below 2^64.
    function withPaid(RewardedWord self, uint256 programme, uint256 purchases_) internal pure returns (RewardedWord) {
        unchecked {
            uint256 word = RewardedWord.unwrap(self) + (purchases_ << PURCHASES);
            return RewardedWord.wrap(word | _bit(programme));
        }
    }

    // Internals

    function _bit(uint256 programme) private pure returns (uint256) {
        return 1 << (programme % PROGRAMMES);
    }
}
