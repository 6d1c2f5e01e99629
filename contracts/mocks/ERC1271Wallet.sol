// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";
import {ECDSA} from "solady/src/utils/ECDSA.sol";

/// @title ERC-1271 wallet
/// @notice A smart account that answers for its owner's signature in one honest way and many hostile ones: for tests only.
/// @dev Not an `IERC1271`: that interface promises a view, and `Reentering` tries to break the promise.
contract ERC1271Wallet {
    enum Mode {
        Honest,
        WrongMagic,
        ShortAnswer,
        DirtyMagic,
        Reverting,
        BurningGas,
        HugeAnswer,
        Reentering
    }

    /// @dev Zeros whose memory costs just under 500,000 gas.
    uint256 private constant HUGE = 430_000;

    address public immutable owner;
    Mode public immutable mode;

    /// @dev What `Reentering` calls at whoever asks it.
    bytes public reentry;

    error SignatureRefused(bytes32 hash);

    constructor(address owner_, Mode mode_) {
        owner = owner_;
        mode = mode_;
    }

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
        return _isOwners(hash, signature) ? IERC1271.isValidSignature.selector : bytes4(0);
    }

    function _isOwners(bytes32 hash, bytes calldata signature) private view returns (bool) {
        return signature.length == 65 && ECDSA.tryRecoverCalldata(hash, signature) == owner;
    }

    function _reenter() private {
        (bool success, ) = msg.sender.call(reentry);
        success; // the wallet hopes for it, and answers all the same
    }

    function _burnAllGas() private pure {
        assembly {
            invalid()
        }
    }

    /// @dev Ends the call with `length` bytes, of which the first are `word`: nothing here reads memory again.
    function _answer(bytes32 word, uint256 length) private pure {
        assembly {
            mstore(0, word)
            return(0, length)
        }
    }
}
