import { useContext } from "react";
import { Page } from "../context";
import { grouped } from "../table";
import { Drawing } from "./drawing";

const LABEL = 170;
const LENGTH = 330;
const ROW = 34;

/** What each ministry spends, one bar each. */
export function Bars({ data }) {
  const { language } = useContext(Page);
  const bars = data.budgetAllocations.groups.nodes.map(({ key, sum }) => ({ label: key.budgetLine.ministry.name, value: sum.amount }));
  return <BarsOf title={language === "ko" ? "부처별 금액 (억 원)" : "Amount by ministry (100 million won)"} bars={bars} />;
}

/** Bars from amounts as they came: {label, value}. */
export function BarsOf({ title, bars }) {
  const most = Math.max(...bars.map(({ value }) => Number(value)), 0) || 1;
  return (
    <Drawing title={title} width={LABEL + LENGTH + 110} height={bars.length * ROW + 8}>
      {bars.map(({ label, value }, index) => {
        const length = Math.max((Number(value) / most) * LENGTH, 1.5);
        const y = index * ROW + 6;
        return (
          <g key={label}>
            <text x={LABEL - 10} y={y + 16} textAnchor="end">{label}</text>
            <rect className="mark" x={LABEL} y={y} width={length} height={ROW - 12} rx="3" />
            <text x={LABEL + length + 8} y={y + 16}>{grouped(value)}</text>
          </g>
        );
      })}
    </Drawing>
  );
}
