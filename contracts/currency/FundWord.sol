// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @dev A programme's money, in one storage word:
///
/// | bits    | field     | meaning                                                                |
/// |---------|-----------|------------------------------------------------------------------------|
/// | 193-255 | zero      | not used                                                               |
/// | 192     | closed    | 1 once nothing more is granted                                         |
/// | 128-191 | cap       | most that one person is granted in all, base units                     |
/// | 64-127  | committed | owed to vouchers and published lists, base units; never more than held |
/// | 0-63    | held      | currency that the contract holds for the programme, base units         |
type FundWord is uint256;

using FundWordLibrary for FundWord global;

/// @title Fund word
/// @notice The only place that knows the bits of a programme's fund.
library FundWordLibrary {
    // Constants

    uint256 private constant CLOSED = 192;
    uint256 private constant CAP = 128;
    uint256 private constant COMMITTED = 64;

    /// @dev Held and committed.
    uint256 private constant MONEY_MASK = type(uint128).max;

    // Getters

    function held(FundWord self) internal pure returns (uint256) {
        return uint64(FundWord.unwrap(self));
    }

    function committed(FundWord self) internal pure returns (uint256) {
        return uint64(FundWord.unwrap(self) >> COMMITTED);
    }

    /// @dev What can still be granted, or withdrawn by the funder.
    function free(FundWord self) internal pure returns (uint256) {
        unchecked {
            return self.held() - self.committed();
        }
    }

    function cap(FundWord self) internal pure returns (uint256) {
        return uint64(FundWord.unwrap(self) >> CAP);
    }

    function isClosed(FundWord self) internal pure returns (bool) {
        return FundWord.unwrap(self) >> CLOSED != 0;
    }

    // Setters

    function withCap(uint64 cap_) internal pure returns (FundWord) {
        return FundWord.wrap(uint256(cap_) << CAP);
    }

    /// @dev Cannot overflow: the currency's supply is below 2^63, and the caller receives the money or reverts.
    function deposit(FundWord self, uint256 amount) internal pure returns (FundWord) {
        unchecked {
            return FundWord.wrap(FundWord.unwrap(self) + amount);
        }
    }

    /// @dev The caller has checked what is free.
    function withdraw(FundWord self, uint256 amount) internal pure returns (FundWord) {
        unchecked {
            return FundWord.wrap(FundWord.unwrap(self) - amount);
        }
    }

    /// @dev The caller has checked what is free.
    function commit(FundWord self, uint256 amount) internal pure returns (FundWord) {
        unchecked {
            return FundWord.wrap(FundWord.unwrap(self) + (amount << COMMITTED));
        }
    }

    /// @dev Pays out what was committed; the caller has checked the voucher's balance.
    function pay(FundWord self, uint256 amount) internal pure returns (FundWord) {
        unchecked {
            return FundWord.wrap(FundWord.unwrap(self) - ((amount << COMMITTED) | amount));
        }
    }

    /// @dev Takes back what was paid out. Cannot overflow: see `deposit`.
    function takeBack(FundWord self, uint256 amount) internal pure returns (FundWord) {
        unchecked {
            return FundWord.wrap(FundWord.unwrap(self) + ((amount << COMMITTED) | amount));
        }
    }

    /// @dev Nothing held, nothing committed.
    function emptied(FundWord self) internal pure returns (FundWord) {
        return FundWord.wrap(FundWord.unwrap(self) & ~MONEY_MASK);
    }

    function close(FundWord self) internal pure returns (FundWord) {
        return FundWord.wrap(FundWord.unwrap(self) | (1 << CLOSED));
    }
}
