// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC1155MetadataURI} from "@openzeppelin/contracts/token/ERC1155/extensions/IERC1155MetadataURI.sol";
import {IERC1155Errors} from "@openzeppelin/contracts/interfaces/draft-IERC6093.sol";

import {Kind} from "./Kind.sol";

/// @title Vouchers
/// @notice Money for a purpose (정책수당): a programme's funder pays it in, the city grants it to residents, and they
/// spend it at merchants of the programme's trades, who are paid in the local currency at once.
/// @dev ERC-1155, one id for each programme, after ERC-7291 (purpose-bound money). Vouchers are personal: no transfers,
/// no approvals, and a holder that is a contract is not asked (`onERC1155Received`), since nothing can be lost in it.
/// The contract holds as much currency as vouchers are worth, and is a system contract there.
/// Also ERC-5267 (domain), ERC-6093 (errors), ERC-1271 (smart accounts). "Restricted" functions need a role of the
/// city's access manager.
interface IVouchers is IERC1155MetadataURI, IERC1155Errors {
    // Types

    /// @notice A programme's terms. They never change: another decision is another programme.
    /// @param funder Institution that pays the money in, and to which alone unspent money returns, at its present key.
    /// @param start First Unix second at which vouchers are good.
    /// @param expiry Unix second from which they are no longer good.
    /// @param refundBps Share of what a person was granted, in 1/10,000, that must be spent before the rest is paid
    /// out: 6,000 to 8,000.
    /// @param cap Most that one person is granted in all, base units.
    /// @param categories Trade codes of the merchants that accept the voucher, 1 to 64 of them.
    /// @param document Hash of the decision behind the programme; zeros if there is none.
    /// @param uri Where wallets find a description (ERC-1155 metadata).
    struct Terms {
        address funder;
        uint40 start;
        uint40 expiry;
        uint16 refundBps;
        uint64 cap;
        uint16[] categories;
        bytes32 document;
        string uri;
    }

    /// @notice A programme as the contract keeps it; the trade codes are in its event, and `accepts` tells each.
    struct Programme {
        address funder;
        uint40 start;
        uint40 expiry;
        uint16 refundBps;
    }

    /// @notice A programme's money, in base units.
    /// @param held Currency that the contract holds for it.
    /// @param committed What vouchers and published lists may still take from it.
    /// @param cap Most that one person is granted in all.
    /// @param closed Whether nothing more is granted.
    struct Fund {
        uint64 held;
        uint64 committed;
        uint64 cap;
        bool closed;
    }

    /// @notice What one person has of one programme.
    /// @param balance Not spent, base units; no longer good once the programme has expired.
    /// @param face Granted in all, base units.
    /// @param nonce The nonce that the next signed order needs.
    /// @param redeemed Whether the rest was paid out.
    struct Voucher {
        uint64 balance;
        uint64 face;
        uint32 nonce;
        bool redeemed;
    }

    /// @notice A holder's order to pay a merchant.
    /// @param programme Whose voucher pays.
    /// @param holder Whose voucher it is.
    /// @param merchant Who is paid.
    /// @param amount Base units.
    /// @param deadline Last Unix second at which the order is good.
    /// @param order The merchant's reference, opaque to this contract.
    struct Spending {
        uint256 programme;
        address holder;
        address merchant;
        uint256 amount;
        uint256 deadline;
        bytes32 order;
    }

    /// @notice A place of a published list.
    /// @param programme Which grants it.
    /// @param purpose What the list is for, as it was published.
    /// @param root Of the list's Merkle tree.
    /// @param index Number of the place, from 0.
    /// @param holder Whom it is for.
    /// @param amount Base units.
    struct Place {
        uint256 programme;
        bytes32 purpose;
        bytes32 root;
        uint256 index;
        address holder;
        uint256 amount;
    }

    /// @notice How far a list of grants is.
    /// @param served Places that batches have granted; the next batch starts there.
    /// @param unclaimed Base units that a published list still keeps for its claims.
    /// @param published Whether its people claim one by one.
    struct GrantList {
        uint64 served;
        uint64 unclaimed;
        bool published;
    }

    // Events

    /// @notice A programme was opened, for good.
    event ProgrammeOpened(uint256 indexed programme, address indexed funder, Terms terms);

