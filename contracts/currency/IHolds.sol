// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

/// @title Holds
/// @notice How disputed money is kept from being spent: one flags, another holds, a third confirms, each with a
/// document; the account's owner sees why and until when, and appeals. What nobody confirms in 7 days is free again.
/// Where a key is being misused, the whole account is frozen the same way: by one, for 7 days, and longer by another.
/// @dev Appointed in the currency for good: nobody else holds or moves money that is not theirs, or freezes accounts.
/// Only the disputed amount is held; the rest of the account works on. "Restricted" functions need a role of the city's
/// access manager; the three decisions need three roles, and three callers.
///
/// What officers keep from an account without the reviewer falls into one week, which begins with the first hold or
/// freeze; then the account rests for four weeks, in which only the reviewer admits another.
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
    /// @param appealed Whether the owner appealed, before or after the decision: that gives 14 days more, once.
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

    /// @notice A frozen account.
    /// @param until Unix seconds from which on anybody ends it.
    /// @param confirmed Whether the reviewer has confirmed it.
    /// @param frozenBy Who froze it.
    struct Freeze {
        uint40 until;
        bool confirmed;
        address frozenBy;
    }

    // Events

    /// @notice `amount` of `account` is disputed; `evidence` says why. Nothing is held yet.
    event Flagged(uint256 indexed id, address indexed account, uint256 amount, bytes32 evidence);

    /// @notice `amount` of `account` is held until `ends`, unless somebody else confirms it.
    event HoldPlaced(uint256 indexed id, address indexed account, uint256 amount, uint256 ends);

    /// @notice It was decided that `beneficiary` gets the money from `ends` on; the owner can appeal until then.
    event HoldConfirmed(uint256 indexed id, address indexed beneficiary, uint256 ends, bytes32 decision);

    /// @notice The owner appealed; `ends` is 14 days later than before, or will be once somebody confirms the hold.
    event Appealed(uint256 indexed id, uint256 ends, bytes32 statement);

    /// @notice The money is free again.
    event HoldReleased(uint256 indexed id, address indexed account, uint256 amount);

    /// @notice The decision was carried out.
    event HoldCarriedOut(uint256 indexed id, address indexed beneficiary, uint256 amount);

    /// @notice Officers may act on the account again, though it has not rested.
    event AccountAdmitted(address indexed account);

    /// @notice The account is frozen until `until`, unless somebody else confirms it; `evidence` says why.
    event FreezePlaced(address indexed account, uint256 until, bytes32 evidence);

    /// @notice It was decided that the account stays frozen until `until`.
    event FreezeConfirmed(address indexed account, uint256 until, bytes32 decision);

    /// @notice The owner of a frozen account objects.
    event FreezeAppealed(address indexed account, bytes32 statement);

    /// @notice The account is no longer frozen.
    event FreezeEnded(address indexed account, address by);

    // Errors

    /// @notice Nothing more is held or frozen of this account before `possibleFrom`, unless the reviewer admits it.
    error AccountRests(address account, uint256 possibleFrom);

    /// @notice This account was not frozen here. One that was recovered meanwhile goes by the address it had.
    error NoFreeze(address account);

    /// @notice Who froze an account does not confirm it.
    error SamePersonFreezes(address account, address person);

    /// @notice The reviewer has confirmed it, and alone lifts it.
    error FreezeWasConfirmed(address account);

    /// @notice The freeze was over before it was confirmed.
    error FreezeOver(address account, uint256 ended);

    /// @notice The freeze runs until `until`.
    error FreezeRuns(address account, uint256 until);

    /// @notice Only the account's owner objects.
    error CannotAppealFreeze(address account);

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

    /// @notice Holds what is disputed, or less, until the account's week ends: 7 days, if nothing else was held.
    /// @dev Restricted. Reverts with `WrongStage`, `SamePersonDecides`, `TermOver`, `CannotHold`, `AccountRests`.
    function place(uint256 id, uint64 amount) external;

    /// @notice Decides that a held amount goes to `beneficiary`, 14 days from now.
    /// @dev Restricted. Reverts with `WrongStage`, `SamePersonDecides`, `TermOver`, `BeneficiaryDecided`.
    /// @param decision Salted hash of the decision, such as a court's.
    function confirm(uint256 id, address beneficiary, bytes32 decision) external;

    /// @notice Frees held money before its term, for instance after an appeal.
    /// @dev Restricted. Reverts with `WrongStage`.
    function lift(uint256 id) external;

    /// @notice Lets officers act on an account again, though it has not rested: a week of its own begins then.
    /// @dev Restricted.
    function admit(address account) external;

    /// @notice Freezes an account until its week ends: it can neither pay nor be paid.
    /// @dev Restricted. Reverts with `AccountRests`, and with the currency's `CannotFreeze`.
    /// @param evidence Salted hash of the document that says why.
    function freeze(address account, bytes32 evidence) external;

    /// @notice Decides that an account stays frozen for 180 days from now; may be decided again.
    /// @dev Restricted. Reverts with `NoFreeze`, `SamePersonFreezes`, `FreezeOver`.
    /// @param decision Salted hash of the decision, such as a court's.
    function confirmFreeze(address account, bytes32 decision) external;

    /// @notice Ends a freeze that was not confirmed.
    /// @dev Restricted. Reverts with `NoFreeze`, `FreezeWasConfirmed`.
    function unfreeze(address account) external;

    /// @notice Ends any freeze.
    /// @dev Restricted. Reverts with `NoFreeze`.
    function liftFreeze(address account) external;

    // Users' functions

    /// @notice Ends a freeze whose term is over. Anyone may send it.
    /// @dev Reverts with `NoFreeze`, `FreezeRuns`.
    function endFreeze(address account) external;

    /// @notice The owner of a frozen account objects.
    /// @dev Reverts with `NoFreeze`, `CannotAppealFreeze`.
    /// @param statement Salted hash of what the owner says.
    function appealFreeze(address account, bytes32 statement) external;

    /// @notice Like `appealFreeze`, signed by the owner; anyone may send it.
    /// @dev EIP-712 `AppealFreeze(address account,bytes32 statement)`, by key or by contract (ERC-1271).
    function appealFreezeBySignature(address account, bytes32 statement, bytes calldata signature) external;

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

    /// @notice A freeze; zeros where there is none.
    function freezeOf(address account) external view returns (Freeze memory);

    /// @notice When the last week ended, or ends, in which officers act on an account without the reviewer; the same
    /// for all addresses that the account has had.
    function weekEnds(address account) external view returns (uint256);

    /// @notice How many cases there were; the next one has this number.
    function cases() external view returns (uint256);
}
