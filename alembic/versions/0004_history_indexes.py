"""Index the history as the current rows are; write JSON faster, and refuse to add up what differs in kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

REFUSE_MIXED_KINDS = """
CREATE OR REPLACE FUNCTION refuse_mixed_kinds(reason text) RETURNS numeric LANGUAGE plpgsql VOLATILE AS
$$BEGIN RAISE EXCEPTION USING ERRCODE = 'NG001', MESSAGE = reason; END$$
"""
JSON_TEXT = """
CREATE OR REPLACE FUNCTION json_text(value text) RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
RETURN {quoted}(value)::text
"""
INDEXED = {
    "agenda_items": ("released_in", "event_id", "meeting_id"),
    "area_coverages": ("released_in", "area_id", "regime_id"),
    "bodies": ("released_in", "name", "parent_id"),
    "body_fields": ("released_in", "body_id", "field_id"),
    "budget_allocations": ("released_in", "budget_line_id", "field_id"),
    "budget_lines": ("released_in", "fiscal_year", "ministry_id", "project_id", "amount"),
    "budget_summaries": ("released_in", "scheme_id"),
    "claims": ("released_in", "subject_id", "passage_id"),
    "common_areas": ("released_in", "name"),
    "contacts": ("released_in", "unit_id", "person_id"),
    "core_missions": ("released_in", "scheme_id"),
    "designations": ("released_in", "technology_id", "notice_id"),
    "documents": ("released_in", "publisher_id"),
    "events": ("released_in",),
    "field_schemes": ("released_in", "regime_id"),
    "initiatives": ("released_in", "parent_id"),
    "meetings": ("released_in", "body_id"),
    "memberships": ("released_in", "body_id", "organization_id", "person_id"),
    "milestones": ("released_in", "initiative_id", "roadmap_id", "statute_id"),
    "missions": ("released_in", "field_id", "core_mission_id"),
    "organization_names": ("released_in", "organization_id", "name"),
    "organizations": ("released_in", "name", "parent_id"),
    "participations": ("released_in", "event_id", "person_id", "organization_id", "body_id"),
    "passages": ("released_in", "document_id"),
    "people": ("released_in", "name"),
    "policy_instruments": ("released_in", "actor_id", "field_id", "statute_id"),
    "projects": ("released_in", "fiscal_year", "ministry_id", "parent_id"),
    "provisions": ("released_in", "statute_id"),
    "regimes": ("released_in", "term", "statute_id"),
    "roadmaps": ("released_in",),
    "sector_fields": ("released_in", "sector", "regime_id"),
    "statistic_components": ("released_in", "statistic_id", "regime_id"),
    "statistics": ("released_in", "measure"),
    "statute_versions": ("released_in", "statute_id"),
    "statutes": ("released_in", "short_name", "ministry_id"),
    "successions": ("released_in", "predecessor_id", "successor_id"),
    "targets": ("released_in", "initiative_id", "field_id"),
    "technologies": ("released_in", "regime_id", "field_id", "name"),
    "technology_fields": ("released_in", "scheme_id", "name"),
    "terms": ("released_in", "form", "regime_id"),
    "thresholds": ("released_in", "designation_id", "coverage_id"),
    "units": ("released_in", "organization_id", "parent_id"),
}

NATURAL = {
    "technologies": ((), ("ordinal",)),
    "projects": (("fiscal_year",),),
}


def upgrade() -> None:
    version = op.get_bind().dialect.server_version_info
    assert version
    quoted = "json_scalar" if version >= (17,) else "to_json"
    op.get_bind().exec_driver_sql(REFUSE_MIXED_KINDS)
    op.get_bind().exec_driver_sql(JSON_TEXT.format(quoted=quoted))
    for table, indexes in NATURAL.items():
        for before in indexes:
            name = "_".join(("ix", table, "history_natural", *before, "name"))
            op.create_index(name, f"{table}_history", [*before, sa.text("natural_key(name)"), "id"])
    for table, columns in INDEXED.items():
        for column in columns:
            op.create_index(f"ix_{table}_history_{column}", f"{table}_history", [column])


def downgrade() -> None:
    for table, indexes in NATURAL.items():
        for before in indexes:
            op.drop_index("_".join(("ix", table, "history_natural", *before, "name")), f"{table}_history")
    for table, columns in INDEXED.items():
        for column in columns:
            op.drop_index(f"ix_{table}_history_{column}", f"{table}_history")
    op.execute("DROP FUNCTION json_text(text)")
    op.execute("DROP FUNCTION refuse_mixed_kinds(text)")