    /// @notice Nothing more is granted from it; what was granted stays good.
    event ProgrammeClosed(uint256 indexed programme);

    /// @notice The funder paid money in.
    event ProgrammeFunded(uint256 indexed programme, uint256 amount);

    /// @notice The funder took back money that was not granted.
    event FundWithdrawn(uint256 indexed programme, uint256 amount);

    /// @notice Places `first` to `first + count - 1` of a list were granted; each has its own `TransferSingle`.
    event ListServed(uint256 indexed programme, bytes32 indexed list, uint256 first, uint256 count, uint256 total);

    /// @notice The people of a list may claim `total` one by one.
    event ListPublished(
        uint256 indexed programme,
        bytes32 indexed list,
        bytes32 indexed purpose,
        bytes32 root,
        uint256 total
    );

    /// @notice A place of a published list was claimed; the grant is a `TransferSingle`.
    event PlaceClaimed(bytes32 indexed list, uint256 index);

    /// @notice A voucher paid a merchant.
    event VoucherSpent(
        uint256 indexed programme,
        address indexed holder,
        address indexed merchant,
        uint256 amount,
        bytes32 order
    );

    /// @notice A merchant returned `amount` to the voucher that had paid it.
    event VoucherRefunded(
        uint256 indexed programme,
        address indexed holder,
        address indexed merchant,
        uint256 amount,
        bytes32 order
    );

    /// @notice Enough was spent, and the rest was paid out to its holder.
    event RestRedeemed(uint256 indexed programme, address indexed holder, uint256 amount);

    /// @notice What was left of an expired programme returned to its funder.
    event Swept(uint256 indexed programme, address indexed funder, uint256 amount);

    /// @notice A voucher followed its holder's account, which was recovered.
    event VoucherMoved(uint256 indexed programme, address indexed from, address indexed to, uint256 amount);

    // Errors

    /// @notice The holder's account was not recovered: it has the address that it had.
    error HolderNotRecovered(address holder);

    /// @notice No programme has this number.
    error UnknownProgramme(uint256 programme);

    /// @notice The funder must be registered as an institution, or its money could not return.
    error FunderNotAnInstitution(address funder, Kind kind);

    /// @notice The programme would end before it begins, or has ended already.
    error BadProgrammePeriod(uint256 start, uint256 expiry);

    /// @notice The rest of a voucher is paid out once 60 % to 80 % of it is spent; the programme says at which share.
    error BadRefundThreshold(uint256 refundBps);

    /// @notice A programme accepts 1 to 64 trades.
    error BadCategoryCount(uint256 count);

    /// @notice A cap of 0 grants nothing to anybody.
    error CapIsZero();

    /// @notice Only the programme's funder pays in and takes back.
    error NotTheFunder(address caller, address funder);

    /// @notice The programme has not begun, or has expired.
    error ProgrammeNotRunning(uint256 programme, uint256 start, uint256 expiry);

    /// @notice The programme has expired: nothing is paid in or granted any more.
    error ProgrammeExpired(uint256 programme, uint256 expiry);

    /// @notice Vouchers may still be spent; only then does the rest return.
    error ProgrammeNotExpired(uint256 programme, uint256 expiry);

    /// @notice The programme is closed: nothing more is granted.
    error ProgrammeIsClosed(uint256 programme);

    /// @notice The programme's money that is not granted yet is less than needed.
    error FundTooSmall(uint256 programme, uint256 free, uint256 needed);

    /// @notice Nothing would move.
    error VoucherAmountZero();

    /// @notice A batch of packed grants is empty, or its length is not a whole number of grants.
    error BadGrantsLength(uint256 length);

    /// @notice The person would be granted more than the programme's cap in all.
    error PersonalCapExceeded(address holder, uint256 granted, uint256 amount, uint256 cap);

    /// @notice The list's next place is `served`: the batch was granted before, or skips places.
    error ListPlaceNotNext(bytes32 list, uint256 served, uint256 first);

    /// @notice The list was published or partly granted before.
    error ListInUse(bytes32 list, uint256 served);

    /// @notice The people of this list claim one by one.
    error ListIsPublished(bytes32 list);

