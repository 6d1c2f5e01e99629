// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "solady/src/utils/ECDSA.sol";

/// @title Smart account
/// @notice A wallet that accepts its owner's signatures (ERC-1271) and makes its owner's calls. For tests only.
contract SmartAccount is IERC1271 {
    // Errors

    error NotTheOwner(address caller);

    // Constants and immutables

    address public immutable owner;

    // Constructor

    constructor(address owner_) {
        owner = owner_;
    }

    // Users' functions

    function execute(address target, bytes calldata data) external {
        if (msg.sender != owner) revert NotTheOwner(msg.sender);
        (bool success, bytes memory reason) = target.call(data);
        // Safe: reads only the revert data, to pass it on.
        assembly ("memory-safe") {
            if iszero(success) {
                revert(add(reason, 32), mload(reason))
            }
        }
    }

    // Views

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.tryRecoverCalldata(hash, signature) == owner ? this.isValidSignature.selector : bytes4(0);
    }
}
