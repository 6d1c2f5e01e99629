// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Holds
/// @notice How disputed money is kept from being spent: one flags, another holds, a third confirms, each with a
/// document; the account's owner sees why and until when, and appeals. What nobody confirms in 7 days is free again.
/// @dev Appointed in the currency for good: nobody else holds or moves money that is not theirs. Only the disputed
/// amount is held; the rest of the account works on. "Restricted" functions need a role of the city's access manager;
/// the three decisions need three roles, and three callers.
interface IHolds {
    // Types

    /// @notice Where a case stands. A flagged case holds no money yet.
    enum Stage {
        None,
        Flagged,
        Held,
        Confirmed,
        Ended
    }

    /// @notice A case.
    /// @param account Whose money.
    /// @param amount Base units: disputed while `Flagged`, else held.
    /// @param stage Where it stands.
    /// @param appealed Whether the owner appealed; that gives 14 days more, once.
    /// @param ends Unix seconds: when a flag lapses, the hold may be released by anyone, or the decision carried out.
    /// @param flaggedBy Who flagged.
    /// @param heldBy Who held.
    /// @param beneficiary Who gets the money once the decision is carried out.
    struct Case {
        address account;
        uint64 amount;
        Stage stage;
        bool appealed;
        uint40 ends;
        address flaggedBy;
        address heldBy;
        address beneficiary;
    }

    // Events

    /// @notice `amount` of `account` is disputed; `evidence` says why. Nothing is held yet.
    event Flagged(uint256 indexed id, address indexed account, uint256 amount, bytes32 evidence);

    /// @notice `amount` of `account` is held until `ends`, unless somebody else confirms it.
    event HoldPlaced(uint256 indexed id, address indexed account, uint256 amount, uint256 ends);

    /// @notice It was decided that `beneficiary` gets the money from `ends` on; the owner can appeal until then.
    event HoldConfirmed(uint256 indexed id, address indexed beneficiary, uint256 ends, bytes32 decision);

    /// @notice The owner appealed; `ends` is 14 days later than before.
    event Appealed(uint256 indexed id, uint256 ends, bytes32 statement);

    /// @notice The money is free again.
    event HoldReleased(uint256 indexed id, address indexed account, uint256 amount);

    /// @notice The decision was carried out.
    event HoldCarriedOut(uint256 indexed id, address indexed beneficiary, uint256 amount);

    // Errors

    /// @notice The case stands elsewhere.
    error WrongStage(uint256 id, Stage stage);

    /// @notice Three decisions need three people.
    error SamePersonDecides(uint256 id, address person);

    /// @notice The time for it is over.
    error TermOver(uint256 id, uint256 ended);

    /// @notice It is possible from `ends` on.
    error TermRuns(uint256 id, uint256 ends);

    /// @notice Between 1 and the disputed amount can be held, as far as the account has it.
    error CannotHold(uint256 id, uint256 disputed, uint256 amount);

    /// @notice Only the account's owner appeals, and once.
    error CannotAppeal(uint256 id, address account);

    /// @notice Whoever decided about the money does not get it.
    error BeneficiaryDecided(uint256 id, address beneficiary);

    // Administration

    /// @notice Says that an account's money is disputed. The flag lapses after 3 days.
    /// @dev Restricted.
    /// @param evidence Salted hash of the document that says why.
    /// @return id Number of the case.
    function flag(address account, uint64 amount, bytes32 evidence) external returns (uint256 id);

    /// @notice Holds what is disputed, or less, for 7 days.
    /// @dev Restricted. Reverts with `WrongStage`, `SamePersonDecides`, `TermOver`, `CannotHold`.
    function place(uint256 id, uint64 amount) external;

    /// @notice Decides that a held amount goes to `beneficiary`, 14 days from now.
    /// @dev Restricted. Reverts with `WrongStage`, `SamePersonDecides`, `TermOver`, `BeneficiaryDecided`.
    /// @param decision Salted hash of the decision, such as a court's.
    function confirm(uint256 id, address beneficiary, bytes32 decision) external;

    /// @notice Frees held money before its term, for instance after an appeal.
    /// @dev Restricted. Reverts with `WrongStage`.
    function lift(uint256 id) external;

    // Users' functions

    /// @notice The owner of held money objects: its term is 14 days longer, once, so that it can be looked at again.
    /// @dev Reverts with `WrongStage`, `CannotAppeal`, `TermOver`.
    /// @param statement Salted hash of what the owner says.
    function appeal(uint256 id, bytes32 statement) external;

    /// @notice Like `appeal`, signed by the owner; anyone may send it.
    /// @dev EIP-712 `Appeal(uint256 id,bytes32 statement)`, by key or by contract (ERC-1271).
    function appealBySignature(uint256 id, bytes32 statement, bytes calldata signature) external;

    /// @notice Frees money that nobody has confirmed in time. Anyone may send it.
    /// @dev Reverts with `WrongStage`, `TermRuns`.
    function release(uint256 id) external;

    /// @notice Gives confirmed money to its beneficiary once its term is over. Anyone may send it.
    /// @dev Reverts with `WrongStage`, `TermRuns`, and like the currency's `forcedTransfer`.
    function carryOut(uint256 id) external;

    // Views

    /// @notice A case; zeros where there is none.
    function caseOf(uint256 id) external view returns (Case memory);

    /// @notice How many cases there were; the next one has this number.
    function cases() external view returns (uint256);
}