    /// @notice No such list was published.
    error ListNotPublished(bytes32 list);

    /// @notice This place of the list was claimed before.
    error PlaceAlreadyClaimed(bytes32 list, uint256 index);

    /// @notice The proof does not lead from this place, holder and amount to the list's root.
    error ClaimProofInvalid(bytes32 list, uint256 index, address holder);

    /// @notice The list was published with a smaller total than its places sum up to.
    error ListExhausted(bytes32 list, uint256 unclaimed, uint256 amount);

    /// @notice Only residents spend vouchers; a frozen account does not.
    error HolderMayNotSpend(address holder, Kind kind);

    /// @notice The payee is no merchant, or not of a trade that the programme accepts.
    error MerchantNotAccepted(address merchant, Kind kind, uint16 category);

    /// @notice The order's deadline has passed.
    error VoucherOrderExpired(uint256 deadline);

    /// @notice Not signed by the holder with the voucher's current nonce.
    error VoucherSignatureInvalid(address holder, uint256 nonce);

    /// @notice A merchant returns at most what this voucher paid it and it has not returned.
    error RefundExceedsSpending(address holder, address merchant, uint256 spent, uint256 amount);

    /// @notice Too little is spent for the rest to be paid out.
    error RestNotRedeemable(address holder, uint256 spent, uint256 needed);

    /// @notice The rest of a voucher is paid out once.
    error RestAlreadyRedeemed(address holder);

    /// @notice Vouchers are personal: they are spent, never transferred.
    error VoucherNotTransferable();

    // Administration

    /// @notice Opens a programme; nothing is granted before its funder has paid in.
    /// @dev Restricted. Reverts with `FunderNotAnInstitution`, `BadProgrammePeriod`, `BadRefundThreshold`,
    /// `BadCategoryCount`, `CapIsZero`.
    /// @return programme Its number, from 1; also its ERC-1155 id.
    function open(Terms calldata terms) external returns (uint256 programme);

    /// @notice Ends granting from a programme. What was granted, claims of published lists included, stays good.
    /// @dev Restricted. Reverts with `UnknownProgramme`, `ProgrammeIsClosed`.
    function close(uint256 programme) external;

    /// @notice Grants the next places of a list: all of them or none.
    /// @dev Restricted. Reverts with `UnknownProgramme`, `ProgrammeExpired`, `ProgrammeIsClosed`, `BadGrantsLength`,
    /// `ListIsPublished`, `ListPlaceNotNext`, `ERC1155InvalidReceiver`, `VoucherAmountZero`, `PersonalCapExceeded`,
    /// `FundTooSmall`. Whether a holder is registered is asked when it spends.
    /// @param list Hash of programme, purpose and root of the list; see docs/formats.md.
    /// @param first Place of the batch's first grant in the list, from 0.
    /// @param grants Address (20 bytes) and amount (6 bytes) each.
    function grantBatch(uint256 programme, bytes32 list, uint256 first, bytes calldata grants) external;

    /// @notice Lets the people of a list claim one by one, and keeps its total for them.
    /// @dev Restricted. Reverts with `UnknownProgramme`, `ProgrammeExpired`, `ProgrammeIsClosed`, `VoucherAmountZero`,
    /// `ListInUse`, `FundTooSmall`.
    /// @param root Of the Merkle tree over place, holder and amount, as `@openzeppelin/merkle-tree` builds it.
    function publish(uint256 programme, bytes32 purpose, bytes32 root, uint256 total) external;

    // Users' functions

    /// @notice Pays the caller's money into its programme.
    /// @dev Takes what the caller has approved in the currency. Reverts with `UnknownProgramme`, `NotTheFunder`,
    /// `ProgrammeExpired`, `VoucherAmountZero`, and as the currency does.
    function fund(uint256 programme, uint256 amount) external;

    /// @notice Takes back money that is not granted.
    /// @dev Reverts with `UnknownProgramme`, `NotTheFunder`, `VoucherAmountZero`, `FundTooSmall`, and as the currency
    /// does.
    function withdraw(uint256 programme, uint256 amount) external;

