// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @notice Number of a roll, from 1.
type RollId is uint32;
