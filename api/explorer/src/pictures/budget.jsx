import { useContext } from "react";
import { Page } from "../context";
import { BarsOf } from "./bars";
import { Grid, split } from "./grid";

/** The budget by ministry and field, and apart from it what it comes to with and without double counting. */
export function Budget({ data }) {
  const { language, say } = useContext(Page);
  const ko = language === "ko";
  const cells = data.budgetAllocations.groups.nodes.map(({ key, sum }) => ({
    row: key.budgetLine.ministry.name,
    column: key.field.name,
    // Whole 억: the table has the amounts to the won.
    value: Number(sum.amount) < 1 ? "<1" : Math.round(Number(sum.amount)),
  }));
  const columns = [...new Set(cells.map(({ column }) => column))].map((name) => ({ key: name, words: split(name) }));
  return (
    <>
      {data.budgetSummaries.nodes.map((each) => (
        <BarsOf
          key={each.id}
          title={ko ? `${each.scheme?.name ?? ""} ${each.fiscalYear}년 (억 원)` : `${each.scheme?.name ?? ""} ${each.fiscalYear} (100 million won)`}
          bars={[
            { label: say("total"), value: each.total },
            { label: ko ? "배분 합계(겹침 포함)" : "Gross (overlaps count)", value: each.gross },
            { label: ko ? "중복을 뺀 금액" : "Distinct (each once)", value: each.distinct },
          ]}
        />
      ))}
      <Grid title={ko ? "부처 × 분야: 배분 금액 (억 원, 반올림)" : "Ministry × field: allocation (100 million won, rounded)"} rows={[...new Set(cells.map(({ row }) => row))]} columns={columns} cells={cells} />
    </>
  );
}
