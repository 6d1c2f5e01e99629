// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title Hostile token
/// @notice A money that misbehaves as it is told to. For tests only.
contract HostileToken is ERC20 {
    // Types

    enum Mode {
        Honest,
        Charging,
        Paused,
        Reentering,
        PayingNothing
    }

    // Errors

    error TokenPaused();
    error AccountFrozen(address account);

    // Storage

    Mode public mode;
    mapping(address account => bool frozen) public frozen;
    mapping(address account => address present) private _present;
    address private _target;
    bytes private _data;

    // Constructor

    constructor() ERC20("Hostile Won", "HWN") {}

    // Users' functions

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    function setFrozen(address account, bool frozen_) external {
        frozen[account] = frozen_;
    }

    /// @dev What it calls while money moves, in the mode for that.
    function reenter(address target, bytes calldata data) external {
        (mode, _target, _data) = (Mode.Reentering, target, data);
    }

    /// @dev As in the city's currency, after a lost key.
    function recover(address account, address present) external {
        _present[account] = present;
    }

    // Views

    function presentAddress(address account) external view returns (address) {
        return _present[account] == address(0) ? account : _present[account];
    }

    // Internals

    function _update(address from, address to, uint256 value) internal override {
        if (mode == Mode.Paused) revert TokenPaused();
        if (frozen[to]) revert AccountFrozen(to);
        bool moves = from != address(0) && to != address(0);
        if (mode == Mode.PayingNothing && moves) return;
        super._update(from, to, value);
        if (mode == Mode.Charging && moves) super._update(to, address(1), value / 100);
        if (mode == Mode.Reentering && moves) _callBack();
    }

    function _callBack() private {
        mode = Mode.Honest;
        (bool success, bytes memory answer) = _target.call(_data);
        // Safe: reads only the revert data, to pass it on.
        assembly ("memory-safe") {
            if iszero(success) {
                revert(add(answer, 32), mload(answer))
            }
        }
    }
}
