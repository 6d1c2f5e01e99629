"""Errors of the ballot contracts."""

from dongne.explanations.sentence import Sentence

EXPLANATIONS = {
    "UnknownRoll": Sentence(
        en="There is no electoral roll {roll}. Rolls are numbered from 1; `dongne ballot roll list` shows them.",
        ko="선거인 명부 {roll}번이 없습니다. 명부 번호는 1부터이며 `dongne ballot roll list`로 볼 수 있습니다.",
    ),
    "RollAlreadyFrozen": Sentence(
        en="Roll {roll} is frozen and never changes. Open a new roll for other voters.",
        ko="명부 {roll}번은 확정되어 바꿀 수 없습니다. 다른 선거인은 새 명부에 등록하세요.",
    ),
    "RollEmpty": Sentence(
        en="Roll {roll} has no voters. Append them before freezing it.",
        ko="명부 {roll}번에 선거인이 없습니다. 확정하기 전에 선거인을 등록하세요.",
    ),
    "BadVoterBytes": Sentence(
        en="{length} bytes are not 1 to 1,228 addresses of 20 bytes. Split the roll into full blobs of 24,560 bytes.",
        ko="{length}바이트는 20바이트 주소 1~1,228개가 아닙니다. 24,560바이트 단위로 나누어 등록하세요.",
    ),
    "LastBlobNotFull": Sentence(
        en="Roll {roll} ends after {voters} voters with a blob that is not full, so nothing can "
        "follow. Open a new roll.",
        ko="명부 {roll}번은 선거인 {voters}명에서 덜 찬 묶음으로 끝나 더 등록할 수 없습니다. 새 명부를 여세요.",
    ),
    "RollFull": Sentence(
        en="Roll {roll} has {voters} voters; {more} more exceed 16,777,215. Open a second roll and a poll for each.",
        ko="명부 {roll}번의 선거인 {voters}명에 {more}명을 더하면 16,777,215명을 넘습니다. 명부와 투표를 나누세요.",
    ),
    "BadDistrict": Sentence(
        en="District {code} (number {position} of the list, {voters} voters) is empty or out of "
        "order. Sort districts by code and drop empty ones.",
        ko="지역 {code}(목록 {position}번째, 선거인 {voters}명)이 비었거나 순서가 틀렸습니다. "
        "코드순으로 정렬하고 빈 지역은 빼세요.",
    ),
    "DistrictsDoNotCover": Sentence(
        en="The districts hold {inDistricts} voters, but roll {roll} has {voters}. Give every "
        "voter exactly one district.",
        ko="지역의 선거인 합은 {inDistricts}명인데 명부 {roll}번은 {voters}명입니다. 모든 선거인을 한 지역에 넣으세요.",
    ),
    "NoSuchVoter": Sentence(
        en="Roll {roll} has no voter {index}. Indices start at 0.",
        ko="명부 {roll}번에 {index}번 선거인이 없습니다. 번호는 0부터입니다.",
    ),
    "UnknownPoll": Sentence(
        en="There is no poll {poll}. Polls are numbered from 1; `dongne ballot list` shows them.",
        ko="투표 {poll}번이 없습니다. 번호는 1부터이며 `dongne ballot list`로 볼 수 있습니다.",
    ),
    "PollNotOpen": Sentence(
        en="Poll {poll} takes votes from {start} until before {end} (Unix seconds); the block's "
        "time is {time}. Vote within that period.",
        ko="투표 {poll}번은 {start}부터 {end} 전까지(유닉스 초) 받습니다. 블록 시각은 "
        "{time}입니다. 투표 기간에 참여하세요.",
    ),
    "PollNotEnded": Sentence(
        en="Poll {poll} ends at {end} (Unix seconds) and it is {time}. Until then there is a "
        "turnout and a tally, but no result.",
        ko="투표 {poll}번은 {end}(유닉스 초)에 끝나며 지금은 {time}입니다. 그때까지는 투표율과 집계만 볼 수 있습니다.",
    ),
    "RollNotFrozen": Sentence(
        en="Roll {roll} still grows. Freeze it before opening a poll on it.",
        ko="명부 {roll}번이 아직 확정되지 않았습니다. 확정한 뒤에 투표를 여세요.",
    ),
    "BadOptions": Sentence(
        en="A poll has 2 to 128 options, not {options}. Split longer lists into several polls.",
        ko="선택지는 2~128개여야 하는데 {options}개입니다. 더 많으면 투표를 나누세요.",
    ),
    "BadPicks": Sentence(
        en="{picks} picks do not fit the rule and {options} options: exactly one takes 1, the "
        "other rules 1 to the number of options.",
        ko="고를 수 {picks}이(가) 규칙과 선택지 {options}개에 맞지 않습니다. 하나만 고르기는 1, "
        "그 밖에는 1~선택지 수입니다.",
    ),
    "BadPollPeriod": Sentence(
        en="A poll from {start} to {end} starts before now ({time}) or ends before it starts "
        "(Unix seconds). Choose a later period.",
        ko="기간 {start}~{end}(유닉스 초)이 지금({time})보다 먼저 시작하거나 시작 전에 끝납니다. 기간을 다시 정하세요.",
    ),
    "BadShare": Sentence(
        en="{bps} is no share in 1/10,000; give 0 to 10,000 (5,000 is half).",
        ko="{bps}은(는) 만분율이 아닙니다. 0~10,000으로 정하세요(5,000이 절반).",
    ),
    "BadRangeCount": Sentence(
        en="A poll has 1 to 16 ranges of voters, not {count}. Join neighbouring districts, or open several polls.",
        ko="선거인 구간은 1~16개여야 하는데 {count}개입니다. 이웃한 지역을 합치거나 투표를 나누세요.",
    ),
    "BadRange": Sentence(
        en="Range {position} ({count} voters from index {first}) is empty, overlaps the one "
        "before, or leaves the roll. Correct it.",
        ko="{position}번째 구간(번호 {first}부터 {count}명)이 비었거나 앞 구간과 겹치거나 명부를 "
        "벗어납니다. 고쳐 주세요.",
    ),
    "MalformedBatch": Sentence(
        en="The batch has an empty or cut-off group at byte {at}. Pack it anew (docs/formats.md); nothing was counted.",
        ko="묶음의 {at}번째 바이트에 빈 그룹이나 잘린 그룹이 있습니다. 다시 "
        "포장하세요(docs/formats.md). 집계된 표는 없습니다.",
    ),
    "BadChoices": Sentence(
        en="Choices {choices} (as a bit mask) break the rule of poll {poll}. Pick as many "
        "options as it asks for, each once.",
        ko="선택 {choices}(비트 마스크)이(가) 투표 {poll}번의 규칙에 어긋납니다. 정해진 수만큼 고르세요.",
    ),
    "NotEligible": Sentence(
        en="Voter {index} is not among those whom poll {poll} asks. Check the voter's district.",
        ko="{index}번 선거인은 투표 {poll}번의 대상이 아닙니다. 선거인의 지역을 확인하세요.",
    ),
    "AlreadyVoted": Sentence(
        en="Voter {index} has voted in poll {poll}; a vote cannot be changed. `dongne ballot check` shows it.",
        ko="{index}번 선거인은 투표 {poll}번에 이미 참여했으며 바꿀 수 없습니다. `dongne ballot check`로 확인하세요.",
    ),
    "NotTheVoter": Sentence(
        en="In poll {poll}, index {index} belongs to {voter}, not to {caller}. Vote from the registered address.",
        ko="투표 {poll}번에서 {index}번은 {voter}의 번호이며 {caller}의 것이 아닙니다. 등록된 주소로 투표하세요.",
    ),
    "BadSignature": Sentence(
        en="The signature is not that of voter {index} ({voter}) for these choices in poll "
        "{poll}. Sign this poll's message on this chain.",
        ko="투표 {poll}번의 이 선택에 대한 {index}번 선거인({voter})의 서명이 아닙니다. 이 "
        "체인에서 이 투표에 서명하세요.",
    ),
}
