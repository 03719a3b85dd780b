"""Missions with the certainty of their reading, and the times of the timeline with their bounds."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from db.models import (
    CoreMission,
    Initiative,
    Milestone,
    Mission,
    PolicyInstrument,
    Roadmap,
    Target,
    TechnologyField,
)
from db.models.base import Bound, Precision
from db.models.missions import InstrumentKind, MilestoneStatus
from db.models.sources import Certainty
from tests.db.builtin import all_of, one

if TYPE_CHECKING:
    from db.models import FuzzyDate


def printed(when: FuzzyDate | None) -> str | None:
    """Return a time as printed, None where the source gives none."""
    return when.as_printed if when else None


def test_the_project_belongs_to_a_national_task() -> None:
    project = one(Initiative, "initiative:next-project")
    assert project.parent_id == "initiative:national-task-28"
    assert one(Initiative, "initiative:national-task-28").number == 28


def test_three_core_missions_and_no_mission_is_assigned_to_one() -> None:
    assert [core.name for core in all_of(CoreMission)] == ["AI 전환선도", "통상·안보 주도권", "미래혁신 기반"]
    assert {mission.core_mission_id for mission in all_of(Mission)} == {None}


def test_fifteen_missions_of_which_the_last_row_is_inferred() -> None:
    missions = all_of(Mission)
    assert [mission.ordinal for mission in missions] == list(range(1, 16))
    assert Counter(mission.certainty for mission in missions) == {
        Certainty.CLEAR: 9,
        Certainty.PROBABLE: 4,
        Certainty.AMBIGUOUS: 2,
    }
    assert Certainty.CLEAR not in {mission.certainty for mission in missions[10:]}


def test_every_field_has_a_mission_and_four_have_more() -> None:
    per_field = Counter(one(TechnologyField, mission.field_id).name for mission in all_of(Mission))
    assert len(per_field) == 10
    assert {field: count for field, count in per_field.items() if count > 1} == {
        "반도체·디스플레이": 2,
        "첨단바이오": 3,
        "차세대전지": 2,
        "우주항공·해양": 2,
    }


def test_a_dash_leaves_two_readings() -> None:
    mission = one(Mission, "mission:power-grid-ccus")
    assert mission.certainty is Certainty.AMBIGUOUS
    assert mission.as_printed == "차세대 에너지 전력망 - CCUS 체계 구축"
    assert len(mission.alternatives) == 1


def test_lost_separators_come_back_in_the_title_only() -> None:
    mission = one(Mission, "mission:civil-military-space-marine")
    assert mission.title == "민군협력 우주항공·해양 독자기술개발"
    assert mission.as_printed == "민군협력우주항공해양 독자기술개발"


def test_every_mission_starts_from_2027() -> None:
    for mission in all_of(Mission):
        assert mission.starts is not None
        assert (mission.starts.as_printed, mission.starts.bound) == ("'27년부터", Bound.FROM)
        assert (mission.starts.earliest, mission.starts.latest) == (date(2027, 1, 1), None)


def test_one_target_has_a_figure_and_one_no_date() -> None:
    targets = all_of(Target)
    assert len(targets) == 5
    assert [(t.value, t.unit) for t in targets if not t.qualitative] == [(Decimal(100), "GW")]
    assert [t.title for t in targets if not printed(t.due)] == ["글로벌 피지컬 AI 1강"]
    assert {t.initiative_id for t in targets if t.field_id is None} == {"initiative:next-project"}


def test_three_titles_of_a_roadmap_are_kept_apart() -> None:
    (roadmap,) = all_of(Roadmap)
    assert roadmap.titles_as_printed == ["분야별 종합 로드맵", "국가전략기술 혁신 로드맵", "혁신 로드맵"]
    assert roadmap.certainty is Certainty.AMBIGUOUS


def test_thirteen_milestones_by_status() -> None:
    statuses = Counter(milestone.status for milestone in all_of(Milestone))
    assert statuses == {MilestoneStatus.ACHIEVED: 4, MilestoneStatus.IN_PROGRESS: 1, MilestoneStatus.PLANNED: 8}


def test_a_half_year_is_a_start_a_deadline_or_a_period() -> None:
    halves = {
        m.due.as_printed: (m.due.bound, m.due.earliest, m.due.latest)
        for m in all_of(Milestone)
        if m.due is not None and m.due.precision is Precision.HALF
    }
    assert halves == {
        "올해 하반기까지": (Bound.BY, None, date(2026, 12, 31)),
        "올해 하반기부터": (Bound.FROM, date(2026, 7, 1), None),
        "~'26.下": (Bound.BY, None, date(2026, 12, 31)),
        "'26. 下": (Bound.IN, date(2026, 7, 1), date(2026, 12, 31)),
    }


def test_milestones_without_a_date() -> None:
    due = {milestone.id.partition(":")[2]: milestone.due for milestone in all_of(Milestone)}
    assert [key for key, when in due.items() if not printed(when)] == ["next-scheme-announced"]
    shared = due["progress-shared"]
    assert shared is not None
    assert (shared.as_printed, shared.precision, shared.latest) == ("추후", Precision.UNDATED, None)


def test_core_programmes_are_designated_at_the_end_of_2026() -> None:
    due = one(Milestone, "milestone:core-programmes-designated").due
    assert due is not None
    assert (due.as_printed, due.precision, due.latest) == ("'26년말", Precision.YEAR_END, date(2026, 12, 31))


def test_seventeen_instruments_of_which_two_name_who_applies_them() -> None:
    instruments = all_of(PolicyInstrument)
    assert len(instruments) == 17
    assert {i.name: i.actor_id for i in instruments if i.actor_id is not None} == {
        "지재권 분석": "ministry:moip",
        "혁신조달": "ministry:pps",
    }
    assert Counter(i.kind for i in instruments)[InstrumentKind.FINANCE] == 2
