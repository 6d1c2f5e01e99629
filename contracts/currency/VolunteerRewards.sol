// SPDX-License-Identifier: MIT
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Math} from "@openzeppelin/contracts/utils/math/Math.sol";
import {SignatureCheckerLib} from "solady/src/utils/SignatureCheckerLib.sol";

import {Account} from "./Account.sol";
import {CalendarMonth} from "./CalendarMonth.sol";
import {ILocalCurrency} from "./ILocalCurrency.sol";
import {IRecovery} from "./IRecovery.sol";
import {IVolunteerRewards} from "./IVolunteerRewards.sol";
import {Kind} from "./Kind.sol";
import {PackedShifts} from "./PackedShifts.sol";
import {Persons} from "./Persons.sol";
import {ShiftRefusal} from "./ShiftRefusal.sol";
import {WorkedHours} from "./WorkedHours.sol";

/// @title Volunteer rewards
/// @notice See `IVolunteerRewards`.
contract VolunteerRewards is IVolunteerRewards, EIP712, AccessManaged {
    using Persons for ILocalCurrency;
    using PackedShifts for bytes;

    // Types

    struct Shift {
        address volunteer;
        uint256 begins;
        uint256 halfHours;
    }

    /// @dev What is to be done with a shift.
    /// @param payee Where the volunteer's account is now.
    /// @param person Its first address.
    /// @param period Of the cap.
    struct Judgement {
        address payee;
        address person;
        uint256 period;
        uint256 amount;
        ShiftRefusal reason;
    }

    // Constants and immutables

    uint256 private constant MOST_HALF_HOURS = 48;
    uint256 private constant LONGEST_SHIFT = 1 days;
    uint256 private constant LONGEST_PERIOD = 731 days;
    uint256 private constant MOST_CLAIM_DAYS = 365;
    uint256 private constant MONTHS_OF_A_YEAR = 12;

    bytes32 private constant LIST_TYPEHASH = keccak256(
        "ShiftList(uint256 activity,bytes32 document,address[] volunteers,uint256[] begins,uint256[] ends)"
    );

    ILocalCurrency private immutable CURRENCY;
    IRecovery private immutable RECOVERY;

    // Storage

    /// @inheritdoc IVolunteerRewards
    uint256 public programmes;

    /// @inheritdoc IVolunteerRewards
    uint256 public activities;

    mapping(uint256 programme => Programme terms) private _programmes;
    mapping(uint256 activity => Activity kept) private _activities;

    /// @dev By the first address that the institution had.
    mapping(address institution => mapping(address attester => bool appointed)) private _attesters;

    /// @inheritdoc IVolunteerRewards
    mapping(address attester => bool appointed) public isCityAttester;

    mapping(address person => WorkedHours hours_) private _worked;
    mapping(address person => mapping(uint256 programme => mapping(uint256 period => uint256 amount))) private _earned;

    // Constructor

    /// @param currency The city's currency; this contract must be one of the city's contracts there.
    /// @param recovery Knows which addresses were one person's.
    /// @param authority The city's access manager.
    constructor(
        ILocalCurrency currency,
        IRecovery recovery,
        address authority
    ) EIP712("Dongne VolunteerRewards", "1") AccessManaged(authority) {
        CURRENCY = currency;
        RECOVERY = recovery;
    }

    // Administration

    /// @inheritdoc IVolunteerRewards
    function open(Terms calldata terms) external restricted returns (uint256 programme) {
        _checkTerms(terms);

        programme = ++programmes;
        _programmes[programme] = Programme({
            funder: terms.funder,
            start: terms.start,
            end: terms.end,
            capMonths: terms.capMonths,
            held: 0,
            mostRate: terms.mostRate,
            cap: terms.cap,
            claimDays: terms.claimDays
        });

        emit RewardsOpened(programme, terms.funder, terms);
    }

    /// @inheritdoc IVolunteerRewards
    function openActivity(
        uint256 programme,
        address institution,
        uint48 rate,
        bytes32 document
    ) external restricted returns (uint256 activity) {
        uint256 mostRate = _known(programme).mostRate;
        _checkInstitution(institution);
        if (rate == 0 || rate > mostRate) revert BadActivityRate(rate, mostRate);

        activity = ++activities;
        _activities[activity] = Activity({
            institution: CURRENCY.first(RECOVERY, institution),
            programme: uint32(programme),
            rate: rate,
            closed: false
        });

        emit ActivityOpened(activity, programme, institution, rate, document);
    }

    /// @inheritdoc IVolunteerRewards
    function closeActivity(uint256 activity) external restricted {
        _openActivity(activity);

        _activities[activity].closed = true;

        emit ActivityClosed(activity);
    }

    /// @inheritdoc IVolunteerRewards
    function appointCityAttester(address attester) external restricted {
        isCityAttester[attester] = true;

        emit CityAttesterSet(attester, true);
    }

    /// @inheritdoc IVolunteerRewards
    function dismissCityAttester(address attester) external restricted {
        isCityAttester[attester] = false;

        emit CityAttesterSet(attester, false);
    }

    // Users' functions

    /// @inheritdoc IVolunteerRewards
    function setAttester(address attester, bool appointed) external {
        Kind kind = CURRENCY.accountOf(msg.sender).kind;
        if (kind != Kind.Institution) revert NotAnInstitution(msg.sender, kind);

        _attesters[RECOVERY.firstAddress(msg.sender)][attester] = appointed;

        emit AttesterSet(msg.sender, attester, appointed);
    }

    /// @inheritdoc IVolunteerRewards
    function fund(uint256 programme, uint256 amount) external {
        Programme memory p = _known(programme);
        address funder = CURRENCY.presentAddress(p.funder);
        if (msg.sender != funder) revert NotTheRewardsFunder(msg.sender, funder);
        if (block.timestamp >= _sweepableFrom(p)) revert RewardsAreOver(programme, _sweepableFrom(p));
        if (amount == 0) revert RewardsAmountZero();

        // Nobody holds more than the supply, which is below 2^64: the transfer reverts where this does not fit.
        _programmes[programme].held = uint64(p.held + amount);

        emit RewardsFunded(programme, amount);

        CURRENCY.transferFrom(msg.sender, address(this), amount);
    }

    /// @inheritdoc IVolunteerRewards
    function settle(
        uint256 activity,
        bytes32 document,
        bytes calldata shifts,
        Attestation calldata byInstitution,
        Attestation calldata byCity
    ) external {
        Activity memory a = _openActivity(activity);
        _checkInstitution(a.institution);
        address[2] memory attesters = _attestersOf(a.institution, byInstitution.attester, byCity.attester);
        bytes32 digest = _digest(activity, document, shifts);
        _checkAttestation(digest, byInstitution);
        _checkAttestation(digest, byCity);

        (Judgement[] memory payments, uint256 paid, uint256 total) = _pay(activity, a, shifts, attesters);

        emit ShiftsPaid(activity, document, byInstitution.attester, byCity.attester, paid, total);

        for (uint256 i; i < paid; ++i) CURRENCY.transfer(payments[i].payee, payments[i].amount);
    }

    /// @inheritdoc IVolunteerRewards
    function sweep(uint256 programme) external {
        Programme memory p = _known(programme);
        if (block.timestamp < _sweepableFrom(p)) revert RewardsNotOver(programme, _sweepableFrom(p));
        if (p.held == 0) revert RewardsAmountZero();

        _programmes[programme].held = 0;
        address funder = CURRENCY.presentAddress(p.funder);

        emit RewardsSwept(programme, funder, p.held);

        CURRENCY.transfer(funder, p.held);
    }

    // Views

    /// @inheritdoc IVolunteerRewards
    function programmeOf(uint256 programme) external view returns (Programme memory) {
        return _known(programme);
    }

    /// @inheritdoc IVolunteerRewards
    function activityOf(uint256 activity) external view returns (Activity memory) {
        return _knownActivity(activity);
    }

    /// @inheritdoc IVolunteerRewards
    function isAttester(address institution, address attester) external view returns (bool) {
        return _attesters[_person(institution)][attester];
    }

    /// @inheritdoc IVolunteerRewards
    function quote(
        uint256 activity,
        address volunteer,
        uint256 begins,
        uint256 halfHours
    ) external view returns (uint256 amount, ShiftRefusal reason) {
        Activity memory a = _openActivity(activity);
        Shift memory shift = Shift(volunteer, begins, halfHours);
        Judgement memory found = _judge(a, _programmes[a.programme], shift, [address(0), address(0)]);
        return (found.amount, found.reason);
    }

    /// @inheritdoc IVolunteerRewards
    function earned(uint256 programme, uint256 month, address account) external view returns (uint256) {
        return _earned[_person(account)][programme][month / _known(programme).capMonths];
    }

    // Internals

    /// @dev Marks what can be paid of a list, and takes it from the programme; at least one shift, or nothing happens.
    function _pay(
        uint256 activity,
        Activity memory a,
        bytes calldata shifts,
        address[2] memory attesters
    ) private returns (Judgement[] memory payments, uint256 paid, uint256 total) {
        Programme memory p = _programmes[a.programme];
        uint256 count = shifts.length / PackedShifts.SHIFT_BYTES;
        payments = new Judgement[](count);
        for (uint256 i; i < count; ++i) {
            Shift memory shift = _shiftAt(shifts, i);
            Judgement memory found = _judge(a, p, shift, attesters);
            if (found.reason != ShiftRefusal.None) {
                if (paid == 0 && i == count - 1) revert NoShiftPayable(shift.volunteer, shift.begins, found.reason);
                emit ShiftSkipped(activity, shift.volunteer, shift.begins, found.reason);
                continue;
            }
            _mark(activity, a.programme, shift, found);
            p.held -= uint64(found.amount);
            total += found.amount;
            payments[paid++] = found;
        }
        _programmes[a.programme].held = p.held;
    }

    function _mark(uint256 activity, uint256 programme, Shift memory shift, Judgement memory found) private {
        uint256 ends = shift.begins + shift.halfHours * PackedShifts.HALF_HOUR;
        _worked[found.person].markPaid(shift.begins / PackedShifts.HALF_HOUR, shift.halfHours);
        _earned[found.person][programme][found.period] += found.amount;

        emit ShiftRewarded(activity, shift.volunteer, shift.begins, ends, found.amount);
    }

    /// @dev What can be paid for a shift now, of the `held` that `p` states.
    function _judge(
        Activity memory a,
        Programme memory p,
        Shift memory shift,
        address[2] memory attesters
    ) private view returns (Judgement memory found) {
        found.reason = _judgeTime(p, shift);
        if (found.reason != ShiftRefusal.None) return found;
        Account memory state;
        (found.payee, state) = CURRENCY.present(shift.volunteer);
        found.person = RECOVERY.firstAddress(found.payee);
        (uint256 month, ) = CalendarMonth.at(shift.begins);
        found.period = month / p.capMonths;
        uint256 left = p.cap - _earned[found.person][a.programme][found.period];
        found.amount = Math.min((a.rate * shift.halfHours) / 2, left);
        found.reason = _judgePerson(p, shift, attesters, found, state.kind, left);
        if (found.reason != ShiftRefusal.None) found.amount = 0;
    }

    function _judgePerson(
        Programme memory p,
        Shift memory shift,
        address[2] memory attesters,
        Judgement memory found,
        Kind kind,
        uint256 left
    ) private view returns (ShiftRefusal) {
        if (kind != Kind.Resident) return ShiftRefusal.NotResident;
        if (found.person == attesters[0] || found.person == attesters[1]) return ShiftRefusal.AttestedByVolunteer;
        if (_worked[found.person].isAnyPaid(shift.begins / PackedShifts.HALF_HOUR, shift.halfHours)) {
            return ShiftRefusal.PaidBefore;
        }
        if (left == 0) return ShiftRefusal.CapReached;
        return found.amount > p.held ? ShiftRefusal.FundTooSmall : ShiftRefusal.None;
    }

    function _judgeTime(Programme memory p, Shift memory shift) private view returns (ShiftRefusal) {
        if (shift.begins % PackedShifts.HALF_HOUR != 0 || shift.halfHours == 0 || shift.halfHours > MOST_HALF_HOURS) {
            return ShiftRefusal.MalformedShift;
        }
        if (shift.begins < p.start || shift.begins >= p.end) return ShiftRefusal.OutsideProgramme;
        uint256 ends = shift.begins + shift.halfHours * PackedShifts.HALF_HOUR;
        if (block.timestamp < ends) return ShiftRefusal.NotOver;
        return block.timestamp < ends + uint256(p.claimDays) * 1 days ? ShiftRefusal.None : ShiftRefusal.ClaimExpired;
    }

    function _shiftAt(bytes calldata shifts, uint256 index) private pure returns (Shift memory shift) {
        (shift.volunteer, shift.begins, shift.halfHours) = shifts.at(index);
    }

    /// @dev EIP-712 encodes an array as the hash of its items, 32 bytes each.
    function _digest(uint256 activity, bytes32 document, bytes calldata shifts) private view returns (bytes32) {
        uint256 count = shifts.length / PackedShifts.SHIFT_BYTES;
        if (count == 0 || shifts.length % PackedShifts.SHIFT_BYTES != 0) revert BadShiftsLength(shifts.length);
        uint256[][3] memory fields = [new uint256[](count), new uint256[](count), new uint256[](count)];
        for (uint256 i; i < count; ++i) {
            Shift memory shift = _shiftAt(shifts, i);
            fields[0][i] = uint160(shift.volunteer);
            fields[1][i] = shift.begins;
            fields[2][i] = shift.begins + shift.halfHours * PackedShifts.HALF_HOUR;
        }
        bytes32 message = keccak256(
            abi.encode(
                LIST_TYPEHASH,
                activity,
                document,
                keccak256(abi.encodePacked(fields[0])),
                keccak256(abi.encodePacked(fields[1])),
                keccak256(abi.encodePacked(fields[2]))
            )
        );
        return _hashTypedDataV4(message);
    }

    /// @dev The two attesters as persons. They are two: an address whose account has moved attests nothing.
    function _attestersOf(
        address institution,
        address own,
        address citys
    ) private view returns (address[2] memory persons) {
        if (!_attesters[institution][own]) revert NotTheInstitutionsAttester(own, institution);
        if (!isCityAttester[citys]) revert NotTheCitysAttester(citys);
        persons = [_standing(own), _standing(citys)];
        if (_attesters[institution][citys] || persons[1] == institution) {
            revert AttesterNotIndependent(citys, institution);
        }
    }

    /// @dev An attester as a person. It need not be registered; if it is, its key was not lost and it is not frozen.
    function _standing(address attester) private view returns (address person) {
        (address present, Account memory state) = CURRENCY.present(attester);
        if (present != attester || state.kind == Kind.Frozen) revert AttesterSuspended(attester);
        return RECOVERY.firstAddress(attester);
    }

    function _checkAttestation(bytes32 digest, Attestation calldata by) private view {
        if (!SignatureCheckerLib.isValidSignatureNowCalldata(by.attester, digest, by.signature)) {
            revert AttestationInvalid(by.attester);
        }
    }

    function _checkInstitution(address account) private view {
        (address present, Account memory state) = CURRENCY.present(account);
        if (state.kind != Kind.Institution) revert NotAnInstitution(present, state.kind);
    }

    function _checkTerms(Terms calldata terms) private view {
        _checkInstitution(terms.funder);
        bool isPeriod = terms.start < terms.end && terms.end > block.timestamp;
        if (!isPeriod || terms.end - terms.start > LONGEST_PERIOD) revert BadRewardsPeriod(terms.start, terms.end);
        if (terms.claimDays == 0 || terms.claimDays > MOST_CLAIM_DAYS) revert BadClaimDays(terms.claimDays);
        bool isCap = terms.mostRate != 0 && terms.cap != 0 && terms.capMonths != 0;
        if (!isCap || MONTHS_OF_A_YEAR % terms.capMonths != 0) {
            revert BadRewardsCap(terms.mostRate, terms.cap, terms.capMonths);
        }
    }

    function _known(uint256 programme) private view returns (Programme memory p) {
        p = _programmes[programme];
        if (p.funder == address(0)) revert UnknownRewards(programme);
    }

    function _knownActivity(uint256 activity) private view returns (Activity memory a) {
        a = _activities[activity];
        if (a.institution == address(0)) revert UnknownActivity(activity);
    }

    function _openActivity(uint256 activity) private view returns (Activity memory a) {
        a = _knownActivity(activity);
        if (a.closed) revert ActivityIsClosed(activity);
    }

    function _person(address account) private view returns (address) {
        return CURRENCY.first(RECOVERY, account);
    }

    /// @dev The last shift may begin a second before the end and last a day.
    function _sweepableFrom(Programme memory p) private pure returns (uint256) {
        return uint256(p.end) + LONGEST_SHIFT + uint256(p.claimDays) * 1 days;
    }
}
