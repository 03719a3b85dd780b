"""Settling: a fact comes to hold the preferred of the values that are claimed of it, in the release that brings them.

It works on what is staged for a release, before anything is published, so that the difference shows it. A value that
the fact had by itself is kept as a claim, the *stated* one, while others claim something of the same attribute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from db.claims.competence import competent_for
from db.claims.concerned import changed_pairs, is_concerned
from db.claims.preference import preference
from db.claims.stated import STATED_LOCATOR, claim_id, is_foreign, is_stated, is_stated_passage, passage_id
from db.claims.values import is_claimable, is_readable, read, written
from db.claims.workspace import (
    CLAIMS,
    COPIES,
    DOCUMENT_PREFIX,
    DOCUMENTS,
    GONE,
    PAIR,
    PASSAGES,
    SAID,
    SETTLED,
    TOUCHED,
    VOICES,
    WORKSPACE,
    Planned,
    same_pair,
    speaks_of,
)
from db.models.base import Text
from db.models.identity import dataset_of, models_by_prefix
from db.models.sources import Certainty, Derivation
from db.releases.openness import is_seen_wherever
from db.releases.publishing import differs
from db.releases.reading import at
from db.releases.rows import ReleaseError, copied

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncConnection

    from db.models import Fact


class Settlement:
    """Settles what a release is about to do; it may be asked again before the release, when others have published.

    ``staged`` and ``removed`` are what the release will do, and are added to. With ``dataset``, they are the new state
    of a dataset, whose rows are what it says of its own facts; with ``undone``, they are as before that release.
    """

    def __init__(
        self,
        connection: AsyncConnection,
        staged: dict[sa.Table, sa.TableClause],
        removed: dict[sa.Table, Any],
        dataset: str | None = None,
        undone: int | None = None,
    ) -> None:
        self._planned = Planned(connection, staged, removed)
        self._dataset, self._undone = dataset, undone
        self._begun = False

    async def settle(self) -> None:
        """Let every fact concerned come to hold its preferred value."""
        if not self._begun and not await is_concerned(self._planned.connection, self._dataset, self._planned.staged):
            return
        await self._begin()
        await self._touch()
        concerned = await self._concerned()
        if not concerned:
            return
        await self._gather()
        for model, column in concerned:
            await self._state(model, column)
        await self._keep_stated()
        for model, column in concerned:
            await self._prefer(model, column)
            await self._hold(model, column)

    async def _begin(self) -> None:
        if self._begun:
            for staged in self._planned.staged.values():
                await self._planned.run(sa.delete(staged).where(staged.c.id.in_(sa.select(COPIES.c.id))))
            # What the file says of its own facts is not to be read again from rows that were settled.
            await self._planned.run(
                sa.text(f"TRUNCATE {', '.join(each.name for each in WORKSPACE if each is not SAID)}")
            )
            return
        await self._planned.run(
            sa.text(f"DROP TABLE IF EXISTS {', '.join(f'pg_temp.{each.name}' for each in WORKSPACE)}")
        )
        for each in WORKSPACE:
            columns = ", ".join(f"{c.name} {c.type.compile(self._planned.connection.dialect)}" for c in each.columns)
            await self._planned.run(sa.text(f"CREATE TEMPORARY TABLE {each.name} ({columns}) ON COMMIT DROP"))
        for table in (CLAIMS, PASSAGES):
            staged = await self._planned.staging(table)
            gone = table.c.id.in_(sa.select(GONE.c.id))
            condition = sa.or_(self._planned.removed[table], gone) if table in self._planned.removed else gone
            self._planned.removed[table] = sa.and_(condition, ~sa.exists().where(staged.c.id == table.c.id))
        self._begun = True

    async def _touch(self) -> None:
        # What a file says is put back where the claims that outweighed it have gone meanwhile.
        again = sa.select(SAID.c.subject_id, SAID.c.attribute)
        # One statement, for a dataset may have facts in every table; the union leaves each pair once.
        found = sa.union(again, *changed_pairs(self._planned)).subquery("found")
        await self._planned.run(
            sa.insert(TOUCHED).from_select(PAIR, sa.select(found).where(found.c.attribute.is_not(None)))
        )

    async def _concerned(self) -> list[tuple[type[Fact], sa.Column[Any]]]:
        """Return the columns that are spoken of, each with its model; claims about anything else settle nothing."""
        prefix = sa.func.split_part(TOUCHED.c.subject_id, ":", 1)
        found = []
        for kind, attribute in await self._planned.connection.execute(
            sa.select(prefix, TOUCHED.c.attribute).distinct()
        ):
            model = models_by_prefix().get(kind)
            columns: Any = {} if model is None else sa.inspect(model).local_table.c
            if model is not None and attribute in columns and is_claimable(columns[attribute]):
                found.append((model, columns[attribute]))
        return sorted(found, key=lambda each: (each[0].id_prefix, each[1].name))

    async def _gather(self) -> None:
        claims, passages, documents = (
            self._planned.after(table, name)
            for table, name in ((CLAIMS, "claims_after"), (PASSAGES, "passages_after"), (DOCUMENTS, "documents_after"))
        )
        staged = self._planned.staged[CLAIMS]
        same = sa.exists().where(staged.c.id == CLAIMS.c.id, differs(CLAIMS, staged))
        # Of the claims that the release writes it is not known yet in which one it is; it will be the newest.
        since = sa.select(CLAIMS.c.released_in).where(CLAIMS.c.id == claims.c.id, ~same).scalar_subquery()
        values: dict[str, Any] = {name: claims.c[name] for name in VOICES.c.keys() if name in claims.c}  # noqa: SIM118
        values |= {"released_in": sa.func.coalesce(since, 2**31 - 1)}
        values |= {name: documents.c[name] for name in ("published_on", "publisher_id")}
        rows = (
            sa.select(*values.values())
            .select_from(claims)
            .join(TOUCHED, same_pair(TOUCHED.c, claims.c))
            .join(passages, passages.c.id == claims.c.passage_id)
            .join(documents, documents.c.id == passages.c.document_id)
            .where(claims.c.value.is_not(None))
        )
        await self._planned.run(sa.insert(VOICES).from_select(list(values), rows))

    async def _state(self, model: type[Fact], column: sa.Column[Any]) -> None:
        """Note what each fact states by itself, and whether anyone else claims something of it."""
        table: Any = column.table
        now, kept, before = self._planned.after(table, "now"), VOICES.alias("kept"), CLAIMS.alias("before")
        subject = TOUCHED.c.subject_id
        claimed = sa.exists().where(
            same_pair(CLAIMS.c, TOUCHED.c),
            CLAIMS.c.value.is_not(None),
            is_foreign(CLAIMS.c),
            is_seen_wherever(CLAIMS.c, now.c),
        )
        foreign = sa.exists().where(
            same_pair(VOICES.c, TOUCHED.c),
            is_foreign(VOICES.c),
            is_seen_wherever(VOICES.c, now.c),
            is_readable(VOICES.c.value, column, self._planned.after),
        )
        own: sa.ColumnElement[bool] = sa.false()
        if self._dataset is not None and table in self._planned.staged:
            own = sa.exists().where(self._planned.staged[table].c.id == subject)
        stated = sa.case(
            (sa.and_(own, SAID.c.subject_id.is_not(None)), SAID.c.value),
            (own, written(now.c[column.name])),
            *self._restored(column, now, kept, before),
            (kept.c.id.is_not(None), kept.c.value),
            (before.c.id.is_not(None), before.c.value),
            (claimed, sa.null()),
            else_=written(now.c[column.name]),
        )
        identifier = claim_id(subject, TOUCHED.c.attribute)
        values: dict[str, Any] = {
            "subject_id": subject,
            "attribute": TOUCHED.c.attribute,
            "grade": now.c.grade,
            "owner_id": now.c.owner_id,
            "present": now.c.id.is_not(None),
            "own": own,
            "stated": stated,
            "contested": foreign,
        }
        rows = (
            sa.select(*(value.label(name) for name, value in values.items()))
            .select_from(TOUCHED)
            .outerjoin(now, now.c.id == subject)
            .outerjoin(kept, kept.c.id == identifier)
            .outerjoin(before, before.c.id == identifier)
            .outerjoin(SAID, same_pair(SAID.c, TOUCHED.c))
            .where(speaks_of(TOUCHED.c, model, column))
        )
        await self._planned.run(sa.insert(SETTLED).from_select(list(values), rows))
        seen = sa.exists().where(same_pair(SAID.c, SETTLED.c))
        said = sa.select(SETTLED.c.subject_id, SETTLED.c.attribute, SETTLED.c.stated).where(SETTLED.c.own, ~seen)
        await self._planned.run(sa.insert(SAID).from_select([*PAIR, "value"], said))

    def _restored(self, column: sa.Column[Any], now: Any, kept: Any, before: Any) -> list[tuple[Any, Any]]:
        """Return what facts state again when a release is undone that changed what they state."""
        table: Any = column.table
        if self._undone is None:
            return []
        former = at(CLAIMS, self._undone - 1).subquery("former")
        contested = sa.exists().where(same_pair(former.c, TOUCHED.c), former.c.value.is_not(None), is_foreign(former.c))
        # Without claims of others, the fact held what it stated; with them, its claim did, which is restored as it was.
        found: list[tuple[Any, Any]] = [(contested, kept.c.value)]
        if table in self._planned.staged:
            staged, held = self._planned.staged[table], table.alias("held")
            since = sa.select(written(held.c[column.name])).where(held.c.id == TOUCHED.c.subject_id).scalar_subquery()
            as_left = sa.or_(before.c.id.is_(None), before.c.value == since)
            found += [(sa.and_(sa.exists().where(staged.c.id == now.c.id), as_left), written(now.c[column.name]))]
        return found

    async def _keep_stated(self) -> None:
        """Stage what facts state by themselves as claims where others claim something, and let go of the others."""
        identifier = claim_id(SETTLED.c.subject_id, SETTLED.c.attribute)
        needed = sa.and_(SETTLED.c.contested, SETTLED.c.present, SETTLED.c.stated.is_not(None))
        staged = self._planned.staged[CLAIMS]
        every = sa.select(identifier).select_from(SETTLED)
        await self._planned.run(sa.delete(VOICES).where(VOICES.c.id.in_(every)))
        await self._planned.run(sa.delete(staged).where(staged.c.id.in_(every)))
        await self._rest_on_dataset(needed)
        known = self._origin().lateral("known")
        values: dict[str, Any] = {
            "id": identifier,
            "grade": SETTLED.c.grade,
            "owner_id": SETTLED.c.owner_id,
            "subject_id": SETTLED.c.subject_id,
            "attribute": SETTLED.c.attribute,
            "passage_id": sa.func.coalesce(
                known.c.passage_id, sa.case((self._has_document(), passage_id(SETTLED.c.subject_id)))
            ),
            "value": SETTLED.c.stated,
            "certainty": sa.func.coalesce(known.c.certainty, sa.literal(Certainty.CLEAR, CLAIMS.c.certainty.type)),
            "derivation": sa.literal(Derivation.NORMALISED, CLAIMS.c.derivation.type),
            "alternatives": sa.cast(sa.literal("{}", Text), CLAIMS.c.alternatives.type),
        }
        kept = sa.select(*(value.label(name) for name, value in values.items())).where(needed)
        kept = kept.select_from(SETTLED.outerjoin(known, sa.true()))
        await self._refuse_homeless(kept.subquery("kept"))
        await self._planned.run(sa.insert(staged).from_select(list(values), kept))
        documents, passage = (
            self._planned.after(DOCUMENTS, "documents_after"),
            self._planned.after(PASSAGES, "passages_after"),
        )
        chosen = [name for name in VOICES.c.keys() if name in staged.c]  # noqa: SIM118
        voices = (
            sa.select(
                *(staged.c[name] for name in chosen),
                sa.literal(0).label("released_in"),
                documents.c.published_on,
                documents.c.publisher_id,
            )
            .join(passage, passage.c.id == staged.c.passage_id)
            .join(documents, documents.c.id == passage.c.document_id)
            .where(staged.c.id.in_(every))
        )
        await self._planned.run(
            sa.insert(VOICES).from_select([*chosen, "released_in", "published_on", "publisher_id"], voices)
        )
        made = sa.select(staged.c.id).where(staged.c.id.in_(every))
        await self._planned.run(sa.insert(COPIES).from_select(["id"], made))
        await self._let_go(every.where(~sa.func.coalesce(needed, sa.false())))

    def _origin(self) -> sa.Select[Any]:
        """Select the claim that came with the fact, best one that gives this very value, and where it stands."""
        claim, place = CLAIMS.alias("claim"), self._planned.after(PASSAGES, "place")
        alike = sa.and_(claim.c.attribute == SETTLED.c.attribute, claim.c.value == SETTLED.c.stated)
        return (
            sa.select(claim.c.passage_id, claim.c.certainty)
            .where(claim.c.subject_id == SETTLED.c.subject_id, ~is_foreign(claim.c), ~is_stated(claim.c.id))
            .where(sa.exists().where(place.c.id == claim.c.passage_id))
            .order_by(sa.func.coalesce(alike, sa.false()).desc(), claim.c.attribute.is_(None).desc(), claim.c.id)
            .limit(1)
        )

    def _has_document(self) -> sa.ColumnElement[bool]:
        document = self._planned.after(DOCUMENTS, "document")
        return sa.exists().where(document.c.id == sa.func.concat(DOCUMENT_PREFIX, dataset_of(SETTLED.c.subject_id)))

    async def _refuse_homeless(self, kept: sa.Subquery) -> None:
        homeless = sa.select(kept.c.subject_id, kept.c.attribute, kept.c.value).where(kept.c.passage_id.is_(None))
        if lost := (await self._planned.connection.execute(homeless.order_by(kept.c.subject_id).limit(1))).first():
            raise ReleaseError(
                f"{lost.subject_id} has the {lost.attribute} {lost.value!r}, and no document says so: nothing would "
                "keep that value beside what is claimed. Publish first where it stands."
            )

    async def _rest_on_dataset(self, needed: sa.ColumnElement[bool]) -> None:
        """Stage the passage on which a dataset's own values rest, where it is needed and not there."""
        staged, place = self._planned.staged[PASSAGES], passage_id(SETTLED.c.subject_id)
        dataset = dataset_of(SETTLED.c.subject_id)
        # As open as the document in which it lies, for open facts and others rest on it alike.
        document = self._planned.after(DOCUMENTS, "document")
        values: dict[str, Any] = {
            "id": place,
            "grade": document.c.grade,
            "owner_id": document.c.owner_id,
            "document_id": document.c.id,
            "locator": sa.literal(STATED_LOCATOR, Text),
        }
        rows = (
            sa.select(*(value.label(name) for name, value in values.items()))
            .select_from(SETTLED.join(document, document.c.id == sa.func.concat(DOCUMENT_PREFIX, dataset)))
            .where(needed, ~sa.exists(self._origin()))
            .where(~sa.exists().where(staged.c.id == place))
            .distinct()
        )
        await self._planned.run(sa.insert(staged).from_select(list(values), rows))
        made = sa.select(staged.c.id).where(is_stated_passage(staged.c.id))
        await self._planned.run(sa.insert(COPIES).from_select(["id"], made))

    async def _let_go(self, unneeded: sa.Select[Any]) -> None:
        known = sa.select(CLAIMS.c.id).where(CLAIMS.c.id.in_(unneeded))
        await self._planned.run(sa.insert(GONE).from_select(["id"], known))
        claims = self._planned.after(CLAIMS, "claims_after")
        places = sa.select(CLAIMS.c.passage_id).where(
            CLAIMS.c.id.in_(sa.select(GONE.c.id)), is_stated_passage(CLAIMS.c.passage_id)
        )
        idle = places.where(~sa.exists().where(claims.c.passage_id == CLAIMS.c.passage_id)).distinct()
        await self._planned.run(sa.insert(GONE).from_select(["id"], idle))

    async def _prefer(self, model: type[Fact], column: sa.Column[Any]) -> None:
        """Find the preferred value of each fact."""
        organization = competent_for(model, SETTLED.c.subject_id, self._planned.after)
        best = (
            sa.select(VOICES.c.value)
            .where(same_pair(VOICES.c, SETTLED.c), is_readable(VOICES.c.value, column, self._planned.after))
            .order_by(*preference(VOICES.c, VOICES.c, organization, is_seen_wherever(VOICES.c, SETTLED.c)))
            .limit(1)
            .scalar_subquery()
        )
        chosen = sa.case((SETTLED.c.contested, best), else_=SETTLED.c.stated)
        await self._planned.run(sa.update(SETTLED).where(speaks_of(SETTLED.c, model, column)).values(value=chosen))

    async def _hold(self, model: type[Fact], column: sa.Column[Any]) -> None:
        """Let the staged facts hold their preferred values; those that are not staged are, where they hold another."""
        table: Any = column.table
        spoken = sa.and_(speaks_of(SETTLED.c, model, column), SETTLED.c.present)
        if not column.nullable:
            spoken = sa.and_(spoken, SETTLED.c.value.is_not(None))
        names = [each.name for each in copied(table)]
        other = written(table.c[column.name]).is_distinct_from(SETTLED.c.value)
        current = sa.select(*(table.c[name] for name in names)).join(SETTLED, SETTLED.c.subject_id == table.c.id)
        current = current.where(spoken, other)
        if table not in self._planned.staged and not await self._planned.connection.scalar(
            sa.select(sa.exists(current))
        ):
            return
        staged = await self._planned.staging(table)
        current = current.where(~sa.exists().where(staged.c.id == table.c.id))
        copies = current.with_only_columns(table.c.id)
        await self._planned.run(sa.insert(COPIES).from_select(["id"], copies))
        await self._planned.run(sa.insert(staged).from_select(names, current))
        await self._planned.run(
            sa.update(staged)
            .where(staged.c.id == SETTLED.c.subject_id, spoken)
            .where(written(staged.c[column.name]).is_distinct_from(SETTLED.c.value))
            .values({column.name: read(SETTLED.c.value, column)})
        )
