"""Errors of the vehicle contracts."""

from dongne.explanations.sentence import Sentence

EXPLANATIONS: dict[str, Sentence] = {
    "VehicleNotRegistered": Sentence(
        en="Vehicle {vehicle} (item {index}) is not registered. Register it first, or check the VIN and "
        "the city's key.",
        ko="등록되지 않은 차량입니다: {vehicle}({index}번 항목). 먼저 등록하거나 차대번호와 시의 키를 확인하세요.",
    ),
    "VehicleAlreadyRegistered": Sentence(
        en="Vehicle {vehicle} (item {index}) is registered already. Leave it out of the registration.",
        ko="이미 등록된 차량입니다: {vehicle}({index}번 항목). 등록 목록에서 빼세요.",
    ),
    "NotAccreditedNow": Sentence(
        en="{recorder} is not accredited now (from {from} until {until}, Unix seconds; 0 means never). "
        "Ask the accreditor for a valid accreditation.",
        ko="{recorder} 계정은 현재 인증 기간이 아닙니다(시작 {from}, 끝 {until}, 유닉스 초; 0은 인증된 "
        "적 없음). 인증 담당자에게 인증을 요청하세요.",
    ),
    "RecorderRevoked": Sentence(
        en="{recorder} was revoked from {revokedFrom} (Unix seconds). It cannot record again: have a new "
        "key accredited.",
        ko="{recorder} 계정의 인증은 {revokedFrom}(유닉스 초)부터 취소되었습니다. 다시 기록할 수 없으니 "
        "새 키로 인증을 받으세요.",
    ),
    "KindNotAccredited": Sentence(
        en="{recorder} may not record kind {kind} (item {index}). Ask the accreditor to widen the scope, "
        "or correct the kind.",
        ko="{recorder} 계정은 종류 {kind}을(를) 기록할 권한이 없습니다({index}번 항목). 인증 범위를 "
        "넓히거나 종류를 고치세요.",
    ),
    "UnknownKind": Sentence(
        en="There is no kind {kind} of records. docs/formats.md lists them.",
        ko="기록 종류 {kind}은(는) 없습니다. docs/formats.md의 목록을 보세요.",
    ),
    "WrongKind": Sentence(
        en="Item {index} has kind {kind}, but only kind {expected} is possible here. Correct the entry's kind.",
        ko="{index}번 항목의 종류가 {kind}인데 여기서는 {expected}만 가능합니다. 종류를 고치세요.",
    ),
    "OccurredInFuture": Sentence(
        en="Item {index} is dated {occurredAt}, after the block's time {timestamp}. Check its date and time zone.",
        ko="{index}번 항목의 날짜 {occurredAt}이(가) 블록 시각 {timestamp}보다 늦습니다. 날짜와 시간대를 확인하세요.",
    ),
    "UnknownGauge": Sentence(
        en="Item {index} has gauge state {gauge}; there are 0 to 4. docs/formats.md lists them.",
        ko="{index}번 항목의 계기 상태 {gauge}은(는) 없습니다(0~4). docs/formats.md의 목록을 보세요.",
    ),
    "UnreadGaugeWithKm": Sentence(
        en="Item {index} says {km} km but that the gauge was not read. Set the gauge's state, or 0 km.",
        ko="{index}번 항목은 계기를 읽지 않았다면서 {km}km라고 합니다. 계기 상태를 고치거나 0km로 하세요.",
    ),
    "TooManyRecords": Sentence(
        en="The history of vehicle {vehicle} is full (item {index}). Report this to the registrar: it "
        "does not happen in use.",
        ko="차량 {vehicle}의 이력이 가득 찼습니다({index}번 항목). 정상 사용에서는 생기지 않으니 등록 "
        "담당자에게 알리세요.",
    ),
    "BadBatchLength": Sentence(
        en="A batch of {length} bytes is not one or more items of {itemLength} bytes. Pack it with "
        "dongne, or see docs/formats.md.",
        ko="{length}바이트는 {itemLength}바이트 항목의 묶음이 아닙니다. dongne로 묶거나 docs/formats.md를 보세요.",
    ),
    "NotTheRecorder": Sentence(
        en="{caller} did not write that record: {recorder} did. Ask {recorder} or the registrar to correct it.",
        ko="그 기록은 {caller}이(가) 아니라 {recorder}이(가) 썼습니다. {recorder} 또는 등록 담당자에게 "
        "정정을 요청하세요.",
    ),
    "WitnessMismatch": Sentence(
        en="The records given for vehicle {vehicle} lead to head {computed}, but the registry has "
        "{head}. Read the history again and retry: a record is missing, altered, or was added "
        "meanwhile.",
        ko="차량 {vehicle}의 제출된 기록은 {computed}에 이르지만 등록부에는 {head}입니다. 빠지거나 "
        "바뀌었거나 새로 추가된 기록이 있으니 이력을 다시 읽고 시도하세요.",
    ),
    "AlreadySuperseded": Sentence(
        en="Record {number} was superseded by record {by}. Correct record {by} instead.",
        ko="기록 {number}은(는) 기록 {by}(으)로 이미 정정되었습니다. 기록 {by}을(를) 정정하세요.",
    ),
    "TitleKindFixed": Sentence(
        en="A record of kind {superseded} cannot become kind {kind}: a registration or change of owner "
        "keeps its kind. Correct its reading and document, or record another change of owner.",
        ko="종류 {superseded} 기록을 종류 {kind}(으)로 바꿀 수 없습니다. 등록·소유자 변경은 종류가 "
        "유지됩니다. 내용만 정정하거나 소유자 변경을 새로 기록하세요.",
    ),
    "BadPeriod": Sentence(
        en="An accreditation from {from} until {until} (Unix seconds) covers no time. Give an end after its start.",
        ko="시작 {from}, 끝 {until}(유닉스 초)인 인증에는 기간이 없습니다. 끝을 시작보다 늦게 지정하세요.",
    ),
    "BadKinds": Sentence(
        en="The kinds {kinds} (bit k for kind k) are none, or more than can be accredited "
        "({accreditable}). Choose among the kinds that recorders write; docs/formats.md lists them.",
        ko="종류 {kinds}(k번 비트가 종류 k)은(는) 비어 있거나 인증 가능한 범위({accreditable})를 "
        "벗어납니다. docs/formats.md의 목록에서 고르세요.",
    ),
    "AlreadyRevoked": Sentence(
        en="{recorder} is revoked from {revokedFrom} (Unix seconds) and stays so. Revoke from an earlier "
        "time, or accredit a new key.",
        ko="{recorder} 계정은 {revokedFrom}(유닉스 초)부터 취소되어 되돌릴 수 없습니다. 더 이른 시각으로 "
        "취소하거나 새 키를 인증하세요.",
    ),
    "RevokedFromZero": Sentence(
        en="Revoking {recorder} needs a time. Give the Unix seconds from which its records are not to be trusted.",
        ko="{recorder} 인증을 취소하려면 시각이 필요합니다. 기록을 신뢰하지 않을 시작 시각(유닉스 초)을 지정하세요.",
    ),
    "BadPlausiblePace": Sentence(
        en="{kmPerDay} km a day is no pace to judge by. Deploy with 1 to 16,777,215.",
        ko="하루 {kmPerDay}km는 판정 기준이 될 수 없습니다. 1~16,777,215로 배포하세요.",
    ),
    "TitleLocked": Sentence(
        en="Title {title} does not move by wallet. Apply to the registrar for a change of owner.",
        ko="소유권 {title}은(는) 지갑으로 옮길 수 없습니다. 등록 담당자에게 소유자 변경을 신청하세요.",
    ),
    "NoOperators": Sentence(
        en="{operator} cannot be approved to move titles: only the registrar moves them. Apply there for "
        "a change of owner.",
        ko="{operator}에게 소유권 이전을 위임할 수 없습니다. 등록 담당자만 옮길 수 있으니 소유자 변경을 신청하세요.",
    ),
    "ERC721InvalidReceiver": Sentence(
        en="A title cannot belong to {receiver}. Give the new owner's address.",
        ko="{receiver}은(는) 소유자가 될 수 없습니다. 새 소유자의 주소를 지정하세요.",
    ),
    "ERC721NonexistentToken": Sentence(
        en="There is no title {tokenId}. Check the VIN and the city's key: the vehicle is not registered here.",
        ko="소유권 {tokenId}이(가) 없습니다. 등록되지 않은 차량이니 차대번호와 시의 키를 확인하세요.",
    ),
    "ERC721InvalidOwner": Sentence(
        en="{owner} cannot own titles. Ask for the balance of a real address.",
        ko="{owner}은(는) 소유권을 가질 수 없는 주소입니다. 실제 주소로 조회하세요.",
    ),
}
