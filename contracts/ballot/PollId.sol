// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Number of a poll, from 1.
type PollId is uint256;
