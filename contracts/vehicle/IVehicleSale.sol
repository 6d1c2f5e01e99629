// SPDX-License-Identifier: MIT
pragma solidity ^0.8.30;

import {IERC20} from "@openzeppelin/contracts/token/ERC20/IERC20.sol";

import {IVehicleRegistry} from "./IVehicleRegistry.sol";
import {SaleStage} from "./SaleStage.sol";
import {VehicleId} from "./VehicleId.sol";

/// @title Vehicle sale
/// @notice Holds the price of a used car until its title moves. Seller and buyer sign the history that they agreed on;
/// what is recorded after it opens a way out for the buyer. Title and price change hands in one transaction.
/// @dev Callers hand in the whole `Terms` each time; stored is only their hash and how far the sale has come.
/// "Restricted" functions need a role of the city's access manager; none of them can withdraw anything.
/// Offered -> Funded -> Inspected -> Confirmed -> Released; from each stage there is a way out, and a time after which
/// anyone can send the money back to the buyer.
interface IVehicleSale {
    // Types

    /// @notice What both parties sign (EIP-712). Times are Unix seconds.
    /// @param vehicle Its id.
    /// @param records Number of records in the history that the parties agreed on.
    /// @param head Head of that history.
    /// @param seller Holder of the title.
    /// @param buyer Who pays and gets the title.
    /// @param token Money of the price; one that the city allows.
    /// @param price In the token's smallest unit.
    /// @param deposit Part of the price that the seller keeps if the buyer withdraws for no reason; at most the price.
    /// @param fee Of the city, in the local currency; paid by the buyer, given back unless the sale is released.
    /// @param fundBy Until when the price must be paid in.
    /// @param inspectBy Until when an inspection must be recorded.
    /// @param settleBy Until when the title must move.
    /// @param document Hash of the contract as the parties read it.
    struct Terms {
        VehicleId vehicle;
        uint256 records;
        bytes32 head;
        address seller;
        address buyer;
        IERC20 token;
        uint256 price;
        uint256 deposit;
        uint256 fee;
        uint256 fundBy;
        uint256 inspectBy;
        uint256 settleBy;
        bytes32 document;
    }

    /// @notice How far a sale has come.
    /// @param exited Whether the buyer left over adverse evidence: only the deposit is still held.
    /// @param byBuyer Disputed: whether the buyer called the arbiter.
    /// @param caughtUp Confirmed: whether the sale has seen every record until the end of the buyer's day: later ones
    /// delay nothing.
    /// @param reviewed Number of the last record that the sale has seen; `head` is the head after it.
    /// @param inspection Number of the inspection's record; 0 if there is none, or it was withdrawn.
    /// @param km Reading of the inspection.
    /// @param outcome Outcome of the inspection: what it found.
    /// @param inspector Recorder's number of the inspection.
    /// @param inspectedAt Unix seconds at which the inspection was recorded.
    /// @param adverse How many adverse records were seen, without those dismissed.
    /// @param until Confirmed: when anyone can release. Disputed: when the arbiter's time ends. Released: when it was.
    struct Progress {
        SaleStage stage;
        bool exited;
        bool byBuyer;
        bool caughtUp;
        uint24 reviewed;
        uint24 inspection;
        uint24 km;
        uint16 outcome;
        uint32 inspector;
        uint40 inspectedAt;
        uint24 adverse;
        uint40 until;
        bytes32 head;
    }

    /// @notice A record after the agreed history that lets the buyer leave; never one of the buyer's own.
    /// @param dismissed Whether it keeps nobody from releasing any more: its recorder was found to be revoked.
    struct Adverse {
        uint24 number;
        uint32 recorder;
        uint40 recordedAt;
        uint8 kind;
        bool dismissed;
    }

    // Events

    /// @notice A sale was opened on these terms.
    event SaleOpened(bytes32 indexed sale, VehicleId indexed vehicle, Terms terms);

    /// @notice The sale came to a stage; `by` sent it there.
    event StageReached(bytes32 indexed sale, SaleStage indexed stage, address by);

    /// @notice Record `number` may be a reason for the buyer to leave.
    /// @param index What `exit` takes.
    event AdverseEvidence(bytes32 indexed sale, uint256 index, uint24 number, uint8 kind);

    /// @notice Adverse record `number` is the word of a revoked recorder: it keeps nobody from releasing any more.
    event EvidenceDismissed(bytes32 indexed sale, uint256 index, uint24 number);

