import { useContext } from "react";
import { Page } from "../context";
import { Grid, split } from "./grid";

/** How many common areas of each sector each list covers. */
export function Matrix({ data }) {
  const { language } = useContext(Page);
  const cells = data.areaCoverages.groups.nodes.map(({ key, count }) => ({ row: key.area.sector, column: key.regime.code, value: count }));
  const columns = data.regimes.nodes.map(({ code, term }) => ({ key: code, words: [code, ...split(term)] }));
  const title = language === "ko" ? "영역 × 제도: 공통기술분야의 수" : "Sector × list: number of common areas";
  return <Grid title={title} rows={[...new Set(cells.map(({ row }) => row))]} columns={columns} cells={cells} />;
}
