"""Errors of the currency contracts."""

from dongne.explanations.sentence import Sentence

EXPLANATIONS: dict[str, Sentence] = {
    "TransferNotAllowed": Sentence(
        en="{payer} may not pay {payee}: one of them is unregistered or frozen, "
        "or the city's transfer table has no such "
        "payment. Check both with `dongne currency account`.",
        ko="{payer} 계정은 {payee} 계정에 지급할 수 없습니다. 미등록·동결 계정이거나 이체 허용표에 없는 지급입니다. "
        "`dongne currency account`로 두 계정을 확인하세요.",
    ),
    "TransfersPaused": Sentence(
        en="Payments are paused until {until} (Unix seconds). Try again then; merchants can cash out meanwhile.",
        ko="{until}(유닉스 초)까지 지급이 일시 중지되었습니다. 그 뒤에 다시 시도하세요. 가맹점 환전은 계속됩니다.",
    ),
    "RefundExceedsReceipts": Sentence(
        en="{merchant} can refund at most {receipts}, what residents paid it "
        "this month and it has not refunded; {amount} "
        "is more. Refund less, or give money back from the bank account.",
        ko="{merchant} 가맹점은 이번 달 받은 금액 중 남은 {receipts}까지만 환불할 수 있습니다(요청 {amount}). "
        "금액을 줄이거나 은행 계좌로 환불하세요.",
    ),
    "PaymentExpired": Sentence(
        en="The order was good until {deadline} (Unix seconds). Ask the payer to sign a new one.",
        ko="주문의 유효 기한 {deadline}(유닉스 초)이 지났습니다. 지급인에게 새 서명을 요청하세요.",
    ),
    "PaymentSignatureInvalid": Sentence(
        en="The order is not signed by {payer} for its present nonce {nonce}: "
        "another key, other values, or paid already. "
        "Check whether it was paid; if not, ask for a new signature with nonce {nonce}.",
        ko="{payer} 계정의 현재 순번 {nonce}에 맞는 서명이 아닙니다(다른 키, 다른 값, 또는 이미 지급됨). "
        "지급 여부를 확인하고, 아니면 순번 {nonce}(으)로 다시 서명받으세요.",
    ),
    "PermitExpired": Sentence(
        en="The permit was good until {deadline} (Unix seconds). Ask the owner to sign a new one.",
        ko="위임의 유효 기한 {deadline}(유닉스 초)이 지났습니다. 소유자에게 새 서명을 요청하세요.",
    ),
    "PermitSignatureInvalid": Sentence(
        en="The permit is not signed by {owner} for its present nonce {nonce}. "
        "Ask for a new signature with that nonce.",
        ko="{owner} 계정의 현재 순번 {nonce}에 맞는 위임 서명이 아닙니다. 그 순번으로 다시 서명받으세요.",
    ),
    "BadItemsLength": Sentence(
        en="A batch of {length} bytes is empty or ends within an item. Pack it with dongne, or see docs/formats.md.",
        ko="{length}바이트 묶음이 비었거나 항목 중간에서 끝납니다. dongne로 묶거나 docs/formats.md를 보세요.",
    ),
    "IssueNotAllowed": Sentence(
        en="No new money can go to {account} (kind {kind}): "
        "only residents, institutions and system contracts receive it. "
        "Register or unfreeze the account, or leave it out of the batch.",
        ko="{account} 계정(종류 {kind})에는 발행할 수 없습니다. 주민·기관·시스템 계약만 받습니다. "
        "계정을 등록하거나 동결을 풀거나 묶음에서 빼세요.",
    ),
    "IssuanceAllowanceExceeded": Sentence(
        en="{issuer} may issue {allowance} more, but {amount} was asked for. "
        "Ask the currency officer to raise the allowance, or issue less.",
        ko="{issuer} 계정의 남은 발행 한도는 {allowance}인데 {amount}을(를) 요청했습니다. "
        "지역화폐 담당에게 한도 증액을 요청하거나 금액을 줄이세요.",
    ),
    "SupplyCapExceeded": Sentence(
        en="{amount} on top of {supply} exceeds the 2^64 - 1 base units there can be. "
        "Check the amount's decimal places.",
        ko="현재 총량 {supply}에 {amount}을(를) 더하면 최대 총량(2^64 - 1)을 넘습니다. 금액의 자릿수를 확인하세요.",
    ),
    "RedeemNotAllowed": Sentence(
        en="{account} (kind {kind}) cannot cash out: only merchants do. Register it as a merchant, or unfreeze it.",
        ko="{account} 계정(종류 {kind})은 환전할 수 없습니다. "
        "가맹점만 가능하니 가맹점 등록 또는 동결 해제를 요청하세요.",
    ),
    "AlreadyRegistered": Sentence(
        en="{account} is registered already (kind {kind}). Leave it out, or reclassify it.",
        ko="{account} 계정은 이미 등록되어 있습니다(종류 {kind}). 목록에서 빼거나 재분류하세요.",
    ),
    "NotRegistered": Sentence(
        en="{account} is not registered. Register it first.",
        ko="{account} 계정은 등록되어 있지 않습니다. 먼저 등록하세요.",
    ),
    "AccountNotEmpty": Sentence(
        en="{account} still holds {balance} and keeps its kind until it is empty. "
        "Have the money spent or cashed out first.",
        ko="{account} 계정에 {balance}이(가) 남아 있어 종류를 바꿀 수 없습니다. 먼저 사용하거나 환전해 비우세요.",
    ),
    "KindNotAssignable": Sentence(
        en="Kind {kind} cannot be given this way. Choose 1 (resident) to 4 (system contract); `freeze` freezes, "
        "and reclassifying to 0 strikes off.",
        ko="종류 {kind}은(는) 지정할 수 없습니다. 1(주민)~4(시스템 계약) 중에서 고르세요. "
        "동결은 freeze, 등록 말소는 0으로 재분류합니다.",
    ),
    "CannotFreeze": Sentence(
        en="{account} (kind {kind}) cannot be frozen: it is frozen already, or was never registered. "
        "Check the address.",
        ko="{account} 계정(종류 {kind})은 동결할 수 없습니다. 이미 동결되었거나 미등록입니다. 주소를 확인하세요.",
    ),
    "CannotReclassifyFrozen": Sentence(
        en="{account} is frozen and keeps what it was. Unfreeze it before reclassifying it.",
        ko="{account} 계정은 동결 중이라 분류를 바꿀 수 없습니다. 먼저 동결을 해제하세요.",
    ),
    "NotFrozen": Sentence(
        en="{account} (kind {kind}) is not frozen. There is nothing to undo; check the address.",
        ko="{account} 계정(종류 {kind})은 동결 상태가 아닙니다. 주소를 확인하세요.",
    ),
    "BadTransferTable": Sentence(
        en="Table {table} would let unregistered or frozen accounts pay or be paid. "
        "Build it with `dongne.currency.transfer_table` from allowed pairs.",
        ko="허용표 {table}은(는) 미등록·동결 계정의 거래를 허용합니다. `dongne.currency.transfer_table`로 만드세요.",
    ),
    "BadPause": Sentence(
        en="A pause of {duration} seconds is not possible. Give 1 second to 72 hours (259,200 seconds).",
        ko="{duration}초 동안 중지할 수 없습니다. 1초에서 72시간(259,200초) 사이로 지정하세요.",
    ),
    "ERC20InsufficientBalance": Sentence(
        en="{sender} holds {balance}, less than the {needed} needed. Top up, or pay less.",
        ko="{sender} 계정의 잔액 {balance}이(가) 필요한 {needed}보다 적습니다. 충전하거나 금액을 줄이세요.",
    ),
    "ERC20InsufficientAllowance": Sentence(
        en="{spender} may take {allowance} more, less than the {needed} needed. Ask the owner to approve more.",
        ko="{spender} 계정의 남은 위임 한도 {allowance}이(가) 필요한 {needed}보다 적습니다. "
        "소유자에게 한도를 요청하세요.",
    ),
    "ERC20InvalidReceiver": Sentence(
        en="{receiver} cannot receive money or be registered. Give the address of a person, shop or contract.",
        ko="{receiver} 주소는 돈을 받거나 등록될 수 없습니다. 실제 계정의 주소를 지정하세요.",
    ),
    "ERC20InvalidSender": Sentence(
        en="{sender} cannot send money. Give the address of a registered account.",
        ko="{sender} 주소는 돈을 보낼 수 없습니다. 등록된 계정의 주소를 지정하세요.",
    ),
    "ERC20InvalidApprover": Sentence(
        en="{approver} cannot approve anybody. Give the address of the money's owner.",
        ko="{approver} 주소는 위임할 수 없습니다. 돈의 소유자 주소를 지정하세요.",
    ),
    "ERC20InvalidSpender": Sentence(
        en="{spender} cannot be approved to spend. Give the address of a person or contract.",
        ko="{spender} 주소에는 위임할 수 없습니다. 실제 계정의 주소를 지정하세요.",
    ),
}
