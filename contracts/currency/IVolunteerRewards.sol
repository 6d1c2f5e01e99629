// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC5267} from "@openzeppelin/contracts/interfaces/IERC5267.sol";

import {Kind} from "./Kind.sol";
import {ShiftRefusal} from "./ShiftRefusal.sol";

/// @title Volunteer rewards
/// @notice Pays residents for volunteering (자원봉사 보상), by the hour: institutions keep activities, a shift is attested
/// by two people, and is paid once out of what a programme's funder has paid in.
/// @dev Of the two attesters one is named by the institution and one, of another organisation, by the city, so neither
/// side pays alone; both sign (EIP-712), neither needs ether, and anyone hands the shifts in. Time is what is spent: no
/// half hour of a person is paid twice, in whatever activity or list or under whatever address. A person is counted by
/// the first address that its account had. Also ERC-5267 (domain), ERC-1271 (attesters may be contracts). "Restricted"
/// functions need a role of the city's access manager.
interface IVolunteerRewards is IERC5267 {
    // Types

    /// @notice A programme's terms. They never change: another decision is another programme.
    /// @param funder Institution that pays the money in, and to which alone the rest returns.
    /// @param start First Unix second at which a shift may begin.
    /// @param end Unix second before which a shift must begin; two years after the start at most.
    /// @param claimDays Days after its end within which a shift must be handed in, 1 to 365.
    /// @param mostRate Most that an activity may pay for an hour, base units.
    /// @param cap Most that one person is paid for the shifts of a period, base units.
    /// @param capMonths Length of that period in calendar months, Korean time: 1, 2, 3, 4, 6 or 12.
    /// @param document Hash of the decision behind the programme; zeros if there is none.
    struct Terms {
        address funder;
        uint40 start;
        uint40 end;
        uint16 claimDays;
        uint48 mostRate;
        uint48 cap;
        uint8 capMonths;
        bytes32 document;
    }

    /// @notice A programme as the contract keeps it.
    /// @param held Currency that the contract holds for it, base units.
    struct Programme {
        address funder;
        uint40 start;
        uint40 end;
        uint8 capMonths;
        uint64 held;
        uint48 mostRate;
        uint48 cap;
        uint16 claimDays;
    }

    /// @notice What residents do for an institution.
    /// @param institution The first address that its account had.
    /// @param programme That pays for it.
    /// @param rate For an hour, base units.
    /// @param closed Whether its shifts are no longer paid.
    struct Activity {
        address institution;
        uint32 programme;
        uint48 rate;
        bool closed;
    }

    /// @notice Who says that shifts were worked.
    /// @param attester Whose key or contract has signed.
    /// @param signature Of a key, 64 bytes (EIP-2098) or 65; or what the attester's contract expects (ERC-1271).
    struct Attestation {
        address attester;
        bytes signature;
    }

    // Events

    /// @notice A programme was opened, for good.
    event RewardsOpened(uint256 indexed programme, address indexed funder, Terms terms);

    /// @notice The funder paid money in.
    event RewardsFunded(uint256 indexed programme, uint256 amount);

    /// @notice An institution was certified for an activity.
    event ActivityOpened(
        uint256 indexed activity,
        uint256 indexed programme,
        address indexed institution,
        uint256 rate,
        bytes32 document
    );

    /// @notice Shifts of an activity are no longer paid.
    event ActivityClosed(uint256 indexed activity);

    /// @notice Somebody attests for an institution from now on, or no longer.
    event AttesterSet(address indexed institution, address indexed attester, bool appointed);

    /// @notice Somebody attests for the city from now on, or no longer.
    event CityAttesterSet(address indexed attester, bool appointed);

    /// @notice Of a list that both attested, `paid` shifts were paid `total` together.
    event ShiftsPaid(
        uint256 indexed activity,
        bytes32 indexed document,
        address byInstitution,
        address byCity,
        uint256 paid,
        uint256 total
    );

    /// @notice A shift was paid: all of its hours, or what was left of the person's cap.
    event ShiftRewarded(
        uint256 indexed activity,
        address indexed volunteer,
        uint256 begins,
        uint256 ends,
        uint256 amount
    );

    /// @notice A shift of the list was not paid now; the same list may be handed in again.
    event ShiftSkipped(uint256 indexed activity, address indexed volunteer, uint256 begins, ShiftRefusal reason);

    /// @notice What was left of a programme that is over returned to its funder.
    event RewardsSwept(uint256 indexed programme, address indexed funder, uint256 amount);

    // Errors

    /// @notice No programme has this number.
    error UnknownRewards(uint256 programme);

    /// @notice No activity has this number.
    error UnknownActivity(uint256 activity);

    /// @notice Funders and those who keep activities must be registered as institutions.
    error NotAnInstitution(address account, Kind kind);

    /// @notice A programme ends after it starts, in the future, and within two years.
    error BadRewardsPeriod(uint256 start, uint256 end);

    /// @notice Shifts are handed in within 1 to 365 days.
    error BadClaimDays(uint256 claimDays);

    /// @notice The highest rate and the cap are more than 0; the cap's period is 1, 2, 3, 4, 6 or 12 months.
    error BadRewardsCap(uint256 mostRate, uint256 cap, uint256 capMonths);

    /// @notice An activity pays more than 0 and at most the programme's highest rate.
    error BadActivityRate(uint256 rate, uint256 mostRate);

    /// @notice Only the programme's funder pays in.
    error NotTheRewardsFunder(address caller, address funder);

    /// @notice Nothing would move.
    error RewardsAmountZero();

    /// @notice The programme has ended: no shift of it can be paid any more.
    error RewardsAreOver(uint256 programme, uint256 sweepableFrom);

