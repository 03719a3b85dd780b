"""Which document says so: documents, passages, the claims that rest on them, and terms."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy.orm import Mapped

from db.models.base import Fact, Label, column, reference, to_many, to_one

if TYPE_CHECKING:
    from db.models.organizations import Organization
    from db.models.statutes import Regime


class Standing(Label):
    """출처 등급 | How official a document is."""

    OFFICIAL = "공식 | Published by the body in charge"
    DERIVED = "파생 | Computed or copied from an official publication"
    UNOFFICIAL = "비공식 | Third party, not confirmed"


class DocumentKind(Label):
    """문서 종류 | What kind of document it is."""

    PRESS_RELEASE = "보도자료 | Press release"
    STATUTE = "법령 | Statute"
    NOTICE = "고시 | Notice"
    DATASET = "데이터 | Data set"
    ARTICLE = "기사 | News article"
    REFERENCE = "참고자료 | Reference material"


class Certainty(Label):
    """확실성 | How certain a reading is."""

    CLEAR = "명확 | One reading"
    PROBABLE = "유력 | One strong reading that a person should confirm"
    AMBIGUOUS = "모호 | Two readings or more"
    CONFLICTING = "상충 | Sources or places contradict each other"


class Derivation(Label):
    """도출 방식 | How the value came from the print."""

    VERBATIM = "원문 그대로 | Taken as printed"
    NORMALISED = "정규화 | Brought into a standard form"
    INFERRED = "추론 | Concluded from the context"
    DECIDED = "결정 | Decided by a steward, for the reason in the note"


class ClaimReason(Label):
    """불확실 사유 | Why a reading is uncertain or differs from the print."""

    UNUSUAL_SHORT_NAME = "이례적 약칭 | Short name that is not in usual use"
    OCR_ERROR = "문자 인식 오류 | Character recognition error"
    LOST_SEPARATOR = "구분 기호 누락 | Space or separator lost"
    NAME_CONFLICT = "이름 불일치 | One person, two spellings"
    MISPRINT = "오기 | Misprint"
    TABLE_SHIFT = "표 밀림 | Table cells shifted"
    LINE_WRAP = "줄바꿈 | Space from a line wrap"
    TABLE_BREAK = "표 깨짐 | Table structure lost"
    AMBIGUOUS_DASH = "줄표 모호 | Dash or middle dot"
    SPACING = "띄어쓰기 차이 | Spacing differs from the official form"
    HOMONYM = "동음이의 | One term, several meanings"
    SCOPE_UNSTATED = "범위 미상 | Scope or date not stated"
    ANNOUNCED_ONLY = "발표 단계 | Announced, not gazetted"
    TWO_TERMS = "용어 혼용 | Two words for one thing"
    SEVERAL_TITLES = "명칭 혼용 | Several titles, one or several things"
    BOUND_CONFLICT = "시점 한정 상충 | Start, deadline or period"
    UNBALANCED_QUOTE = "따옴표 불일치 | Unbalanced quotation mark"
    DESCRIPTION_CONFLICT = "서술 불일치 | Described in different ways"
    APPROXIMATE = "어림수 | Approximate figure"
    UNUSED_ALIAS = "미사용 약칭 | Alias defined and not used"
    LABEL_LOST = "구분명 누락 | Group label lost"
    HEADING_LOST = "제목 누락 | Heading lost"
    FIGURE_LOST = "그림 누락 | Figure without content"
    SENTENCE_BROKEN = "문장 끊김 | Sentence cut by a page break"
    LABEL_DIFFERS = "명칭 상이 | Label differs from the established one"
    TENSE = "시제 | Tense of the press release"
    ROUNDED = "반올림 | Rounded figure"
    NOT_IN_SOURCE = "원문에 없음 | Not printed in the source"


class Document(Fact):
    """문서 | A published source."""

    __tablename__ = "documents"
    id_prefix = "document"
    competent = "publisher_id"

    title: Mapped[str] = column("제목 | Title", searched=True)
    kind: Mapped[DocumentKind] = column("문서 종류 | Kind")
    standing: Mapped[Standing] = column("출처 등급 | How official it is")
    publisher_id: Mapped[str | None] = reference("organizations")
    publisher: Mapped[Organization | None] = to_one("발행 기관 | Publisher", publisher_id)
    publisher_as_printed: Mapped[str | None] = column("발행자 원문 | Publisher as named in the source")
    published_on: Mapped[date | None] = column("발행일 | Day of publication")
    distributed_at: Mapped[datetime | None] = column("배포 시각 | When it was handed out")
    embargo_until: Mapped[datetime | None] = column("보도 시점 | Embargo")
    locator: Mapped[str | None] = column("소재 | Where it is found: number, identifier or repository")
    note: Mapped[str | None] = column("비고 | How it was read")
    passages: Mapped[list[Passage]] = to_many("근거 위치 | Passages", "Passage.document_id")


class Passage(Fact):
    """근거 위치 | A place in a document, with a hash of the text that stands there."""

    __tablename__ = "passages"
    id_prefix = "passage"
    competent = "document.publisher_id"

    document_id: Mapped[str] = reference("documents")
    document: Mapped[Document] = to_one("문서 | Document", document_id)
    locator: Mapped[str] = column("위치 | Locator for people, such as 25행 or 제8조")
    first_line: Mapped[int | None] = column("첫 행 | First line, counted from 1")
    last_line: Mapped[int | None] = column("끝 행 | Last line")
    sha256: Mapped[str | None] = column("해시 | SHA-256 of the lines, joined by a line feed, in UTF-8", personal=True)
    claims: Mapped[list[Claim]] = to_many("주장 | Claims that rest on it", "Claim.passage_id")


class Claim(Fact):
    """주장 | A document says this of a subject; the entity holds the preferred value, the others stay here."""

    __tablename__ = "claims"
    id_prefix = "claim"

    subject_id: Mapped[str] = column("대상 식별자 | Identifier of the fact it speaks of", index=True)
    attribute: Mapped[str | None] = column("속성 | Attribute it speaks of; null for the fact as a whole")
    passage_id: Mapped[str] = reference("passages")
    passage: Mapped[Passage] = to_one("근거 위치 | Passage", passage_id)
    as_printed: Mapped[str | None] = column("원문 표기 | As printed", personal=True)
    value: Mapped[str | None] = column("값 | As read", personal=True)
    certainty: Mapped[Certainty] = column("확실성 | How certain the reading is")
    derivation: Mapped[Derivation] = column("도출 방식 | How the value came from the print")
    reason: Mapped[ClaimReason | None] = column("불확실 사유 | Why it is uncertain or differs from the print")
    alternatives: Mapped[list[str]] = column("다른 독해 | Other readings, likeliest first", personal=True)
    note: Mapped[str | None] = column("비고 | Explanation", personal=True)


class Term(Fact):
    """용어 | A term with its meaning; one form may have several."""

    __tablename__ = "terms"
    id_prefix = "term"

    form: Mapped[str] = column("용어 | Form", index=True, searched=True)
    meaning: Mapped[str] = column("뜻 | Meaning")
    form_en: Mapped[str | None] = column("영문 | English form, where one is established", searched=True)
    synonyms: Mapped[list[str]] = column("유의어 | Other forms", searched=True)
    regime_id: Mapped[str | None] = reference("regimes")
    regime: Mapped[Regime | None] = to_one("지정제도 | Regime that gives the meaning", regime_id)
