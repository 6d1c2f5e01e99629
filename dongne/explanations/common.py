"""Errors of the libraries that every contract of the suite uses."""

from dongne.explanations.sentence import Sentence

EXPLANATIONS = {
    "AccessManagedUnauthorized": Sentence(
        en="{caller} does not hold the role for this. Ask the administrator to grant it: docs/contracts.md lists the roles.",
        ko="{caller} 계정에는 이 작업의 권한이 없습니다. 관리자에게 역할 부여를 요청하세요(docs/contracts.md의 역할 표).",
    ),
}
