"""Create the tables of every noun, a history beside each, and the releases that write them."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import TIMESTAMP

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TEXT = sa.Text(collation="C")
MOMENT = TIMESTAMP(timezone=True, precision=0)


def label(name: str, codes: str) -> sa.Enum:
    """A closed list of codes."""
    return sa.Enum(*codes.split(), name=name, native_enum=False, create_constraint=True, length=40)


def reference(table: str) -> sa.ForeignKey:
    """A foreign key that is checked at commit."""
    return sa.ForeignKey(f"{table}.id", deferrable=True, initially="DEFERRED")


def detailed(comment: str, detail: str) -> str:
    """A description with a detail added in each of its two languages."""
    (korean, english), (detail_korean, detail_english) = comment.split(" | "), detail.split(" | ")
    return f"{korean}: {detail_korean} | {english}: {detail_english}"


def fuzzy_date(prefix: str, comment: str) -> Iterator[sa.Column]:
    """The five columns of a time as a source prints it."""
    precision = label(f"{prefix}_precision", "DAY MONTH HALF YEAR YEAR_END UNDATED")
    bound = label(f"{prefix}_bound", "ON IN BY FROM AROUND")
    yield sa.Column(f"{prefix}_as_printed", TEXT, comment=detailed(comment, "원문 표기 | As printed"))
    yield sa.Column(f"{prefix}_earliest", sa.Date, comment=detailed(comment, "가장 이른 날 | First day it can mean"))
    yield sa.Column(f"{prefix}_latest", sa.Date, comment=detailed(comment, "가장 늦은 날 | Last day it can mean"))
    yield sa.Column(f"{prefix}_precision", precision, comment=detailed(comment, "정밀도 | Precision"))
    yield sa.Column(f"{prefix}_bound", bound, comment=detailed(comment, "한정 | Bound"))


def in_force() -> Iterator[sa.Column]:
    """The time for which a fact holds."""
    yield sa.Column("valid_from", sa.Date, comment="효력 시작일 | First day in force")
    yield sa.Column("valid_to", sa.Date, comment="효력 종료일 | Last day in force")


def fact(name: str, comment: str, *own: sa.Column | sa.UniqueConstraint) -> None:
    """Create a table of facts, and its history: the same columns and the release that ended a row."""
    table = op.create_table(
        name,
        sa.Column("id", TEXT, primary_key=True, comment="식별자 | Global, stable identifier: kind, colon, key"),
        sa.Column(
            "grade",
            label("grade", "OPEN SENSITIVE CONFIDENTIAL"),
            nullable=False,
            comment="공개 등급 | Disclosure grade",
        ),
        sa.Column(
            "owner_id", TEXT, reference("organizations"), comment="소유 기관 | Organization that answers for the row"
        ),
        sa.Column(
            "released_in",
            sa.Integer,
            sa.ForeignKey("releases.number"),
            nullable=False,
            index=True,
            comment="판 번호 | Release that wrote the row",
        ),
        *own,
        comment=comment,
    )
    copies = [
        sa.Column(
            column.name, column.type, nullable=column.nullable, primary_key=column.primary_key, comment=column.comment
        )
        for column in table.columns
    ]
    superseded = sa.Column(
        "superseded_in",
        sa.Integer,
        sa.ForeignKey("releases.number"),
        primary_key=True,
        autoincrement=False,
        index=True,
        comment="대체한 판 | Release that replaced or removed the row",
    )
    op.create_table(f"{name}_history", *copies, superseded, comment=detailed(comment, "이력 | History"))


def upgrade() -> None:
    op.create_table(
        "releases",
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False, comment="판 번호 | Number, from 1"),
        sa.Column(
            "id",
            TEXT,
            sa.Computed("'release:' || number", persisted=True),
            nullable=False,
            unique=True,
            comment="식별자 | Global identifier",
        ),
        sa.Column("title", TEXT, nullable=False, comment="제목 | What it brought"),
        sa.Column(
            "published_at",
            MOMENT,
            server_default=sa.func.now(),
            nullable=False,
            comment="발행 시각 | When it was published",
        ),
        sa.Column("rows_written", sa.Integer, nullable=False, comment="쓴 행 수 | Rows inserted or replaced"),
        sa.Column("rows_removed", sa.Integer, nullable=False, comment="없앤 행 수 | Rows removed"),
        comment="판 | One transaction that changed facts, numbered in commit order",
    )
    fact(
        "organizations",
        "기관 | A ministry or another organization",
        sa.Column(
            "type",
            label("organizationtype", "MINISTRY INSTITUTION"),
            nullable=False,
            comment="기관 유형 | Ministry or another organization",
        ),
        sa.Column(
            "kind",
            label(
                "organizationkind",
                """
                MINISTRY OFFICE AGENCY COMMISSION ASSOCIATION COMPANY FINANCIAL UNIVERSITY RESEARCH_INSTITUTE
                """,
            ),
            nullable=False,
            comment="기관 종류 | Legal or organizational form",
        ),
        sa.Column("name", TEXT, nullable=False, index=True, comment="정식 명칭 | Official name"),
        sa.Column("name_en", TEXT, comment="영문명 | English name, where one is established"),
        sa.Column("short_name", TEXT, comment="약칭 | Short name"),
        sa.Column("code", TEXT, comment="기관코드 | Government organization code"),
        sa.Column("parent_id", TEXT, reference("organizations"), index=True, comment="상위 기관 | Organization above"),
        *in_force(),
    )
    fact(
        "bodies",
        "협의체 | A body of the alliance or of governance",
        sa.Column(
            "name",
            TEXT,
            nullable=False,
            index=True,
            comment="명칭 | Name; a descriptive one where the source gives no proper name",
        ),
        sa.Column("name_en", TEXT, comment="영문명 | English name, where one is established"),
        sa.Column(
            "kind",
            label("bodykind", "ALLIANCE COUNCIL SUPPORT_TEAM AGENCY COMMITTEE MEETING DIALOGUE SUMMIT"),
            nullable=False,
            comment="종류 | Kind",
        ),
        sa.Column("purpose", TEXT, comment="목적 | What it is for"),
        sa.Column("parent_id", TEXT, reference("bodies"), index=True, comment="상위 협의체 | Body above"),
        *fuzzy_date("established", "구성 시기 | When it is set up"),
        *in_force(),
    )
    fact(
        "common_areas",
        "공통기술분야 | An area that ties technologies of different statutes together",
        sa.Column("name", TEXT, nullable=False, index=True, comment="명칭 | Name"),
        sa.Column("sector", TEXT, nullable=False, comment="영역 | Sector"),
        sa.Column(
            "sector_ordinal", sa.Integer, nullable=False, comment="영역 순번 | Position of the sector in the source"
        ),
        sa.Column("subsector", TEXT, comment="세부 영역 | Sub-sector"),
        sa.Column("ordinal", sa.Integer, nullable=False, comment="순번 | Position in the source"),
    )
    fact(
        "documents",
        "문서 | A published source",
        sa.Column("title", TEXT, nullable=False, comment="제목 | Title"),
        sa.Column(
            "kind",
            label("documentkind", "PRESS_RELEASE STATUTE NOTICE DATASET ARTICLE REFERENCE"),
            nullable=False,
            comment="문서 종류 | Kind",
        ),
        sa.Column(
            "standing",
            label("standing", "OFFICIAL DERIVED UNOFFICIAL"),
            nullable=False,
            comment="출처 등급 | How official it is",
        ),
        sa.Column("publisher_id", TEXT, reference("organizations"), index=True, comment="발행 기관 | Publisher"),
        sa.Column("publisher_as_printed", TEXT, comment="발행자 원문 | Publisher as named in the source"),
        sa.Column("published_on", sa.Date, comment="발행일 | Day of publication"),
        sa.Column("distributed_at", MOMENT, comment="배포 시각 | When it was handed out"),
        sa.Column("embargo_until", MOMENT, comment="보도 시점 | Embargo"),
        sa.Column("locator", TEXT, comment="소재 | Where it is found: number, identifier or repository"),
        sa.Column("note", TEXT, comment="비고 | How it was read"),
    )
    fact(
        "events",
        "행사 | A public event",
        sa.Column("name", TEXT, nullable=False, comment="행사명 | Name"),
        sa.Column("subtitle", TEXT, comment="부제 | Subtitle"),
        sa.Column("starts_at", MOMENT, nullable=False, comment="시작 | Start"),
        sa.Column("ends_at", MOMENT, nullable=False, comment="종료 | End"),
        sa.Column("place", TEXT, nullable=False, comment="장소 | Place"),
        sa.Column("city", TEXT, comment="도시 | City"),
    )
    fact(
        "initiatives",
        "추진 과제·프로젝트 | A national task or a project under it",
        sa.Column("name", TEXT, nullable=False, comment="명칭 | Name"),
        sa.Column("name_en", TEXT, comment="영문명 | English name, where one is established"),
        sa.Column("number", sa.Integer, comment="국정과제 번호 | Number among the national tasks"),
        sa.Column("parent_id", TEXT, reference("initiatives"), index=True, comment="상위 과제 | Initiative above"),
    )
    fact(
        "organization_names",
        "기관명 | One name of an organization, with the time in which it held",
        sa.Column(
            "organization_id",
            TEXT,
            reference("organizations"),
            nullable=False,
            index=True,
            comment="기관 | Organization that bears the name",
        ),
        sa.Column("name", TEXT, nullable=False, index=True, comment="명칭 | Name"),
        sa.Column(
            "kind",
            label("namekind", "OFFICIAL SHORT FORMER VARIANT MISPRINT BUDGET_CODE"),
            nullable=False,
            comment="명칭 종류 | Kind of name",
        ),
        *in_force(),
    )
    fact(
        "people",
        "인물 | A person whom a public document names",
        sa.Column("name", TEXT, nullable=False, index=True, comment="성명 | Name"),
    )
    fact(
        "projects",
        "사업 | A budget project (세부사업) of a fiscal year, with its parts (내역사업) below it",
        sa.Column("fiscal_year", sa.Integer, nullable=False, index=True, comment="회계연도 | Fiscal year"),
        sa.Column("number", TEXT, comment="사업번호 | Number in the source"),
        sa.Column("name", TEXT, nullable=False, comment="사업명 | Name"),
        sa.Column(
            "ministry_id", TEXT, reference("organizations"), nullable=False, index=True, comment="소관부처 | Ministry"
        ),
        sa.Column("parent_id", TEXT, reference("projects"), index=True, comment="세부사업 | Project above"),
    )
    fact(
        "roadmaps",
        "로드맵 | A roadmap; sources may print its title in several ways",
        sa.Column("name", TEXT, nullable=False, comment="명칭 | Name, in its preferred reading"),
        sa.Column("titles_as_printed", sa.ARRAY(TEXT), nullable=False, comment="원문 표기 | Titles as printed"),
        sa.Column(
            "certainty",
            label("certainty", "CLEAR PROBABLE AMBIGUOUS CONFLICTING"),
            nullable=False,
            comment="확실성 | How certain it is that the titles mean one roadmap",
        ),
    )
    fact(
        "statistics",
        "공표 수치 | A figure as a source publishes it, which may differ from what the data adds up to",
        sa.Column("measure", TEXT, nullable=False, index=True, comment="지표 | What is counted"),
        sa.Column("name", TEXT, nullable=False, comment="명칭 | Name of the figure"),
        sa.Column("value", sa.Numeric, nullable=False, comment="값 | Value"),
        sa.Column("lower", sa.Numeric, comment="하한 | Lowest value that the print can mean"),
        sa.Column("upper", sa.Numeric, comment="상한 | Highest value that the print can mean"),
        sa.Column("unit", TEXT, nullable=False, comment="단위 | Unit"),
        sa.Column("as_printed", TEXT, nullable=False, comment="원문 표기 | As printed"),
        sa.Column("scope", TEXT, comment="범위 | What the source says it covers"),
        sa.Column(
            "stage",
            label(
                "stage",
                """
                REQUEST RND_ALLOCATION GOVERNMENT_PROPOSAL ASSEMBLY_APPROVED SUPPLEMENTARY ALLOTTED ADJUSTED
                EXECUTED SETTLED
                """,
            ),
            comment="예산 단계 | Budget stage; null where not stated",
        ),
        sa.Column("fiscal_year", sa.Integer, comment="회계연도 | Fiscal year"),
        sa.Column("reference_on", sa.Date, comment="기준일 | Reference date; null where not stated"),
        sa.Column("note", TEXT, comment="비고 | How the figure is to be read"),
    )
    fact(
        "statutes",
        "법률 | An act that designates, fosters or protects technologies",
        sa.Column(
            "law_id",
            TEXT,
            nullable=False,
            unique=True,
            comment="법령ID | Identifier in the national law information system",
        ),
        sa.Column("name", TEXT, nullable=False, comment="법령명 | Official title"),
        sa.Column("name_en", TEXT, comment="영문명 | English title, where a translation is established"),
        sa.Column(
            "short_name", TEXT, nullable=False, index=True, comment="약칭 | Short title used in official documents"
        ),
        sa.Column("ministry_id", TEXT, reference("organizations"), index=True, comment="소관부처 | Ministry in charge"),
        *fuzzy_date("in_force", "시행 | Entry into force"),
        *in_force(),
    )
    fact(
        "successions",
        "승계 | One organization followed another",
        sa.Column(
            "predecessor_id",
            TEXT,
            reference("organizations"),
            nullable=False,
            index=True,
            comment="앞선 기관 | Organization before",
        ),
        sa.Column(
            "successor_id",
            TEXT,
            reference("organizations"),
            nullable=False,
            index=True,
            comment="이은 기관 | Organization after",
        ),
        sa.Column(
            "kind",
            label("successionkind", "RENAME SPLIT MERGE FUNCTION_TRANSFER"),
            nullable=False,
            comment="승계 종류 | How it followed",
        ),
        sa.Column("effective_on", sa.Date, nullable=False, comment="시행일 | Day on which it took effect"),
    )
    fact(
        "units",
        "부서 | A bureau, division or team of an organization",
        sa.Column(
            "organization_id",
            TEXT,
            reference("organizations"),
            nullable=False,
            index=True,
            comment="기관 | Organization",
        ),
        sa.Column("name", TEXT, nullable=False, comment="부서명 | Name"),
        sa.Column("parent_id", TEXT, reference("units"), index=True, comment="상위 부서 | Unit above"),
    )
    fact(
        "budget_lines",
        "예산 항목 | An amount of one fiscal year at one stage",
        sa.Column("fiscal_year", sa.Integer, nullable=False, index=True, comment="회계연도 | Fiscal year"),
        sa.Column(
            "stage",
            label(
                "stage",
                """
                REQUEST RND_ALLOCATION GOVERNMENT_PROPOSAL ASSEMBLY_APPROVED SUPPLEMENTARY ALLOTTED ADJUSTED
                EXECUTED SETTLED
                """,
            ),
            nullable=False,
            comment="예산 단계 | Stage",
        ),
        sa.Column(
            "ministry_id", TEXT, reference("organizations"), nullable=False, index=True, comment="소관부처 | Ministry"
        ),
        sa.Column("ministry_code", TEXT, comment="부처 코드 | Ministry as the source codes it, such as 과기1"),
        sa.Column("project_id", TEXT, reference("projects"), index=True, comment="사업 | Project"),
        sa.Column("account", TEXT, comment="회계·기금 | Account or fund"),
        sa.Column("amount", sa.BigInteger, nullable=False, index=True, comment="금액(원) | Amount in won"),
        sa.Column(
            "printed_unit",
            label("moneyunit", "WON THOUSAND MILLION EOK JO"),
            nullable=False,
            comment="인쇄 단위 | Unit in the source",
        ),
        sa.Column("rounded_to", sa.BigInteger, comment="반올림 단위(원) | Smallest step of the printed amount, in won"),
        sa.Column("project_count", sa.Integer, comment="사업 수 | Number of projects in the amount"),
    )
    fact(
        "contacts",
        "담당 연락처 | The person to call at a unit, as a document prints it",
        sa.Column("unit_id", TEXT, reference("units"), nullable=False, index=True, comment="부서 | Unit"),
        sa.Column("person_id", TEXT, reference("people"), nullable=False, index=True, comment="인물 | Person"),
        sa.Column("role", label("contactrole", "RESPONSIBLE OFFICER"), nullable=False, comment="담당 구분 | Role"),
        sa.Column(
            "lead",
            label("contactlead", "LEAD JOINT"),
            comment="총괄·공동 | Whether the unit leads; null where the print lost it",
        ),
        sa.Column("title", TEXT, nullable=False, comment="직위 | Position"),
        sa.Column("phone", TEXT, nullable=False, comment="전화번호 | Telephone number"),
        sa.Column("ordinal", sa.Integer, nullable=False, comment="순번 | Position in the printed table"),
    )
    fact(
        "meetings",
        "회의 | A meeting of a body",
        sa.Column("body_id", TEXT, reference("bodies"), nullable=False, index=True, comment="협의체 | Body"),
        sa.Column("ordinal", sa.Integer, comment="회차 | Ordinal, such as 8 in 제8차"),
        sa.Column("name", TEXT, nullable=False, comment="명칭 | Name"),
        *fuzzy_date("held", "개최 | When it was held"),
    )
    fact(
        "memberships",
        "참여 | Who sits on a body, and for how long",
        sa.Column("body_id", TEXT, reference("bodies"), nullable=False, index=True, comment="협의체 | Body"),
        sa.Column(
            "member_as_printed",
            TEXT,
            nullable=False,
            comment="참여자 원문 | Member as printed; often a group and not a name",
        ),
        sa.Column("organization_id", TEXT, reference("organizations"), index=True, comment="기관 | Organization"),
        sa.Column("person_id", TEXT, reference("people"), index=True, comment="인물 | Person"),
        sa.Column("capacity", TEXT, comment="자격 | Capacity, such as chair or member"),
        *in_force(),
    )
    fact(
        "milestones",
        "이정표 | An event of the timeline, done or due",
        sa.Column("title", TEXT, nullable=False, comment="내용 | What happens"),
        *fuzzy_date("due", "시기 | When"),
        sa.Column(
            "status",
            label("milestonestatus", "PLANNED IN_PROGRESS ACHIEVED DELAYED CANCELLED"),
            nullable=False,
            comment="이행 상태 | How far it had come at the date of the source",
        ),
        sa.Column("initiative_id", TEXT, reference("initiatives"), index=True, comment="프로젝트 | Initiative"),
        sa.Column("roadmap_id", TEXT, reference("roadmaps"), index=True, comment="로드맵 | Roadmap"),
        sa.Column("statute_id", TEXT, reference("statutes"), index=True, comment="법률 | Statute"),
    )
    fact(
        "participations",
        "참석 | Who took part in an event, with the position of that day",
        sa.Column("event_id", TEXT, reference("events"), nullable=False, index=True, comment="행사 | Event"),
        sa.Column(
            "role",
            label("participationrole", "HOST CHAIR PRESENTER ATTENDEE"),
            nullable=False,
            comment="참여 구분 | Role",
        ),
        sa.Column("ordinal", sa.Integer, nullable=False, comment="순번 | Position in print"),
        sa.Column("person_id", TEXT, reference("people"), index=True, comment="인물 | Person"),
        sa.Column("organization_id", TEXT, reference("organizations"), index=True, comment="기관 | Organization"),
        sa.Column("body_id", TEXT, reference("bodies"), index=True, comment="협의체 | Body that took part"),
        sa.Column("position", TEXT, comment="직위 | Position on that day"),
        sa.Column("sector", TEXT, comment="구분 | Sector as printed: 산업, 대학, 연구기관, 정부"),
        sa.Column("group", TEXT, comment="세부 구분 | Group as printed: 협회, 기업, 금융"),
    )
    fact(
        "passages",
        "근거 위치 | A place in a document, with a hash of the text that stands there",
        sa.Column("document_id", TEXT, reference("documents"), nullable=False, index=True, comment="문서 | Document"),
        sa.Column("locator", TEXT, nullable=False, comment="위치 | Locator for people, such as 25행 or 제8조"),
        sa.Column("first_line", sa.Integer, comment="첫 행 | First line, counted from 1"),
        sa.Column("last_line", sa.Integer, comment="끝 행 | Last line"),
        sa.Column("sha256", TEXT, comment="해시 | SHA-256 of the lines, joined by a line feed, in UTF-8"),
    )
    fact(
        "provisions",
        "조항 | A place in a statute",
        sa.Column("statute_id", TEXT, reference("statutes"), nullable=False, index=True, comment="법률 | Statute"),
        sa.Column("locator", TEXT, nullable=False, comment="조항 번호 | Locator, such as 제8조제1항"),
        sa.Column("subject", TEXT, nullable=False, comment="내용 | What the provision is about"),
    )
    fact(
        "regimes",
        "지정제도 | One list of designated technologies; four statutes hold five",
        sa.Column("code", TEXT, nullable=False, unique=True, comment="코드 | Code: NST, TAX_NST, TAX_NGT, NHST or NCT"),
        sa.Column(
            "term", TEXT, nullable=False, index=True, comment="용어 | Statutory term; two regimes share 국가전략기술"
        ),
        sa.Column("term_en", TEXT, comment="영문 용어 | English term, where a translation is established"),
        sa.Column(
            "purpose",
            label("regimepurpose", "FOSTERING TAX INDUSTRY PROTECTION"),
            nullable=False,
            comment="지정 목적 | What the list is for",
        ),
        sa.Column(
            "statute_id",
            TEXT,
            reference("statutes"),
            nullable=False,
            index=True,
            comment="근거 법률 | Statute that creates the list",
        ),
        *in_force(),
    )
    fact(
        "statute_versions",
        "법령 판 | One promulgated text of a statute",
        sa.Column("statute_id", TEXT, reference("statutes"), nullable=False, index=True, comment="법률 | Statute"),
        sa.Column(
            "promulgation_number", TEXT, nullable=False, comment="공포번호 | Number of promulgation, such as 제21065호"
        ),
        sa.Column("promulgated_on", sa.Date, comment="공포일 | Day of promulgation"),
        sa.Column("in_force_on", sa.Date, comment="시행일 | Day of entry into force"),
        sa.Column("sequence_number", TEXT, comment="법령 일련번호(MST) | Serial number of the version"),
        sa.Column(
            "revision",
            label("revisionkind", "ENACTED AMENDED REWRITTEN AMENDED_BY_OTHER"),
            comment="제개정 구분 | How the version came about",
        ),
    )
    fact(
        "agenda_items",
        "안건·일정 | An item on the agenda of a meeting or event",
        sa.Column("event_id", TEXT, reference("events"), index=True, comment="행사 | Event"),
        sa.Column("meeting_id", TEXT, reference("meetings"), index=True, comment="회의 | Meeting"),
        sa.Column("ordinal", sa.Integer, nullable=False, comment="순번 | Position"),
        sa.Column("title", TEXT, nullable=False, comment="제목 | Title"),
        sa.Column("starts_at", MOMENT, comment="시작 | Start"),
        sa.Column("ends_at", MOMENT, comment="종료 | End"),
        sa.Column("minutes", sa.Integer, comment="소요(분) | Minutes as printed"),
        sa.Column("speakers_as_printed", TEXT, comment="담당 원문 | Who speaks, as printed"),
    )
    fact(
        "area_coverages",
        "제도별 포함 | A regime's list covers a common area",
        sa.Column(
            "area_id", TEXT, reference("common_areas"), nullable=False, index=True, comment="공통기술분야 | Area"
        ),
        sa.Column("regime_id", TEXT, reference("regimes"), nullable=False, index=True, comment="지정제도 | Regime"),
        *in_force(),
        sa.UniqueConstraint("area_id", "regime_id"),
    )
    fact(
        "claims",
        "주장 | A document says this of a subject; the entity holds the preferred value, the others stay here",
        sa.Column(
            "subject_id", TEXT, nullable=False, index=True, comment="대상 식별자 | Identifier of the fact it speaks of"
        ),
        sa.Column("attribute", TEXT, comment="속성 | Attribute it speaks of; null for the fact as a whole"),
        sa.Column("passage_id", TEXT, reference("passages"), nullable=False, index=True, comment="근거 위치 | Passage"),
        sa.Column("as_printed", TEXT, comment="원문 표기 | As printed"),
        sa.Column("value", TEXT, comment="값 | As read"),
        sa.Column(
            "certainty",
            label("certainty", "CLEAR PROBABLE AMBIGUOUS CONFLICTING"),
            nullable=False,
            comment="확실성 | How certain the reading is",
        ),
        sa.Column(
            "derivation",
            label("derivation", "VERBATIM NORMALISED INFERRED"),
            nullable=False,
            comment="도출 방식 | How the value came from the print",
        ),
        sa.Column(
            "reason",
            label(
                "claimreason",
                """
                UNUSUAL_SHORT_NAME OCR_ERROR LOST_SEPARATOR NAME_CONFLICT MISPRINT TABLE_SHIFT LINE_WRAP
                TABLE_BREAK AMBIGUOUS_DASH SPACING HOMONYM SCOPE_UNSTATED ANNOUNCED_ONLY TWO_TERMS
                SEVERAL_TITLES BOUND_CONFLICT UNBALANCED_QUOTE DESCRIPTION_CONFLICT APPROXIMATE UNUSED_ALIAS
                LABEL_LOST HEADING_LOST FIGURE_LOST SENTENCE_BROKEN LABEL_DIFFERS TENSE ROUNDED NOT_IN_SOURCE
                """,
            ),
            comment="불확실 사유 | Why it is uncertain or differs from the print",
        ),
        sa.Column(
            "alternatives", sa.ARRAY(TEXT), nullable=False, comment="다른 독해 | Other readings, likeliest first"
        ),
        sa.Column("note", TEXT, comment="비고 | Explanation"),
    )
    fact(
        "field_schemes",
        "분야체계 | A way in which a regime divides technologies into fields",
        sa.Column("code", TEXT, nullable=False, unique=True, comment="코드 | Code, such as NEXT-2026"),
        sa.Column("name", TEXT, nullable=False, comment="명칭 | Name"),
        sa.Column("name_en", TEXT, comment="영문명 | English name, where one is established"),
        sa.Column(
            "status",
            label("technologystatus", "ANNOUNCED DESIGNATED SUPERSEDED RELEASED"),
            nullable=False,
            comment="상태 | How far the scheme has come",
        ),
        sa.Column("regime_id", TEXT, reference("regimes"), nullable=False, index=True, comment="지정제도 | Regime"),
        *in_force(),
    )
    fact(
        "sector_fields",
        "영역별 제도 분야 | What a regime calls the fields that a sector of common areas falls under",
        sa.Column("sector", TEXT, nullable=False, index=True, comment="영역 | Sector of the common areas"),
        sa.Column(
            "sector_ordinal", sa.Integer, nullable=False, comment="영역 순번 | Position of the sector in the source"
        ),
        sa.Column("regime_id", TEXT, reference("regimes"), nullable=False, index=True, comment="지정제도 | Regime"),
        sa.Column("names", sa.ARRAY(TEXT), nullable=False, comment="분야명 | Names of the regime's fields"),
        sa.Column("note", TEXT, comment="비고 | Note in the source"),
    )
    fact(
        "statistic_components",
        "수치 구성 | A part of a published figure",
        sa.Column(
            "statistic_id", TEXT, reference("statistics"), nullable=False, index=True, comment="공표 수치 | Figure"
        ),
        sa.Column("ordinal", sa.Integer, nullable=False, comment="순번 | Position"),
        sa.Column("label", TEXT, nullable=False, comment="명칭 | Name of the part"),
        sa.Column("value", sa.Numeric, nullable=False, comment="값 | Value"),
        sa.Column("regime_id", TEXT, reference("regimes"), index=True, comment="지정제도 | Regime"),
    )
    fact(
        "terms",
        "용어 | A term with its meaning; one form may have several",
        sa.Column("form", TEXT, nullable=False, index=True, comment="용어 | Form"),
        sa.Column("meaning", TEXT, nullable=False, comment="뜻 | Meaning"),
        sa.Column("form_en", TEXT, comment="영문 | English form, where one is established"),
        sa.Column("synonyms", sa.ARRAY(TEXT), nullable=False, comment="유의어 | Other forms"),
        sa.Column(
            "regime_id", TEXT, reference("regimes"), index=True, comment="지정제도 | Regime that gives the meaning"
        ),
    )
    fact(
        "budget_summaries",
        "예산 요약 | Totals of one year and stage, with overlapping allocations counted both ways",
        sa.Column("fiscal_year", sa.Integer, nullable=False, comment="회계연도 | Fiscal year"),
        sa.Column(
            "stage",
            label(
                "stage",
                """
                REQUEST RND_ALLOCATION GOVERNMENT_PROPOSAL ASSEMBLY_APPROVED SUPPLEMENTARY ALLOTTED ADJUSTED
                EXECUTED SETTLED
                """,
            ),
            nullable=False,
            comment="예산 단계 | Stage",
        ),
        sa.Column(
            "scheme_id",
            TEXT,
            reference("field_schemes"),
            index=True,
            comment="분야체계 | Field scheme of the allocations",
        ),
        sa.Column("total", sa.BigInteger, nullable=False, comment="총액(원) | All projects, in won"),
        sa.Column(
            "gross",
            sa.BigInteger,
            nullable=False,
            comment="배분 합계(원) | Sum of allocations to fields, overlaps counted each time, in won",
        ),
        sa.Column(
            "distinct",
            sa.BigInteger,
            nullable=False,
            comment="중복 제외(원) | Each project counted once at most, in won",
        ),
    )
    fact(
        "core_missions",
        "핵심미션 | One of the core missions that a field scheme is built on",
        sa.Column(
            "scheme_id", TEXT, reference("field_schemes"), nullable=False, index=True, comment="분야체계 | Field scheme"
        ),
        sa.Column("name", TEXT, nullable=False, comment="명칭 | Name"),
        sa.Column("ordinal", sa.Integer, nullable=False, comment="순번 | Position in print"),
    )
    fact(
        "technology_fields",
        "기술분야 | A field of a scheme",
        sa.Column(
            "scheme_id", TEXT, reference("field_schemes"), nullable=False, index=True, comment="분야체계 | Scheme"
        ),
        sa.Column("name", TEXT, nullable=False, index=True, comment="분야명 | Name"),
        sa.Column("name_en", TEXT, comment="영문명 | English name, where one is established"),
        sa.Column("aliases", sa.ARRAY(TEXT), nullable=False, comment="이칭 | Other names used for the field"),
        sa.Column(
            "ordinal",
            sa.Integer,
            nullable=False,
            comment="순번 | Position in the source's table; no official order is given",
        ),
        sa.UniqueConstraint("scheme_id", "name"),
    )
    fact(
        "body_fields",
        "담당 분야 | A body serves a technology field",
        sa.Column("body_id", TEXT, reference("bodies"), nullable=False, index=True, comment="협의체 | Body"),
        sa.Column(
            "field_id", TEXT, reference("technology_fields"), nullable=False, index=True, comment="기술분야 | Field"
        ),
        sa.UniqueConstraint("body_id", "field_id"),
    )
    fact(
        "budget_allocations",
        "분야 배분 | The part of a budget line counted for a field; parts may overlap",
        sa.Column(
            "budget_line_id",
            TEXT,
            reference("budget_lines"),
            nullable=False,
            index=True,
            comment="예산 항목 | Budget line",
        ),
        sa.Column(
            "field_id", TEXT, reference("technology_fields"), nullable=False, index=True, comment="기술분야 | Field"
        ),
        sa.Column("amount", sa.BigInteger, nullable=False, comment="금액(원) | Amount in won"),
        sa.UniqueConstraint("budget_line_id", "field_id"),
    )
    fact(
        "missions",
        "임무 | A mission of a field; how sure the reading is stands beside it",
        sa.Column(
            "field_id", TEXT, reference("technology_fields"), nullable=False, index=True, comment="기술분야 | Field"
        ),
        sa.Column(
            "core_mission_id",
            TEXT,
            reference("core_missions"),
            index=True,
            comment="핵심미션 | Core mission; null where not stated",
        ),
        sa.Column("title", TEXT, nullable=False, comment="임무명 | Title, in its preferred reading"),
        sa.Column("as_printed", TEXT, nullable=False, comment="원문 표기 | As printed"),
        sa.Column(
            "certainty",
            label("certainty", "CLEAR PROBABLE AMBIGUOUS CONFLICTING"),
            nullable=False,
            comment="확실성 | How certain the reading is",
        ),
        sa.Column("alternatives", sa.ARRAY(TEXT), nullable=False, comment="다른 독해 | Other readings"),
        sa.Column("ordinal", sa.Integer, nullable=False, comment="순번 | Position in print"),
        *fuzzy_date("starts", "착수 | Start"),
    )
    fact(
        "policy_instruments",
        "정책수단 | A means that the government applies",
        sa.Column("name", TEXT, nullable=False, comment="명칭 | Name"),
        sa.Column(
            "kind",
            label(
                "instrumentkind",
                """
                RND_INVESTMENT TAX INDUSTRY DESIGNATION BUDGET_PRIORITY MATCHING_RELIEF PLANNING FINANCE
                DIFFUSION COOPERATION INTELLECTUAL_PROPERTY PROCUREMENT CLUSTER ZONE DATA DEMONSTRATION
                """,
            ),
            nullable=False,
            comment="종류 | What it works through",
        ),
        sa.Column("applies_to", TEXT, comment="적용 대상 | What it applies to, as printed"),
        sa.Column(
            "actor_id",
            TEXT,
            reference("organizations"),
            index=True,
            comment="주체 | Who applies it; null where not stated",
        ),
        sa.Column("field_id", TEXT, reference("technology_fields"), index=True, comment="기술분야 | Field"),
        sa.Column("statute_id", TEXT, reference("statutes"), index=True, comment="근거 법률 | Statute it rests on"),
        *fuzzy_date("applies", "적용 시기 | When it applies"),
    )
    fact(
        "targets",
        "목표 | What is to be reached, and by when",
        sa.Column("title", TEXT, nullable=False, comment="목표명 | Title"),
        sa.Column("initiative_id", TEXT, reference("initiatives"), index=True, comment="프로젝트 | Initiative"),
        sa.Column("field_id", TEXT, reference("technology_fields"), index=True, comment="기술분야 | Field"),
        *fuzzy_date("due", "기한 | Due"),
        sa.Column("qualitative", sa.Boolean, nullable=False, comment="정성 목표 여부 | Whether no figure is given"),
        sa.Column("value", sa.Numeric, comment="목표값 | Value"),
        sa.Column("unit", TEXT, comment="단위 | Unit"),
    )
    fact(
        "technologies",
        "기술 | One regime's item; its designations are its history in that list",
        sa.Column("regime_id", TEXT, reference("regimes"), nullable=False, index=True, comment="지정제도 | Regime"),
        sa.Column("field_id", TEXT, reference("technology_fields"), index=True, comment="기술분야 | Field"),
        sa.Column("name", TEXT, nullable=False, index=True, comment="기술명 | Name"),
        sa.Column("name_en", TEXT, comment="영문명 | English name, where one is established"),
        sa.Column("ordinal", sa.Integer, comment="순번 | Position within its field in the source"),
        sa.Column(
            "status",
            label("technologystatus", "ANNOUNCED DESIGNATED SUPERSEDED RELEASED"),
            nullable=False,
            comment="상태 | How far the technology has come",
        ),
    )
    fact(
        "designations",
        "지정 | What a version of a regime's list says of a technology",
        sa.Column(
            "technology_id", TEXT, reference("technologies"), nullable=False, index=True, comment="기술 | Technology"
        ),
        sa.Column("notice_id", TEXT, reference("documents"), index=True, comment="고시·별표 | Notice or annex"),
        sa.Column("locator", TEXT, comment="목록 위치 | Place in the list as printed; it moves between versions"),
        sa.Column("scope", TEXT, comment="범위 | Scope text"),
        sa.Column(
            "change",
            label("designationchange", "ADDED CHANGED MOVED RENAMED REMOVED"),
            nullable=False,
            comment="변경 구분 | What the version did",
        ),
        sa.Column("promulgated_on", sa.Date, comment="공포·발령일 | Day of promulgation"),
        sa.Column("applies_from", sa.Date, comment="적용일 | Day from which it applies, where it differs"),
        *in_force(),
    )
    fact(
        "thresholds",
        "범위 기준 | A figure that bounds what a list covers",
        sa.Column("designation_id", TEXT, reference("designations"), index=True, comment="지정 | Designation"),
        sa.Column(
            "coverage_id",
            TEXT,
            reference("area_coverages"),
            index=True,
            comment="제도별 포함 | Coverage of a common area",
        ),
        sa.Column("metric", TEXT, nullable=False, comment="척도 | What is measured"),
        sa.Column(
            "comparator", label("comparator", "LTE LT GTE GT EQ"), nullable=False, comment="비교 | How it compares"
        ),
        sa.Column("value", sa.Numeric, nullable=False, comment="값 | Value"),
        sa.Column("unit", TEXT, nullable=False, comment="단위 | Unit"),
        sa.Column(
            "goal",
            sa.Boolean,
            nullable=False,
            comment="목표 여부 | Whether it is a development goal instead of a limit",
        ),
    )


def downgrade() -> None:
    facts = """
        thresholds designations technologies targets policy_instruments missions budget_allocations body_fields
        technology_fields core_missions budget_summaries terms statistic_components sector_fields field_schemes
        claims area_coverages agenda_items statute_versions regimes provisions passages participations
        milestones memberships meetings contacts budget_lines units successions statutes statistics roadmaps
        projects people organization_names initiatives events documents common_areas bodies organizations
    """
    for name in facts.split():
        op.drop_table(f"{name}_history")
        op.drop_table(name)
    op.drop_table("releases")
