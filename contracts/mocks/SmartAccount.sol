// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "solady/src/utils/ECDSA.sol";

/// @title Smart account
/// @notice A wallet that signs by its owner's key (ERC-1271) and calls whatever its owner says: for tests only.
contract SmartAccount is IERC1271 {
    address public immutable owner;

    error NotTheOwner(address caller);

    constructor(address owner_) {
        owner = owner_;
    }

    function execute(address target, bytes calldata data) external {
        if (msg.sender != owner) revert NotTheOwner(msg.sender);
        (bool success, bytes memory reason) = target.call(data);
        // Safe: hands on the callee's own revert data.
        assembly ("memory-safe") {
            if iszero(success) {
                revert(add(reason, 32), mload(reason))
            }
        }
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external view returns (bytes4) {
        return ECDSA.tryRecoverCalldata(hash, signature) == owner ? this.isValidSignature.selector : bytes4(0);
    }
}
