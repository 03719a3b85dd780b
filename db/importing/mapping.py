"""A mapping: which columns of a file become which facts. It is data, read from TOML, and checked before any row is."""

from __future__ import annotations

import hashlib
import tomllib
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from db.importing.layout import Layout
from db.models.base import Grade, Label
from db.models.budgets import MoneyUnit
from db.models.sources import Certainty, ClaimReason, Derivation, DocumentKind, Standing

if TYPE_CHECKING:
    from collections.abc import Iterator

DATASETS = Path(__file__).parent / "datasets"
"""The folder of the mappings that come with the program."""
NAME = r"^[a-z0-9]+(-[a-z0-9]+)*$"


class MappingError(ValueError):
    """A mapping that cannot be used, with the place in it that says why."""


@contextmanager
def placed(place: str) -> Iterator[None]:
    """Say of what is found wrong with a mapping where it stands."""
    try:
        yield
    except MappingError as error:
        raise MappingError(f"{place}: {error}") from None


class Part(BaseModel):
    """A part of a mapping; a word that it does not know is refused instead of passed over."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def _member_of(codes: type[Label]) -> AfterValidator:
    def check(given: str) -> str:
        if given not in codes.__members__:
            raise ValueError(f"{given!r} is none of {', '.join(codes.__members__)}")
        return given

    return AfterValidator(check)


class Condition(Part):
    """What a cell must be: filled or empty, or one of some texts."""

    column: str
    filled: bool | None = None
    equals: str | list[str] | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Condition:
        if (self.filled is None) == (self.equals is None):
            raise ValueError(f"say either filled or equals of the column {self.column}")
        return self

    def holds(self, text: str | None) -> bool:
        """Return whether the text of the cell is what it must be."""
        if self.filled is not None:
            return (text is not None) == self.filled
        return text == self.equals if isinstance(self.equals, str) else text in (self.equals or ())


class Value(Part):
    """Where a value comes from: a column, a template of columns, a constant, or another fact."""

    column: str | None = Field(None, description="The column whose cell is the value")
    template: str | None = Field(
        None, description="Text with columns in braces, {number}-{name}; one that may be empty has a mark: {note?}"
    )
    constant: str | int | bool | date | Decimal | None = Field(None, description="The same value for every row")
    fact: str | None = Field(None, description="Name of a fact of this mapping, to which the value refers by its key")
    key: str | None = Field(None, description="Template of the key of that fact")
    above: str | None = Field(None, description="Name of a fact of this mapping: the last one made, here or above")
    find: str | None = Field(None, description="Type of a fact that the cell names by any of its names or codes")
    within: dict[str, str] = Field({}, description="Columns in which the fact that is found must have these values")
    codes: dict[str, str] = Field({}, description="What each text of the file stands for, before find looks it up")
    match: dict[str, list[Value]] = Field({}, description="Columns of the fact to be found, and their values")
    unmatched: Literal["refuse", "list"] = Field("refuse", description="What becomes of what find does not find")
    format: str | None = Field(None, description="How a day is written, as in strptime: %y%m%d")
    days: int = Field(0, description="Days to be added to a day")
    unit: MoneyUnit | None = Field(None, description="Unit in which the file gives an amount of money")
    when: list[Condition] = Field([], description="Where these do not hold, there is no value")

    @field_validator("unit", mode="before")
    @classmethod
    def _unit(cls, given: Any) -> Any:
        return MoneyUnit.__members__.get(given, given) if isinstance(given, str) else given

    @field_validator("match", mode="before")
    @classmethod
    def _match_written_short(cls, given: Any) -> Any:
        return written_short(given)

    @model_validator(mode="after")
    def _comes_from_one_place(self) -> Value:
        sources = [self.column, self.template, self.constant, self.fact, self.above, self.match or None]
        if sum(source is not None for source in sources) != 1:
            raise ValueError("give exactly one of column, template, constant, fact, above and match")
        if (self.fact is None) != (self.key is None):
            raise ValueError("fact and key go together")
        if self.within and self.find is None:
            raise ValueError("within says where find looks: give find, or leave within out")
        if self.find is None and (self.match or self.unmatched == "list"):
            raise ValueError("match and unmatched say how find finds: give find, or leave them out")
        return self


class Each(Part):
    """Columns, or lines of one column's cell, of which each makes a fact of its own.

    The name of the column is the column ``each``, and the cell, or the line, is ``each.value``.
    """

    columns: list[str] | None = Field(None, min_length=1)
    lines: str | None = Field(None, description="The column whose cell has several lines")
    strip: list[str] = Field([], description="Texts that are taken off the beginning of a line, as spaces are")
    before: str | None = Field(None, min_length=1, description="Mark: only what stands before it in the line counts")
    empty: Literal["skip", "keep"] = "skip"

    @model_validator(mode="after")
    def _is_of_one_kind(self) -> Each:
        if (self.columns is None) == (self.lines is None):
            raise ValueError("give either columns or lines")
        if self.columns and (self.strip or self.before):
            raise ValueError("strip and before are for lines: leave them out")
        return self


class FactMapping(Part):
    """A fact that a row makes, where its conditions hold."""

    type: str
    name: str = Field("", description="Name by which other facts refer to it; its type where none is given")
    key: str = Field(description="Template of what follows the dataset in the identifier")
    when: list[Condition] = []
    each: Each | None = None
    values: dict[str, list[Value]]

    @model_validator(mode="before")
    @classmethod
    def _named(cls, given: Any) -> Any:
        return {"name": given.get("type"), **given} if isinstance(given, dict) else given

    @field_validator("values", mode="before")
    @classmethod
    def _written_short(cls, given: Any) -> Any:
        return written_short(given)


def written_short(given: Any) -> Any:
    """Return values as lists of alternatives: what is no table is a constant, and one table alone needs no list."""
    if not isinstance(given, dict):
        return given
    listed = {name: spec if isinstance(spec, list) else [spec] for name, spec in given.items()}
    return {name: [_value(one) for one in specs] for name, specs in listed.items()}


def _value(given: Any) -> Any:
    return given if isinstance(given, dict) else {"constant": given}


class ClaimMapping(Part):
    """What a row claims of a fact that is not its own; the fact comes to hold the preferred of all claims."""

    name: str = Field(description="Name by which messages speak of it")
    subject: Value = Field(description="The fact that is spoken of")
    when: list[Condition] = []
    each: Each | None = None
    values: dict[str, list[Value]] = Field(min_length=1)
    locator: str = Field("{row.number}행", description="Template of the place in the document, for people")
    certainty: Annotated[str, _member_of(Certainty)] = "CLEAR"
    derivation: Annotated[str, _member_of(Derivation)] = "VERBATIM"
    reason: Annotated[str, _member_of(ClaimReason)] | None = None
    note: str | None = None

    @field_validator("values", mode="before")
    @classmethod
    def _written_short(cls, given: Any) -> Any:
        return written_short(given)

    @model_validator(mode="after")
    def _is_no_decision(self) -> ClaimMapping:
        if self.derivation == Derivation.DECIDED.name:
            raise ValueError("a decision is made by nextgraph decide: give another derivation")
        if self.subject.find is None and self.subject.fact is None:
            raise ValueError("subject: say with find, or fact, of which type the fact is")
        return self


class Chain(Part):
    """Rows that follow each other are versions of one thing until a row begins the next chain.

    Each row then has the columns of the chain's first and of the next row too: ``first.<column>``, ``next.<column>``.
    """

    begins: Condition


class Total(Part):
    """Rows that add up other rows: they make no facts, and are refused where their figures are not those sums."""

    when: list[Condition] = Field(min_length=1, description="What tells a total from other rows")
    columns: list[str] = Field(min_length=1, description="Columns in which its figures stand")
    of: list[Condition] = Field(default=[], description="Which rows it adds up; without it, all that are no totals")
    per: list[str] = Field(default=[], description="Columns whose texts a subtotal shares with its rows")


class Source(Part):
    """The document that the file is: where it says what it says."""

    title: str
    kind: Annotated[str, _member_of(DocumentKind)] = "DATASET"
    standing: Annotated[str, _member_of(Standing)]
    publisher: str | None = None
    published_on: date | None = None
    locator: str | None = None
    note: str | None = None


class Described(Part):
    """What every mapping says of a file."""

    dataset: str = Field(pattern=NAME)
    title: str


class Exact(Described):
    """The mapping of a file that an export wrote: each row is a fact as it is stored, and says the rest itself."""

    exact: Literal[True]
    file: Layout = Layout()


class Mapping(Described):
    """Everything that importing a file needs to know about it."""

    owner: str | None = Field(None, description="Any name of the organization that answers for the facts")
    grade: Annotated[str, _member_of(Grade)] = Field("OPEN", description="Disclosure grade of the facts")
    document: Source
    file: Layout = Layout()
    chain: Chain | None = None
    totals: list[Total] = []
    facts: list[FactMapping] = Field([], description="What a row makes")
    claims: list[ClaimMapping] = Field([], description="What a row claims of other facts")
    ignored: list[str] = Field([], description="Columns that are left out on purpose")

    @model_validator(mode="after")
    def _refers_to_its_own(self) -> Mapping:
        if not self.facts and not self.claims:
            raise ValueError("give facts, or claims: a file must say something")
        names = [fact.name for fact in self.facts]
        both = [*names, *(claim.name for claim in self.claims)]
        for name in both:
            if both.count(name) > 1:
                kind = "facts" if names.count(name) > 1 else "facts or claims"
                raise ValueError(f"two {kind} are named {name}: give each a name of its own")
        for place, _, value in self.all_values():
            referred = value.fact or value.above
            if referred is not None and referred not in names:
                raise ValueError(f"{place} refers to {referred}, and no fact of this mapping has that name")
        return self

    def all_values(self) -> Iterator[tuple[str, str, Value]]:
        """Yield every value with the name of the fact or claim that it is for, and its column."""
        parts: list[FactMapping | ClaimMapping] = [*self.facts, *self.claims]
        for each in parts:
            own = {"subject": [each.subject], **each.values} if isinstance(each, ClaimMapping) else each.values
            for column, alternatives in own.items():
                for value in alternatives:
                    yield each.name, column, value
                    yield from ((each.name, column, inner) for inners in value.match.values() for inner in inners)

    def told_apart_by(self) -> set[str]:
        """Return the columns by which rows are told apart before facts are made of them."""
        conditions = [condition for total in self.totals for condition in (*total.when, *total.of)]
        conditions += [self.chain.begins] if self.chain else []
        return {condition.column for condition in conditions} | {name for total in self.totals for name in total.per}


class Read(Part):
    """A mapping with the hash of the text that it was read from."""

    mapping: Mapping
    sha256: str


class ReadExact(Part):
    """The mapping of an exported file, with the hash of the text that it was read from."""

    mapping: Exact
    sha256: str


def read_mapping(path: Path) -> Read:
    """Read a mapping of columns to facts."""
    read = read_any_mapping(path)
    if isinstance(read, ReadExact):
        raise MappingError(f"{path.name}: exact: this describes an exported file, and maps no columns to facts.")
    return read


def read_any_mapping(path: Path) -> Read | ReadExact:
    """Read a mapping; everything that is wrong with it is told at once, each with its place."""
    try:
        text = path.read_bytes()
        tables, sha256 = tomllib.loads(text.decode(), parse_float=Decimal), hashlib.sha256(text).hexdigest()
        if "exact" in tables:
            return ReadExact(mapping=Exact.model_validate(tables), sha256=sha256)
        return Read(mapping=Mapping.model_validate(tables), sha256=sha256)
    except OSError as error:
        raise MappingError(f"{path} cannot be read: {error.strerror}.") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise MappingError(f"{path.name}: {error}") from None
    except ValidationError as error:
        wrong = [f"{path.name}: {'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
        raise MappingError("\n".join(wrong)) from None


def known_datasets(more: Path | None = None) -> dict[str, Path]:
    """Return the mappings that come with the program, and those of a folder, by the dataset that each describes."""
    folders = [DATASETS] if more is None else [DATASETS, more]
    return {path.stem: path for folder in folders for path in sorted(folder.glob("*.toml"))}
