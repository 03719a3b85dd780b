"""The queries in PostGraphile's words, which ask for the same rows and columns; aliases give answers our shape.

Two things it cannot say as we do, and ``normal`` turns their answers into ours: the name that a ministry bore on a day
is a list of one name below it, and groups have the identifier of a ministry as their key, the names coming beside them.
Nor does it count the rows of a group: their distinct identifiers are as many. Its groups come all at once; there are
810 of them here at most.
"""

from __future__ import annotations

from typing import Any

from db.models.budgets import Stage

TECHNOLOGY = """
query Technology($id: String!) {
  technology: technologyByRowId(rowId: $id) {
    id: rowId name nameEn ordinal status
    designations: designationsByTechnologyId(orderBy: [PROMULGATED_ON_ASC, ROW_ID_ASC], first: 25) {
      nodes { id: rowId change locator scope promulgatedOn validFrom validTo }
    }
  }
}
"""

LINKED = """
query Linked($after: String!) {
  technologies: allTechnologies(filter: {name: {greaterThan: $after}}, orderBy: [NAME_ASC, ROW_ID_ASC], first: 20) {
    nodes {
      id: rowId name status
      regime: regimeByRegimeId {
        code term
        statute: statuteByStatuteId { name shortName ministry: organizationByMinistryId { name nameEn } }
      }
      field: technologyFieldByFieldId { name scheme: fieldSchemeBySchemeId { code name } }
      designations: designationsByTechnologyId(orderBy: [PROMULGATED_ON_ASC, ROW_ID_ASC], first: 25) {
        nodes { id: rowId change promulgatedOn notice: documentByNoticeId { title publishedOn } }
      }
    }
  }
}
"""

IN_FORCE = """
  {or: [{validFrom: {isNull: true}}, {validFrom: {lessThanOrEqualTo: $day}}]}
  {or: [{validTo: {isNull: true}}, {validTo: {greaterThanOrEqualTo: $day}}]}
"""
NAME = f"""
names: organizationNamesByOrganizationId(filter: {{and: [{{kind: {{equalTo: "OFFICIAL"}}}} {IN_FORCE}]}}, first: 1) {{
  nodes {{ name }}
}}
"""
LINKED_AS_OF = (
    LINKED.replace("query Linked($after: String!)", "query LinkedAsOf($after: String!, $day: Date!)")
    .replace("organizationByMinistryId { name nameEn }", f"organizationByMinistryId {{ {NAME} name nameEn }}")
    .replace("designationsByTechnologyId(", f"designationsByTechnologyId(filter: {{and: [{IN_FORCE}]}}, ")
)

BUDGET_LINES = """
query BudgetLines($below: BigInt!) {
  budgetLines: allBudgetLines(filter: {amount: {lessThan: $below}}, orderBy: [AMOUNT_DESC, ROW_ID_ASC], first: 1000) {
    nodes {
      id: rowId fiscalYear stage amount account
      project: projectByProjectId { number name }
      ministry: organizationByMinistryId { name code }
    }
  }
}
"""

GROUPED = """
query Grouped($below: BigInt!) {
  budgetLines: allBudgetLines(filter: {amount: {lessThan: $below}}) {
    groups: groupedAggregates(groupBy: [FISCAL_YEAR, STAGE, MINISTRY_ID]) {
      keys distinctCount { rowId } sum { amount }
    }
  }
  organizations: allOrganizations { nodes { id: rowId name } }
}
"""

TEXTS = {
    "technology": TECHNOLOGY,
    "linked": LINKED,
    "linked_as_of": LINKED_AS_OF,
    "budget_lines": BUDGET_LINES,
    "grouped": GROUPED,
}


def normal(query: str, data: Any) -> Any:
    """Return the data of an answer as ours would have it."""
    if query == "grouped":
        return _grouped(data)
    if query == "linked_as_of":
        for technology in data["technologies"]["nodes"]:
            ministry = technology["regime"]["statute"]["ministry"]
            for name in ministry.pop("names")["nodes"]:
                ministry |= name
    return data


def _grouped(data: Any) -> Any:
    names = {ministry["id"]: ministry["name"] for ministry in data["organizations"]["nodes"]}
    stages = list(Stage.__members__)
    nodes = [
        {
            "key": {"fiscalYear": int(year), "stage": stage, "ministry": {"name": names[ministry]}},
            "count": int(group["distinctCount"]["rowId"]),
            "sum": group["sum"],
        }
        for group in data["budgetLines"]["groups"]
        for year, stage, ministry in [group["keys"]]
    ]

    def place(node: Any) -> tuple[int, int, str]:
        key = node["key"]
        return key["fiscalYear"], stages.index(key["stage"]), key["ministry"]["name"]

    return {"budgetLines": {"groups": {"nodes": sorted(nodes, key=place)}}}
