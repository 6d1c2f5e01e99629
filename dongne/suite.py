"""The suite as one table: each contract with its client, its constructor's arguments and the roles that it opens to."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from dongne.language import Word, _


class Role(Word):
    """Numbers of the administrative roles in `CityAccess` (OpenZeppelin AccessManager); 0 is its administrator."""

    ADMINISTRATOR = 0, _("administrator")
    CURRENCY_OFFICER = 1, _("currency officer")
    MEMBERSHIP_OFFICER = 2, _("membership officer")
    HOLDS_OFFICER = 3, _("holds officer")
    GUARDIAN = 4, _("guardian")
    VEHICLE_REGISTRAR = 5, _("vehicle registrar")
    ACCREDITOR = 6, _("accreditor")
    ELECTION_OFFICER = 7, _("election officer")
    TITLE_OFFICER = 8, _("title officer")
    HISTORY_OFFICER = 9, _("history officer")
    CURRENCY_SUPERVISOR = 10, _("currency supervisor")
    VOUCHER_OFFICER = 11, _("voucher officer")
    INCENTIVE_OFFICER = 12, _("incentive officer")
    SETTLEMENT_OFFICER = 13, _("settlement officer")
    DETECTOR = 14, _("detector")
    HOLDS_REVIEWER = 15, _("holds reviewer")
    RESERVE_ATTESTER = 16, _("reserve attester")
    REWARDS_OFFICER = 17, _("rewards officer")
    TITLE_RESTRICTER = 20, _("title restricter")
    LIEN_OFFICER = 21, _("lien officer")
    SEIZING_AUTHORITY = 22, _("seizing authority")
    POLICE = 23, _("police")
    SALE_OFFICER = 24, _("sale officer")
    SALE_SUPERVISOR = 25, _("sale supervisor")
    ARBITER = 26, _("arbiter")
    ROLL_OFFICER = 30, _("roll officer")
    POLLING_SUPERVISOR = 31, _("polling supervisor")


CONTRACTS_ROLES = frozenset({Role.TITLE_RESTRICTER})
"""Roles that only contracts of the suite hold."""

OFFICES = tuple(role for role in Role if role not in CONTRACTS_ROLES)
"""Roles that the city gives to people."""


@dataclass(frozen=True, slots=True)
class SuiteContract:
    """One contract of the suite.

    Attributes:
        name: of the contract.
        client: module and class of its typed client; a path, so that this table imports nothing.
        arguments: of its constructor: another contract's name stands for its address, any other name for a setting of
            the city's file.
        opens: its restricted functions by the role that may call them; those left out are the administrator's.
        console: what `make console` calls it.
        holds_currency: whether the deployment registers it in the currency as one of the city's contracts.
        holds: roles that the deployment grants to the contract itself.
    """

    name: str
    client: str
    arguments: tuple[str, ...]
    console: str
    opens: Mapping[Role, tuple[str, ...]] = field(default_factory=dict)
    holds_currency: bool = False
    holds: tuple[Role, ...] = ()


SUITE: dict[str, SuiteContract] = {
    contract.name: contract
    for contract in (
        SuiteContract(
            "CityAccess",
            client="dongne.access.city_access:CityAccess",
            arguments=("deployer",),
            console="access",
        ),
        SuiteContract(
            "LocalCurrency",
            client="dongne.currency.local_currency:LocalCurrency",
            arguments=("currency_name", "currency_symbol", "currency_decimals", "transfer_table", "CityAccess"),
            console="currency",
            opens={
                Role.CURRENCY_SUPERVISOR: ("increaseIssuanceAllowance", "setTransferTable", "registerContract"),
                Role.MEMBERSHIP_OFFICER: ("register", "reclassify"),
                Role.GUARDIAN: ("pause", "decreaseIssuanceAllowance"),
            },
        ),
        SuiteContract(
            "CashOutDesk",
            client="dongne.currency.cash_out_desk:CashOutDesk",
            arguments=("LocalCurrency", "CityAccess"),
            console="cash_outs",
            opens={
                Role.SETTLEMENT_OFFICER: ("settleBatch", "returnCashOut"),
                Role.HOLDS_OFFICER: ("setRiskClass",),
                Role.CURRENCY_SUPERVISOR: ("setWaitingDays",),
            },
            holds_currency=True,
        ),
        SuiteContract(
            "Recovery",
            client="dongne.currency.recovery:Recovery",
            arguments=("LocalCurrency", "CityAccess"),
            console="recoveries",
            opens={Role.MEMBERSHIP_OFFICER: ("announce",), Role.GUARDIAN: ("veto",)},
        ),
        SuiteContract(
            "Treasury",
            client="dongne.currency.treasury:Treasury",
            arguments=("LocalCurrency", "CashOutDesk", "Recovery", "CityAccess"),
            console="treasury",
            opens={
                Role.RESERVE_ATTESTER: ("attest",),
                Role.CURRENCY_OFFICER: ("issueBatch", "topUpBatch"),
                Role.CURRENCY_SUPERVISOR: ("setTopUpTerms", "increaseBonusBudget"),
                Role.GUARDIAN: ("decreaseBonusBudget",),
            },
        ),
        SuiteContract(
            "Holds",
            client="dongne.currency.holds:Holds",
            arguments=("LocalCurrency", "Recovery", "CityAccess"),
            console="holds",
            opens={
                Role.DETECTOR: ("flag",),
                Role.HOLDS_OFFICER: ("place", "freeze", "unfreeze"),
                Role.HOLDS_REVIEWER: ("confirm", "lift", "admit", "confirmFreeze", "liftFreeze"),
            },
        ),
        SuiteContract(
            "Vouchers",
            client="dongne.currency.vouchers.client:Vouchers",
            arguments=("LocalCurrency", "CityAccess"),
            console="vouchers",
            opens={
                Role.CURRENCY_SUPERVISOR: ("open",),
                Role.GUARDIAN: ("close",),
                Role.VOUCHER_OFFICER: ("grantBatch", "publish"),
            },
            holds_currency=True,
        ),
        SuiteContract(
            "VehicleRegistry",
            client="dongne.vehicle.registry:VehicleRegistry",
            arguments=("registry_name", "registry_symbol", "paces", "CityAccess"),
            console="vehicles",
            opens={
                Role.VEHICLE_REGISTRAR: ("register", "registerBatch"),
                Role.TITLE_OFFICER: ("transferTitle",),
                Role.HISTORY_OFFICER: ("correctAsOfficer",),
                Role.ACCREDITOR: ("accredit", "revoke"),
                Role.TITLE_RESTRICTER: ("recordRestriction",),
            },
        ),
        SuiteContract(
            "VehicleLiens",
            client="dongne.vehicle.liens:VehicleLiens",
            arguments=("VehicleRegistry", "CityAccess"),
            console="liens",
            opens={
                Role.LIEN_OFFICER: ("openLien",),
                Role.SEIZING_AUTHORITY: ("seize", "releaseSeizure"),
                Role.POLICE: ("reportTheft", "reportFound"),
                Role.VEHICLE_REGISTRAR: ("deregister", "reinstate"),
            },
            holds=(Role.TITLE_RESTRICTER,),
        ),
        SuiteContract(
            "VehicleSale",
            client="dongne.vehicle.sale:VehicleSale",
            arguments=("VehicleRegistry", "LocalCurrency", "CityAccess"),
            console="sales",
            opens={
                Role.SALE_OFFICER: ("confirm",),
                Role.SALE_SUPERVISOR: ("allowToken", "setFee"),
                Role.ARBITER: ("decide",),
            },
            holds_currency=True,
            holds=(Role.TITLE_OFFICER,),
        ),
        SuiteContract(
            "DealerBond",
            client="dongne.vehicle.bond:DealerBond",
            arguments=("VehicleRegistry", "VehicleSale", "CityAccess"),
            console="bonds",
            opens={Role.ARBITER: ("decide",)},
            holds_currency=True,
        ),
        SuiteContract(
            "ElectoralRoll",
            client="dongne.ballot.electoral_roll:ElectoralRoll",
            arguments=("roll_objection_period", "CityAccess"),
            console="rolls",
            opens={Role.ROLL_OFFICER: ("open", "amend", "strike", "append", "freeze", "withdraw")},
        ),
        SuiteContract(
            "OutcomeRule",
            client="dongne.ballot.outcome_rule:OutcomeRule",
            arguments=(),
            console="outcomes",
        ),
        SuiteContract(
            "AssistedVoting",
            client="dongne.ballot.assisted_voting:AssistedVoting",
            arguments=("assisted_percent", "CityAccess"),
            console="assistance",
            opens={Role.POLLING_SUPERVISOR: ("accredit",), Role.GUARDIAN: ("revoke",)},
        ),
        SuiteContract(
            "PollTerms",
            client="dongne.ballot.poll_terms:PollTerms",
            arguments=("ElectoralRoll", "OutcomeRule"),
            console="poll_terms",
        ),
        SuiteContract(
            "BallotBox",
            client="dongne.ballot.ballot_box:BallotBox",
            arguments=(
                "ElectoralRoll",
                "OutcomeRule",
                "PollTerms",
                "AssistedVoting",
                "poll_minimum_notice",
                "poll_minimum_duration",
                "CityAccess",
            ),
            console="ballots",
            opens={Role.ELECTION_OFFICER: ("open", "cancel")},
        ),
        SuiteContract(
            "RecordCodec",
            client="dongne.vehicle.codec:RecordCodec",
            arguments=(),
            console="records",
        ),
        SuiteContract(
            "Incentives",
            client="dongne.currency.incentives.client:Incentives",
            arguments=("LocalCurrency", "Recovery", "CityAccess"),
            console="incentives",
            opens={
                Role.CURRENCY_SUPERVISOR: ("open",),
                Role.GUARDIAN: ("close", "rejectList"),
                Role.INCENTIVE_OFFICER: ("publish",),
            },
            holds_currency=True,
        ),
        SuiteContract(
            "SecretVoteVerifier",
            client="dongne.ballot.secret.verifier:SecretVoteVerifier",
            arguments=(),
            console="verifier",
        ),
        SuiteContract(
            "SecretBallotBox",
            client="dongne.ballot.secret.client:SecretBallotBox",
            arguments=(
                "ElectoralRoll",
                "OutcomeRule",
                "PollTerms",
                "poll_minimum_notice",
                "poll_minimum_duration",
                "roll_objection_period",
                "CityAccess",
            ),
            console="secret_ballots",
            opens={Role.ELECTION_OFFICER: ("open", "cancel", "publishGroup")},
        ),
        SuiteContract(
            "Unclaimed",
            client="dongne.currency.unclaimed:Unclaimed",
            arguments=("LocalCurrency",),
            console="unclaimed",
            holds_currency=True,
        ),
        SuiteContract(
            "PetitionBox",
            client="dongne.ballot.petitions.client:PetitionBox",
            arguments=("ElectoralRoll", "CityAccess"),
            console="petitions",
            opens={Role.ELECTION_OFFICER: ("publishRules", "closeRules", "admit", "refuse", "answer")},
        ),
        SuiteContract(
            "VolunteerRewards",
            client="dongne.currency.volunteering.client:VolunteerRewards",
            arguments=("LocalCurrency", "Recovery", "CityAccess"),
            console="rewards",
            opens={
                Role.CURRENCY_SUPERVISOR: ("open",),
                Role.GUARDIAN: ("closeActivity", "dismissCityAttester"),
                Role.REWARDS_OFFICER: ("openActivity", "appointCityAttester"),
            },
            holds_currency=True,
        ),
        SuiteContract(
            "ScoreBallotBox",
            client="dongne.ballot.scores.client:ScoreBallotBox",
            arguments=(
                "ElectoralRoll",
                "OutcomeRule",
                "PollTerms",
                "poll_minimum_notice",
                "poll_minimum_duration",
                "CityAccess",
            ),
            console="score_ballots",
            opens={Role.ELECTION_OFFICER: ("open", "cancel")},
        ),
    )
}
"""Contracts by name, in the order of their deployment: an argument that is a contract stands above."""
