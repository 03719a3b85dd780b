"""Names: which organization a text means, however it is spelled, and when it means none."""

from __future__ import annotations

import asyncio
import unicodedata
from datetime import date
from typing import TYPE_CHECKING

import pytest

from db import models
from db.connection import engine
from db.importing.mapping import MappingError
from db.importing.names import Directory, Unnamed
from db.models.base import Grade
from db.models.organizations import NameKind, OrganizationKind
from db.releases import publish
from tests.conftest import new_database

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import sqlalchemy as sa

ENDED = date(2025, 9, 30)


def ministry(key: str, name: str, **values: object) -> models.Ministry:
    return models.Ministry(id=f"ministry:{key}", grade=Grade.OPEN, kind=OrganizationKind.MINISTRY, name=name, **values)


def called(key: str, name: str, kind: NameKind, valid_to: date | None = None) -> models.OrganizationName:
    return models.OrganizationName(
        id=f"name:{key}-{name}",
        grade=Grade.OPEN,
        organization_id=f"ministry:{key}",
        name=name,
        kind=kind,
        valid_to=valid_to,
    )


FACTS = [
    ministry("sea-1", "바다·섬부", name_en="Ministry of Seas"),
    called("sea-1", "해도1", NameKind.BUDGET_CODE),
    # Two were merged into one, which is known by the names of both.
    ministry("sky", "하늘날씨부"),
    called("sky", "하늘부", NameKind.FORMER, ENDED),
    called("sky", "날씨부", NameKind.FORMER, ENDED),
    # Its name today is what another was called in the past.
    ministry("new", "날씨부"),
    # Two bear one short name.
    called("sea-1", "섬부", NameKind.SHORT),
    called("sky", "섬부", NameKind.SHORT),
    # Two bore one name in the past.
    called("sea-1", "옛부", NameKind.FORMER, ENDED),
    called("new", "옛부", NameKind.FORMER, ENDED),
]
SPELLINGS = [
    "바다·섬부",
    "바다ㆍ섬부",
    "바다‧섬부",
    "바다∙섬부",
    "바다・섬부",
    "바다･섬부",
    "바다•섬부",
    "바다⋅섬부",
    "바다․섬부",
    "바다 섬부",
    " 바다 · 섬 부\u3000",
    "바다\u00a0섬부",
    "바다섬부",
    unicodedata.normalize("NFD", "바다·섬부"),
    "Ministry of Seas",
    "MINISTRY OF SEAS",
    "Ministry of Seas",
    "해도1",
    "해도１",
]


@pytest.fixture(scope="module")
def url(server_url: sa.URL, dataset_template: sa.URL) -> Iterator[sa.URL]:
    async def published(url: sa.URL) -> None:
        async with engine(url) as pool:
            await publish(pool, "Names", put=FACTS)

    with new_database(server_url, str(dataset_template.database)) as fresh:
        asyncio.run(published(fresh))
        yield fresh


def directory(url: sa.URL, model: type[models.Fact], within: Mapping[str, str]) -> Directory:
    async def load() -> Directory:
        async with engine(url) as pool, pool.connect() as connection:
            return await Directory.load(connection, model, within)

    return asyncio.run(load())


@pytest.fixture(scope="module")
def ministries(url: sa.URL) -> Directory:
    return directory(url, models.Ministry, {})


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_spellings_mean_the_same(ministries: Directory, spelling: str) -> None:
    assert ministries.find(spelling) == "ministry:sea-1"


def test_former_name_means_what_it_became(ministries: Directory) -> None:
    assert ministries.find("하늘부") == "ministry:sky"


def test_name_of_today_goes_before_one_of_the_past(ministries: Directory) -> None:
    assert ministries.find("날씨부") == "ministry:new"


@pytest.mark.parametrize(("name", "bearers"), [("섬부", "sea-1, ministry:sky"), ("옛부", "new, ministry:sea-1")])
def test_name_that_two_bear_is_refused_with_both(ministries: Directory, name: str, bearers: str) -> None:
    with pytest.raises(Unnamed, match=rf"2 of the type Ministry bear this name \(ministry:{bearers}\)"):
        ministries.find(name)


@pytest.mark.parametrize("name", ["바다", "바다-섬부", "해도", "-", "바다.섬부"])
def test_name_that_none_bears_is_refused(ministries: Directory, name: str) -> None:
    with pytest.raises(Unnamed, match="no Ministry is known by this name"):
        ministries.find(name)


def test_things_of_another_type_are_not_found(url: sa.URL) -> None:
    with pytest.raises(Unnamed, match="no Institution"):
        directory(url, models.Institution, {}).find("바다섬부")


def test_names_are_looked_for_within_what_is_said(url: sa.URL) -> None:
    """Two schemes have a field 양자: alone the name means neither."""
    with pytest.raises(Unnamed, match="2 of the type TechnologyField"):
        directory(url, models.TechnologyField, {}).find("양자")
    within = {"scheme_id": "scheme:nst-2024"}
    assert directory(url, models.TechnologyField, within).find("양자").startswith("field:nst-2024-")


def test_column_that_is_not_there_is_named(url: sa.URL) -> None:
    with pytest.raises(MappingError, match="within: a TechnologyField has no 'scheme'"):
        directory(url, models.TechnologyField, {"scheme": "scheme:nst-2024"})
