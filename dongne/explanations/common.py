"""Errors of the libraries that every contract of the suite uses."""

from dongne.explanations.readings import Reading, word
from dongne.language import Template, _
from dongne.suite import Role

READINGS: dict[str, Reading] = {"roleId": word(Role)}

EXPLANATIONS: dict[str, Template] = {
    "AccessManagedUnauthorized": _(
        "{caller} does not hold the role for this. Ask the administrator to grant it: docs/contracts.md lists the "
        "roles."
    ),
    "AccessManagedRequiredDelay": _(
        "{caller} must announce this {delay} seconds ahead. Schedule it with the access manager, then carry it out."
    ),
    "AccessManagedInvalidAuthority": _(
        "{authority} is no access manager. Give the address of the city's CityAccess contract."
    ),
    "AccessManagerAlreadyScheduled": _(
        "Operation {operationId} is scheduled already. Carry it out or cancel it before scheduling it again."
    ),
    "AccessManagerNotScheduled": _(
        "Operation {operationId} is not scheduled. Schedule it first, or check its caller, target and data."
    ),
    "AccessManagerNotReady": _("Operation {operationId} is announced but its delay is not over. Try again later."),
    "AccessManagerExpired": _("Operation {operationId} was announced too long ago. Schedule it anew."),
    "AccessManagerBadConfirmation": _(
        "A role is renounced only with one's own address as confirmation. Give the caller's address."
    ),
    "AccessManagerInvalidInitialAdmin": _(
        "{initialAdmin} cannot be the first administrator. Deploy with a real address."
    ),
    "AccessManagerLockedFunction": _(
        "Function {selector} belongs to the access manager itself and cannot be opened to a role. Choose another."
    ),
    "AccessManagerLockedRole": _(
        "Role {roleId} is built in and cannot be changed. Choose one of the roles in docs/contracts.md."
    ),
    "AccessManagerUnauthorizedAccount": _(
        "{msgsender} does not hold role {roleId}, which manages this. Ask the administrator."
    ),
    "AccessManagerUnauthorizedCall": _(
        "{caller} may not call function {selector} of {target}. Ask the administrator for the role that opens it."
    ),
    "AccessManagerUnauthorizedCancel": _(
        "{msgsender} may not cancel what {caller} scheduled for function {selector} of {target}. Ask {caller}, an "
        "administrator or the role's guardian."
    ),
    "AccessManagerUnauthorizedConsume": _(
        "{target} did not confirm that it is using up a scheduled operation. Call the contract, not the access manager."
    ),
    "AddressEmptyCode": _("There is no contract at {target}. Check the address and the chain."),
    "FailedCall": _("The inner call failed without saying why. Simulate it alone to see what it needs."),
    "InsufficientBalance": _(
        "The contract holds {balance} wei, less than the {needed} wei to be sent. Send no ether with this call."
    ),
    "SafeCastOverflowedUintDowncast": _("{value} does not fit into {bits} bits. Give a smaller number."),
    "StringTooLong": _(
        "“{str}” is longer than 31 bytes, too long for a name that people sign for. Choose a shorter one."
    ),
    "InvalidShortString": _("A stored name is damaged. Check that the address is that of a contract of this suite."),
    "ERC721NonexistentToken": _("There is no title {tokenId}. Check the vehicle, or register it first."),
    "ERC721IncorrectOwner": _("Title {tokenId} belongs to {owner}, not to {sender}. Read the owner again and retry."),
    "ERC721InsufficientApproval": _("{operator} may not move title {tokenId}. Apply to the title office."),
    "ERC721InvalidOwner": _("{owner} cannot own a title. Give the address of a person or company."),
    "ERC721InvalidReceiver": _("{receiver} cannot receive a title. Give the address of a person or company."),
    "ERC721InvalidSender": _("{sender} has no title to hand over. Check the vehicle and its owner."),
    "ERC721InvalidApprover": _(
        "{approver} cannot approve for this title. Only the title office moves titles: apply there."
    ),
    "ERC721InvalidOperator": _(
        "{operator} cannot be approved to move titles. Only the title office moves them: apply there."
    ),
}
