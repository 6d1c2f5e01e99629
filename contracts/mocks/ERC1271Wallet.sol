// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "solady/src/utils/ECDSA.sol";

/// @title ERC-1271 wallet
/// @notice A smart account that checks its owner's signature honestly, or answers in a hostile way. For tests only.
/// @dev Not an `IERC1271`: that interface promises a view function, and `Reentering` tries to change state.
contract ERC1271Wallet {
    // Types

    enum Mode {
        Honest,
        WrongMagic,
        ShortAnswer,
        DirtyMagic,
        Reverting,
        BurningGas,
        HugeAnswer,
        Reentering,
        Hungry,
        Compact
    }

    // Errors

    error SignatureRefused(bytes32 hash);

    // Constants and immutables

    /// @dev Bytes of an answer whose memory costs just under 500,000 gas.
    uint256 private constant HUGE = 430_000;

    /// @dev What a passkey checked in Solidity may cost.
    uint256 private constant HUNGER = 480_000;

    address public immutable owner;
    Mode public immutable mode;

    // Storage

    /// @dev Calldata that `Reentering` sends back to the caller.
    bytes public reentry;

    // Constructor

    constructor(address owner_, Mode mode_) {
        owner = owner_;
        mode = mode_;
    }

    // Users' functions

    function prepareReentry(bytes calldata reentry_) external {
        reentry = reentry_;
    }

    function isValidSignature(bytes32 hash, bytes calldata signature) external returns (bytes4) {
        if (mode == Mode.WrongMagic) return 0xffffffff;
        if (mode == Mode.ShortAnswer) _answer(bytes32(IERC1271.isValidSignature.selector), 4);
        if (mode == Mode.DirtyMagic) _answer(bytes32(IERC1271.isValidSignature.selector) | bytes32(uint256(1)), 32);
        if (mode == Mode.Reverting) revert SignatureRefused(hash);
        if (mode == Mode.BurningGas) _burnAllGas();
        if (mode == Mode.HugeAnswer) _answer(0, HUGE);
        if (mode == Mode.Reentering) _reenter();
        if (mode == Mode.Hungry) _burn(HUNGER);
        if (mode == Mode.Compact) return _isOwnersCompact(hash, signature);
        return _isOwners(hash, signature) ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    // Internals

    function _isOwners(bytes32 hash, bytes calldata signature) private view returns (bool) {
        return signature.length == 65 && ECDSA.tryRecoverCalldata(hash, signature) == owner;
    }

    /// @dev Takes an EIP-2098 signature by the owner.
    function _isOwnersCompact(bytes32 hash, bytes calldata signature) private view returns (bytes4) {
        if (signature.length != 64) return bytes4(0);
        address signer = ECDSA.tryRecover(hash, bytes32(signature[:32]), bytes32(signature[32:]));
        return signer == owner ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    function _burn(uint256 amount) private view {
        uint256 before = gasleft();
        while (before - gasleft() < amount) {}
    }

    function _reenter() private {
        (bool success, ) = msg.sender.call(reentry);
        success; // ignored: it answers either way
    }

    /// @dev Safe: ends the call.
    function _burnAllGas() private pure {
        assembly {
            invalid()
        }
    }

    /// @dev Ends the call with `length` bytes that start with `word`. Safe: nothing reads memory afterwards.
    function _answer(bytes32 word, uint256 length) private pure {
        assembly {
            mstore(0, word)
            return(0, length)
        }
    }
}
