import { useContext } from "react";
import { Page } from "../context";
import { Drawing } from "./drawing";

const ROW = 46;
const LINE = 128;
const DAY = 86_400_000;

/** Milestones and releases from top to bottom; the longer the time between two, the longer the line. */
export function Timeline({ data }) {
  const { language, say, codes } = useContext(Page);
  const all = [
    ...(data.milestones?.nodes ?? []).map(({ title, status, due }) => ({ day: due?.latest ?? due?.earliest, print: due?.asPrinted, title, note: codes[status]?.[language === "ko" ? 0 : 1] ?? status, kind: status })),
    ...(data.releases?.nodes ?? []).map(({ number, title, publishedAt }) => ({ day: publishedAt.slice(0, 10), print: publishedAt.slice(0, 10), title: `${language === "ko" ? "공개본" : "Release"} ${number}`, note: title, kind: "RELEASE" })),
  ];
  const dated = all.filter(({ day }) => day).sort((left, right) => (left.day < right.day ? -1 : left.day > right.day ? 1 : 0));
  let y = 24;
  const placed = dated.map((each, index) => {
    const days = index ? (new Date(each.day) - new Date(dated[index - 1].day)) / DAY : 0;
    y += index ? ROW + Math.min(days / 12, 60) : 0;
    return { ...each, y };
  });
  const undated = all.length - dated.length;
  return (
    <Drawing title={language === "ko" ? "시간 순서" : "In order of time"} note={undated > 0 && `${say("undated")}: ${undated}.`} width={640} height={y + 32}>
      {placed.length > 0 && <line className="axis" x1={LINE} x2={LINE} y1={24} y2={y} />}
      {placed.map(({ day, print, title, note, kind, y }, index) => (
        <g key={index}>
          <title>{`${day}: ${title} (${note})`}</title>
          <text x={LINE - 18} y={y + 5} textAnchor="end">{print && print.length < 10 ? print : day}</text>
          {kind === "RELEASE" ? <rect className="mark" x={LINE - 6} y={y - 6} width="12" height="12" /> : <circle className={kind === "ACHIEVED" ? "mark" : "ring"} cx={LINE} cy={y} r="6" />}
          <text x={LINE + 20} y={y + 1}>{title}</text>
          <text x={LINE + 20} y={y + 18} className="small">{note}</text>
        </g>
      ))}
    </Drawing>
  );
}