    /// @notice `amount` of the money held for a sale now belongs to `account`, which can withdraw it.
    event Credited(bytes32 indexed sale, IERC20 token, address indexed account, uint256 amount);

    /// @notice `account` got what was owed to it.
    event Withdrawn(IERC20 indexed token, address indexed account, uint256 amount);

    /// @notice Later sales may, or may not, be paid in `token`.
    event TokenAllowed(IERC20 indexed token, bool allowed);

    /// @notice Later sales pay this fee.
    event FeeSet(uint256 fee, address recipient);

    // Errors

    /// @notice The sale is at another stage.
    error WrongSaleStage(bytes32 sale, SaleStage stage);

    /// @notice The terms do not make sense: the parties are the same, nothing is paid, or dates are out of order.
    error TermsNotSound(bytes32 sale);

    /// @notice The city does not allow sales in this money.
    error TokenNotAllowed(IERC20 token);

    /// @notice The city's fee is another one.
    error OtherFee(uint256 fee);

    /// @notice The vehicle is being sold already.
    error VehicleInSale(VehicleId vehicle, bytes32 sale);

    /// @notice The seller does not hold the title.
    error SellerNotOwner(address seller, address owner);

    /// @notice Something was recorded since the parties agreed.
    error HistoryMoved(VehicleId vehicle, bytes32 head);

    /// @notice Open liens, seizures and the like keep the title from moving.
    error TitleNotFree(VehicleId vehicle, uint256 restrictions);

    /// @notice The signature is not `signer`'s over these terms.
    error NotSignedBy(address signer);

    /// @notice The step was possible until `deadline`.
    error TooLate(uint256 deadline);

    /// @notice The step is possible from `since` on.
    error TooEarly(uint256 since);

    /// @notice Less or more arrived than was to be paid.
    error WrongPayment(IERC20 token, uint256 received, uint256 expected);

    /// @notice These are not the vehicle's records after number `reviewed`, up to its head or to a multiple of 32.
    error ReviewMismatch(VehicleId vehicle, uint256 reviewed);

    /// @notice Records after number `reviewed` are to be reviewed first.
    error ReviewBehind(uint256 reviewed);

    /// @notice The inspector's accreditation was revoked from before the inspection; a new inspection is needed.
    error InspectionTainted(uint256 inspection);

    /// @notice With adverse evidence, only the buyer releases.
    error BuyerMustAgree(address buyer);

    /// @notice Only the seller or the buyer may.
    error NotAParty(address caller);

    /// @notice The seller or buyer does not confirm or decide its own sale.
    error OwnCause(address caller);

    /// @notice The evidence is the word of a recorder whose accreditation was revoked; it counts for nothing.
    error EvidenceTainted(uint256 number);

    /// @notice The evidence counts: its recorder is not revoked.
    error EvidenceCounts(uint256 number);

    /// @notice The evidence was dismissed already.
    error AlreadyDismissed(uint256 number);

    /// @notice The arbiter can give the seller at most the deposit.
    error MoreThanDeposit(uint256 toSeller, uint256 deposit);

    /// @notice Nobody would get the fee: also where it is 0, running sales may still pay one.
    error FeeWithoutRecipient(uint256 fee);

    /// @notice Nothing is owed to the account.
    error NothingOwed(IERC20 token, address account);

    // Administration

    /// @notice Allows or forbids money for later sales; running ones are not touched.
    /// @dev Restricted.
    function allowToken(IERC20 token, bool allowed) external;

    /// @notice Sets the fee of later sales, in base units of the local currency, and who gets it from now on.
    /// @dev Restricted. Reverts with `FeeWithoutRecipient`.
    function setFee(uint256 fee, address recipient) external;

    /// @notice Confirms that the papers are in order: the sale can be released.
    /// @dev Restricted. Reverts with `WrongSaleStage`, `TooLate` within two days of `settleBy`, `OwnCause`.
    function confirm(Terms calldata terms) external;

    /// @notice Decides a dispute: the seller gets `toSeller` of the deposit, the buyer all the rest.
    /// @dev Restricted. Reverts with `WrongSaleStage`, `TooLate`, `MoreThanDeposit`, `OwnCause`.
    function decide(Terms calldata terms, uint256 toSeller) external;

    // Users' functions

