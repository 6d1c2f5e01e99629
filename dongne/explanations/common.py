"""Errors of the libraries that every contract of the suite uses."""

from dongne.explanations.sentence import Sentence

EXPLANATIONS = {
    "AccessManagedUnauthorized": Sentence(
        en="{caller} does not hold the role for this. Ask the administrator to grant it: "
        "docs/contracts.md lists the roles.",
        ko="{caller} 계정에는 이 작업의 권한이 없습니다. "
        "관리자에게 역할 부여를 요청하세요(docs/contracts.md의 역할 표).",
    ),
    "AccessManagedRequiredDelay": Sentence(
        en="{caller} must announce this {delay} seconds ahead. Schedule it with the access manager, then carry it out.",
        ko="{caller} 계정은 이 작업을 {delay}초 전에 예고해야 합니다. 접근 관리자에 예약한 뒤 실행하세요.",
    ),
    "AccessManagedInvalidAuthority": Sentence(
        en="{authority} is no access manager. Give the address of the city's CityAccess contract.",
        ko="{authority} 주소는 접근 관리자가 아닙니다. 시의 CityAccess 계약 주소를 지정하세요.",
    ),
    "AccessManagerAlreadyScheduled": Sentence(
        en="Operation {operationId} is scheduled already. Carry it out or cancel it before scheduling it again.",
        ko="작업 {operationId}은(는) 이미 예약되어 있습니다. 실행하거나 취소한 뒤 다시 예약하세요.",
    ),
    "AccessManagerNotScheduled": Sentence(
        en="Operation {operationId} is not scheduled. Schedule it first, or check its caller, target and data.",
        ko="작업 {operationId}은(는) 예약되지 않았습니다. 먼저 예약하거나 호출자·대상·내용을 확인하세요.",
    ),
    "AccessManagerNotReady": Sentence(
        en="Operation {operationId} is announced but its delay is not over. Try again later.",
        ko="작업 {operationId}의 예고 기간이 아직 끝나지 않았습니다. 나중에 다시 시도하세요.",
    ),
    "AccessManagerExpired": Sentence(
        en="Operation {operationId} was announced too long ago. Schedule it anew.",
        ko="작업 {operationId}의 예약이 만료되었습니다. 다시 예약하세요.",
    ),
    "AccessManagerBadConfirmation": Sentence(
        en="A role is renounced only with one's own address as confirmation. Give the caller's address.",
        ko="역할 반납은 본인 주소로만 확인됩니다. 호출자의 주소를 지정하세요.",
    ),
    "AccessManagerInvalidInitialAdmin": Sentence(
        en="{initialAdmin} cannot be the first administrator. Deploy with a real address.",
        ko="{initialAdmin} 주소는 최초 관리자가 될 수 없습니다. 실제 주소로 배포하세요.",
    ),
    "AccessManagerLockedFunction": Sentence(
        en="Function {selector} belongs to the access manager itself and cannot be opened to a role. Choose another.",
        ko="함수 {selector}은(는) 접근 관리자 전용이라 역할에 열 수 없습니다. 다른 함수를 지정하세요.",
    ),
    "AccessManagerLockedRole": Sentence(
        en="Role {roleId} is built in and cannot be changed. Choose one of the roles in docs/contracts.md.",
        ko="역할 {roleId}은(는) 기본 역할이라 바꿀 수 없습니다. docs/contracts.md의 역할 중에서 고르세요.",
    ),
    "AccessManagerUnauthorizedAccount": Sentence(
        en="{msgsender} does not hold role {roleId}, which manages this. Ask the administrator.",
        ko="{msgsender} 계정에는 이를 관리하는 역할 {roleId}이(가) 없습니다. 관리자에게 요청하세요.",
    ),
    "AccessManagerUnauthorizedCall": Sentence(
        en="{caller} may not call function {selector} of {target}. Ask the administrator for the role that opens it.",
        ko="{caller} 계정은 {target}의 함수 {selector}을(를) 호출할 수 없습니다. 해당 역할을 관리자에게 요청하세요.",
    ),
    "AccessManagerUnauthorizedCancel": Sentence(
        en="{msgsender} may not cancel what {caller} scheduled for function {selector} of {target}. "
        "Ask {caller}, an administrator or the role's guardian.",
        ko="{msgsender} 계정은 {caller}이(가) 예약한 {target}의 함수 {selector} 호출을 취소할 수 없습니다. "
        "예약자, 관리자 또는 감시 역할에게 요청하세요.",
    ),
    "AccessManagerUnauthorizedConsume": Sentence(
        en="{target} did not confirm that it is using up a scheduled operation. "
        "Call the contract, not the access manager.",
        ko="{target} 계약이 예약 작업의 사용을 확인하지 않았습니다. 접근 관리자가 아니라 해당 계약을 호출하세요.",
    ),
    "AddressEmptyCode": Sentence(
        en="There is no contract at {target}. Check the address and the chain.",
        ko="{target} 주소에 계약이 없습니다. 주소와 체인을 확인하세요.",
    ),
    "FailedCall": Sentence(
        en="The inner call failed without saying why. Simulate it alone to see what it needs.",
        ko="내부 호출이 이유 없이 실패했습니다. 그 호출만 따로 시험해 원인을 확인하세요.",
    ),
    "InsufficientBalance": Sentence(
        en="The contract holds {balance} wei, less than the {needed} wei to be sent. Send no ether with this call.",
        ko="계약의 잔액 {balance} wei가 보낼 {needed} wei보다 적습니다. 이 호출에는 이더를 보내지 마세요.",
    ),
    "SafeCastOverflowedUintDowncast": Sentence(
        en="{value} does not fit into {bits} bits. Give a smaller number.",
        ko="{value}은(는) {bits}비트에 들어가지 않습니다. 더 작은 수를 지정하세요.",
    ),
    "StringTooLong": Sentence(
        en="“{str}” is longer than 31 bytes, too long for a name that people sign for. Choose a shorter one.",
        ko="“{str}”은(는) 31바이트를 넘어 서명용 이름으로 쓸 수 없습니다. 더 짧은 이름을 고르세요.",
    ),
    "InvalidShortString": Sentence(
        en="A stored name is damaged. Check that the address is that of a contract of this suite.",
        ko="저장된 이름이 올바르지 않습니다. 이 시스템의 계약 주소가 맞는지 확인하세요.",
    ),
    "ERC721NonexistentToken": Sentence(
        en="There is no title {tokenId}. Check the vehicle, or register it first.",
        ko="소유권 {tokenId}이(가) 없습니다. 차량을 확인하거나 먼저 등록하세요.",
    ),
    "ERC721IncorrectOwner": Sentence(
        en="Title {tokenId} belongs to {owner}, not to {sender}. Read the owner again and retry.",
        ko="소유권 {tokenId}은(는) {sender}이(가) 아니라 {owner}의 것입니다. 소유자를 다시 확인하세요.",
    ),
    "ERC721InsufficientApproval": Sentence(
        en="{operator} may not move title {tokenId}. Apply to the registrar.",
        ko="{operator} 계정은 소유권 {tokenId}을(를) 옮길 수 없습니다. 등록 담당자에게 신청하세요.",
    ),
    "ERC721InvalidOwner": Sentence(
        en="{owner} cannot own a title. Give the address of a person or company.",
        ko="{owner} 주소는 소유자가 될 수 없습니다. 실제 계정의 주소를 지정하세요.",
    ),
    "ERC721InvalidReceiver": Sentence(
        en="{receiver} cannot receive a title. Give the address of a person or company.",
        ko="{receiver} 주소는 소유권을 받을 수 없습니다. 실제 계정의 주소를 지정하세요.",
    ),
    "ERC721InvalidSender": Sentence(
        en="{sender} has no title to hand over. Check the vehicle and its owner.",
        ko="{sender} 계정에는 넘길 소유권이 없습니다. 차량과 소유자를 확인하세요.",
    ),
    "ERC721InvalidApprover": Sentence(
        en="{approver} cannot approve for this title. Only the registrar moves titles: apply there.",
        ko="{approver} 계정은 이 소유권을 위임할 수 없습니다. 등록 담당자에게 신청하세요.",
    ),
    "ERC721InvalidOperator": Sentence(
        en="{operator} cannot be approved to move titles. Only the registrar moves them: apply there.",
        ko="{operator}에게 소유권 이전을 위임할 수 없습니다. 등록 담당자에게 신청하세요.",
    ),
}