    /// @notice Grants a place of a published list to its holder. Anyone may send it.
    /// @dev Reverts with `UnknownProgramme`, `ProgrammeExpired`, `ListNotPublished`, `ClaimProofInvalid`,
    /// `PlaceAlreadyClaimed`, `ListExhausted`, `ERC1155InvalidReceiver`, `VoucherAmountZero`, `PersonalCapExceeded`.
    /// Works after `close`.
    function claim(Place calldata place, bytes32[] calldata proof) external;

    /// @notice Brings a voucher to the address that its holder's account has now: its key was lost, and the account was
    /// recovered in the currency. Anyone may send it. What a merchant returns to the old address follows the same way.
    /// @dev Reverts with `UnknownProgramme`, `HolderNotRecovered`, `VoucherAmountZero`.
    function follow(uint256 programme, address holder) external;

    /// @notice Pays a merchant with the caller's voucher.
    /// @dev Reverts with `UnknownProgramme`, `ProgrammeNotRunning`, `VoucherAmountZero`, `ERC1155InsufficientBalance`,
    /// `HolderMayNotSpend`, `MerchantNotAccepted`, and as the currency does, for instance in a pause.
    function spend(uint256 programme, address merchant, uint256 amount, bytes32 order) external;

    /// @notice Makes a payment that the holder has signed. Anyone may send it.
    /// @dev EIP-712 `VoucherPayment`, see docs/formats.md, with the voucher's current nonce. Reverts like `spend`, and
    /// with `VoucherOrderExpired`, `VoucherSignatureInvalid`.
    /// @param signature Of a key, 64 bytes (EIP-2098) or 65; or what the holder's contract expects (ERC-1271).
    function spendBySignature(Spending calldata spending, bytes calldata signature) external;

    /// @notice Returns money of the calling merchant to the voucher that had paid it, never to anybody's balance.
    /// @dev Takes what the caller has approved in the currency, also after the expiry: it then goes to the funder.
    /// Reverts with `UnknownProgramme`, `VoucherAmountZero`, `RefundExceedsSpending`, and as the currency does.
    function refund(uint256 programme, address holder, uint256 amount, bytes32 order) external;

    /// @notice Pays out the rest of the caller's voucher in currency, once enough of it is spent.
    /// @dev Reverts with `UnknownProgramme`, `ProgrammeNotRunning`, `RestAlreadyRedeemed`, `VoucherAmountZero`,
    /// `RestNotRedeemable`, `HolderMayNotSpend`, and as the currency does.
    function redeemRest(uint256 programme) external;

    /// @notice Like `redeemRest`, for a holder who has signed. Anyone may send it.
    /// @dev EIP-712 `VoucherRest`, see docs/formats.md, with the voucher's current nonce. Reverts also with
    /// `VoucherOrderExpired`, `VoucherSignatureInvalid`.
    function redeemRestBySignature(
        uint256 programme,
        address holder,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Returns what is left of an expired programme to its funder. Anyone may send it, and again after a late
    /// refund.
    /// @dev Reverts with `UnknownProgramme`, `ProgrammeNotExpired`, `VoucherAmountZero`, and as the currency does.
    function sweep(uint256 programme) external;

    // Views

    /// @notice How many programmes there are; they are numbered from 1.
    function programmes() external view returns (uint256);

    /// @notice A programme's terms but for the trades.
    function programmeOf(uint256 programme) external view returns (Programme memory);

    /// @notice Whether merchants of a trade accept a programme's vouchers.
    function accepts(uint256 programme, uint16 category) external view returns (bool);

    /// @notice A programme's money.
    function fundOf(uint256 programme) external view returns (Fund memory);

    /// @notice What a person has of a programme.
    function voucherOf(uint256 programme, address holder) external view returns (Voucher memory);

    /// @notice What a voucher paid a merchant, less refunds, in base units.
    function spentAt(uint256 programme, address holder, address merchant) external view returns (uint256);

    /// @notice How far a list of grants is.
    function listOf(bytes32 list) external view returns (GrantList memory);

    /// @notice Whether a place of a published list was claimed.
    function isClaimed(bytes32 list, uint256 index) external view returns (bool);

    /// @notice The id of a list of grants: the same people and amounts for another purpose are another list.
    function listId(uint256 programme, bytes32 purpose, bytes32 root) external pure returns (bytes32);
}