    /// @notice Opens a sale that both parties have signed. Anyone may send it.
    /// @dev The same terms open one sale only. Reverts with `WrongSaleStage`, `TermsNotSound`, `TokenNotAllowed`,
    /// `OtherFee`, `VehicleInSale`, `SellerNotOwner`, `HistoryMoved`, `TitleNotFree`, `NotSignedBy`.
    /// @return sale Number of the sale: the hash of its terms.
    function open(
        Terms calldata terms,
        bytes calldata sellerSignature,
        bytes calldata buyerSignature
    ) external returns (bytes32 sale);

    /// @notice Takes price and fee, which the buyer has approved. Anyone may send it.
    /// @dev Reverts with `WrongSaleStage`, `TooLate`, `HistoryMoved`, `WrongPayment`.
    function fund(Terms calldata terms) external;

    /// @notice Shows the sale what was recorded since the agreed history: the inspection, and whatever is adverse.
    /// Anyone may send it.
    /// @dev Reverts with `WrongSaleStage`, `ReviewMismatch`.
    /// An inspection counts if it was recorded within 7 days of its date: an old one that comes late is none.
    /// @param evidence The records after those reviewed, up to the head or to a multiple of 32, without a gap; none at
    /// all to show that there are no new ones since the buyer's day ended.
    function review(Terms calldata terms, IVehicleRegistry.Evidence[] calldata evidence) external;

    /// @notice Dismisses adverse evidence by recorders that were revoked since it was seen: it no longer makes the
    /// release the buyer's alone. Anyone may send it.
    /// @dev Reverts with `WrongSaleStage`, `EvidenceCounts`, `AlreadyDismissed`.
    /// @param indices Which of the adverse records, from 0.
    function dismiss(Terms calldata terms, uint256[] calldata indices) external;

    /// @notice Moves title and price. The buyer may send it at once, anyone a day after the confirmation. The sale must
    /// have seen every record, or every one until that day's end: who records again just before cannot hold it up.
    /// @dev Reverts with `WrongSaleStage`, `TooLate`, `TooEarly`, `ReviewBehind`, `InspectionTainted`,
    /// `BuyerMustAgree`, `SellerNotOwner`, and like the registry's `transferTitle`.
    function release(Terms calldata terms) external;

    /// @notice Ends a sale: everything goes back to the buyer, but for the deposit if the buyer cancels a paid sale.
    /// @dev Seller or buyer, until the title has moved or a dispute has begun. Reverts with `WrongSaleStage`,
    /// `NotAParty`.
    function cancel(Terms calldata terms) external;

    /// @notice Leaves over adverse evidence: price and fee go back at once, the deposit in 7 days unless the arbiter
    /// gives it to the seller because the evidence was made up. Possible in a dispute, too.
    /// @dev Buyer only. Reverts with `WrongSaleStage`, `NotAParty`, `EvidenceTainted`.
    /// @param index Which of the adverse records, from 0.
    function exit(Terms calldata terms, uint256 index) external;

    /// @notice Calls the arbiter, who has 30 days. After that the sale ends as if the caller had cancelled it: a buyer
    /// who called leaves the deposit.
    /// @dev Seller or buyer. Reverts with `WrongSaleStage`, `NotAParty`.
    function dispute(Terms calldata terms) external;

    /// @notice Sends everything back to the buyer where a deadline has passed, but for the deposit if the buyer called
    /// an arbiter who stayed silent. Anyone may send it.
    /// @dev Reverts with `WrongSaleStage`, `TooEarly`.
    function timeOut(Terms calldata terms) external;

    /// @notice Pays out what is owed to `account`; where its key was replaced, the currency goes to the new one. Anyone
    /// may send it.
    /// @dev Reverts with `NothingOwed`, and like the token's `transfer`.
    function withdraw(IERC20 token, address account) external;

    // Views

    /// @notice Number of the sale on these terms.
    function saleOf(Terms calldata terms) external pure returns (bytes32);

    /// @notice How far a sale has come; zeros if it was never opened.
    function progressOf(bytes32 sale) external view returns (Progress memory);

    /// @notice The records that let the buyer leave.
    function adverseOf(bytes32 sale, uint256 index) external view returns (Adverse memory);

    /// @notice How many there are.
    function adverseCount(bytes32 sale) external view returns (uint256);

    /// @notice The sale of a vehicle that is running; 0 if there is none.
    function runningSale(VehicleId vehicle) external view returns (bytes32);

    /// @notice What `account` can withdraw.
    function owed(IERC20 token, address account) external view returns (uint256);

    /// @notice Whether sales may be paid in `token`.
    function isAllowed(IERC20 token) external view returns (bool);

    /// @notice The fee of sales that are opened now.
    function fee() external view returns (uint256);
}
