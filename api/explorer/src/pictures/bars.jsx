import { useContext } from "react";
import { Page } from "../context";
import { grouped } from "../table";
import { Drawing } from "./drawing";

const ROW = 52;

/** What each ministry spends, one bar each. */
export function Bars({ data }) {
  const { language } = useContext(Page);
  const bars = data.budgetAllocations.groups.nodes.map(({ key, sum }) => ({ label: key.budgetLine.ministry.name, value: sum.amount }));
  return <BarsOf title={language === "ko" ? "부처별 금액 (억 원)" : "Amount by ministry (100 million won)"} bars={bars} />;
}

/** Bars from amounts as they came: {label, value}. The longest takes the whole width. */
export function BarsOf({ title, bars }) {
  const most = Math.max(...bars.map(({ value }) => Number(value)), 0) || 1;
  return (
    <Drawing title={title} height={bars.length * ROW}>
      {bars.map(({ label, value }, index) => (
        <g key={label}>
          <title>{`${label}: ${grouped(value)}`}</title>
          <text x="0" y={index * ROW + 18}>{label}</text>
          <text x="100%" y={index * ROW + 18} textAnchor="end" className="amount">{grouped(value)}</text>
          <rect className="rail" x="0" y={index * ROW + 26} width="100%" height="10" rx="3" />
          <rect className="mark" x="0" y={index * ROW + 26} width={`${Math.max((Number(value) / most) * 100, 0.4)}%`} height="10" rx="3" />
        </g>
      ))}
    </Drawing>
  );
}