    /// @notice Shifts of the programme may still be handed in until `sweepableFrom`.
    error RewardsNotOver(uint256 programme, uint256 sweepableFrom);

    /// @notice Shifts of this activity are no longer paid.
    error ActivityIsClosed(uint256 activity);

    /// @notice A list of packed shifts is empty, or its length is not a whole number of shifts.
    error BadShiftsLength(uint256 length);

    /// @notice The institution has not named this attester.
    error NotTheInstitutionsAttester(address attester, address institution);

    /// @notice The city has not named this attester.
    error NotTheCitysAttester(address attester);

    /// @notice Who attests for the city is neither the institution nor one of its attesters.
    error AttesterNotIndependent(address attester, address institution);

    /// @notice The attester's account is frozen, or was recovered under another address because the key was lost.
    error AttesterSuspended(address attester);

    /// @notice Not signed by the attester, or not for this activity, document and list.
    error AttestationInvalid(address attester);

    /// @notice No shift of the list can be paid; the last one for this reason.
    error NoShiftPayable(address volunteer, uint256 begins, ShiftRefusal reason);

    // Administration

    /// @notice Opens a programme; nothing is paid before its funder has paid in.
    /// @dev Restricted. Reverts with `NotAnInstitution`, `BadRewardsPeriod`, `BadClaimDays`, `BadRewardsCap`.
    /// @return programme Its number, from 1.
    function open(Terms calldata terms) external returns (uint256 programme);

    /// @notice Certifies an institution for an activity of a programme.
    /// @dev Restricted. Reverts with `UnknownRewards`, `NotAnInstitution`, `BadActivityRate`.
    /// @param rate For an hour, base units.
    /// @param document Hash of what the activity is; zeros if there is none.
    /// @return activity Its number, from 1.
    function openActivity(
        uint256 programme,
        address institution,
        uint48 rate,
        bytes32 document
    ) external returns (uint256 activity);

    /// @notice Ends an activity at once, for good: its shifts are no longer paid, whoever has attested them.
    /// @dev Restricted. Reverts with `UnknownActivity`, `ActivityIsClosed`.
    function closeActivity(uint256 activity) external;

    /// @notice Names somebody who attests for the city.
    /// @dev Restricted.
    function appointCityAttester(address attester) external;

    /// @notice Dismisses somebody who attests for the city, at once.
    /// @dev Restricted. What the attester has signed and nobody has handed in is void, unless it is named again.
    function dismissCityAttester(address attester) external;

    // Users' functions

    /// @notice Names or dismisses somebody who attests for the calling institution.
    /// @dev Reverts with `NotAnInstitution`. What a dismissed attester has signed and nobody has handed in is void,
    /// unless it is named again.
    function setAttester(address attester, bool appointed) external;

    /// @notice Pays the caller's money into its programme.
    /// @dev Takes what the caller has approved in the currency. Reverts with `UnknownRewards`, `NotTheRewardsFunder`,
    /// `RewardsAreOver`, `RewardsAmountZero`, and as the currency does.
    function fund(uint256 programme, uint256 amount) external;

    /// @notice Pays the shifts of a list that both sides have attested. Anyone may send it, and again: what was paid is
    /// skipped, and so is what cannot be paid now.
    /// @dev EIP-712
    /// `ShiftList(uint256 activity,bytes32 document,address[] volunteers,uint256[] begins,uint256[] ends)`, times in
    /// Unix seconds. Reverts with `UnknownActivity`, `ActivityIsClosed`, `BadShiftsLength`,
    /// `NotAnInstitution`, `NotTheInstitutionsAttester`, `NotTheCitysAttester`, `AttesterSuspended`,
    /// `AttesterNotIndependent`, `AttestationInvalid`, `NoShiftPayable`, and as the currency does, for example in a
    /// pause. A volunteer whose account was recovered is paid at its present address.
    /// @param document Salted hash of the sign-in sheet; zeros if there is none.
    /// @param shifts Volunteer (20 bytes), begin (5) and half hours (1) each; see docs/formats.md.
    function settle(
        uint256 activity,
        bytes32 document,
        bytes calldata shifts,
        Attestation calldata byInstitution,
        Attestation calldata byCity
    ) external;

    /// @notice Returns the money of a programme of which no shift can be handed in any more to its funder. Anyone may
    /// send it.
    /// @dev Reverts with `UnknownRewards`, `RewardsNotOver`, `RewardsAmountZero`, and as the currency does.
    function sweep(uint256 programme) external;

    // Views

    /// @notice How many programmes there are; they are numbered from 1.
    function programmes() external view returns (uint256);

    /// @notice How many activities there are; they are numbered from 1.
    function activities() external view returns (uint256);

    /// @notice A programme's terms and money.
    /// @dev Reverts with `UnknownRewards`.
    function programmeOf(uint256 programme) external view returns (Programme memory);

    /// @notice An activity.
    /// @dev Reverts with `UnknownActivity`.
    function activityOf(uint256 activity) external view returns (Activity memory);

    /// @notice Whether somebody attests for an institution.
    /// @param institution Any address that it has had.
    function isAttester(address institution, address attester) external view returns (bool);

    /// @notice Whether somebody attests for the city.
    function isCityAttester(address attester) external view returns (bool);

    /// @notice What a shift would be paid now, if both sides attest it; attesters are not considered.
    function quote(
        uint256 activity,
        address volunteer,
        uint256 begins,
        uint256 halfHours
    ) external view returns (uint256 amount, ShiftRefusal reason);

    /// @notice What a person was paid from a programme for the shifts of a month's period.
    /// @param month Months since January 1970, Korean time.
    /// @param account Any address that the person has had.
    function earned(uint256 programme, uint256 month, address account) external view returns (uint256);
}
