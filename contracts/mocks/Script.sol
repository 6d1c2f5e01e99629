// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

/// @title Script
/// @notice Makes many calls in one, and looks after each; so a sequence costs a test one `eth_call`. For tests only.
contract Script {
    // Types

    struct Step {
        address target;
        bytes data;
    }

    // Users' functions

    /// @dev Takes the steps in order, and gives what `look` answers after each. Passes on the first refusal.
    function run(Step[] calldata steps, Step calldata look) external returns (bytes[] memory seen) {
        seen = new bytes[](steps.length);
        for (uint256 i; i < steps.length; ++i) {
            _take(steps[i]);
            seen[i] = _take(look);
        }
    }

    // Views

    function time() external view returns (uint256) {
        return block.timestamp;
    }

    // Internals

    function _take(Step calldata step) private returns (bytes memory answer) {
        bool success;
        (success, answer) = step.target.call(step.data);
        // Safe: reads only the revert data, to pass it on.
        assembly ("memory-safe") {
            if iszero(success) {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
