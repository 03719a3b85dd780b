"""Names that clients choose: response keys stand in the statement as names of the JSON, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests import wide
from tests.schema.sql.asking import data

if TYPE_CHECKING:
    from tests.schema.oracle.world import World

NAMES = (
    # What the statement itself calls things: columns, aliases, parameters, and the constants of methods.
    *("kind", "param", "name", "organizations", "coalesce", "id", "valid_to", "limit", "json_0", "json", "answer"),
    *("bytes", "release", "wanted", "position", "t1", "k0", "g0", "n", "anon_1", "param_1", "kind_1", "limit_0"),
    # What SQL, JSON and Python call things.
    *("SELECT", "select", "null", "NULL", "true", "user", "__proto__", "__class__", "_", "__", "E", "U", "x" * 5000),
)


@pytest.mark.parametrize("name", NAMES, ids=lambda name: name[:20])
def test_any_name_is_a_response_key(armed: World, name: str) -> None:
    """Of a field whose own constants are parameters too, among them one that is called ``kind_1``."""
    row = armed.fields.rows.of_type("OrganizationName")[0]
    given = {"name": row["name"], "day": "2026-06-18"}

    def asked(key: str) -> str:
        inner = f"nodes {{ {key}: id names(where: {{name: {{ne: $name, gte: $name}}}}) {{ {key}: totalCount }} }}"
        return f"""query ($name: String!, $day: Date!) {{
            {key}: ministry(name: $name, asOf: $day) {{ {key}: name {key}_1: id }}
            {key}_0: ministries(where: {{name: {{gte: $name, ne: $name}}}}, asOf: $day) {{ {inner} }} }}"""

    plain = data(armed, asked("plain"), given)
    assert plain["plain_0"]["nodes"]

    def renamed(value: object) -> object:
        if isinstance(value, dict):
            return {key.replace("plain", name): renamed(item) for key, item in value.items()}
        return [renamed(item) for item in value] if isinstance(value, list) else value

    # The first time each root field has a statement, the second time both have one.
    assert data(armed, asked(name), given) == data(armed, asked(name), given) == renamed(plain)


def test_an_operation_of_any_name_is_found_or_refused(armed: World) -> None:
    text = "query kind { terms { totalCount } } query param_1 { terms { nodes { id } } }"
    for name in ("kind", "param_1"):
        assert _run(armed, text, name) is None
    for name in ("", "'", "kind; --", "\x00", "\ud800", "$1"):
        assert "operation" in str(_run(armed, text, name))


def _run(world: World, text: str, name: str) -> str | None:
    executor = wide.executor()
    result = world.runner.run(executor.execute(executor.document(text), world.database, {}, name))
    return result.errors[0].message if result.errors else None
