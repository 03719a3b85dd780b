import { useEffect, useState } from "react";
import { estimated } from "./server";

/** Asks what a query would cost, a moment after it was last changed; null while that is not known. */
export function useEstimate(query, variables, viewer) {
  const [estimate, setEstimate] = useState(null);
  const told = JSON.stringify(variables);
  useEffect(() => {
    let late = false;
    const ask = () => estimated(query, JSON.parse(told)).then((found) => late || setEstimate(found));
    const soon = query ? setTimeout(ask, 400) : setEstimate(null);
    return () => {
      late = true;
      clearTimeout(soon);
    };
  }, [query, told, viewer]);
  return estimate;
}

/** Returns a number of bytes as people read it. */
export function sized(bytes, language) {
  const kilobytes = bytes / 1024;
  const shown = kilobytes < 1024 ? [kilobytes, "KB"] : [kilobytes / 1024, "MB"];
  return `${shown[0].toLocaleString(language, { maximumFractionDigits: shown[0] < 10 ? 1 : 0, minimumFractionDigits: 0 })} ${shown[1]}`;
}

/** Says what a query will cost. */
export function foretold(estimate, say, language) {
  return estimate && `${say("estimate")} ${estimate.points.toLocaleString(language)}${say("points")}, ${say("approximately")} ${sized(estimate.bytes, language)}`;
}

/** Says what an answer took, and of which moment and release it is. */
export function told({ extensions, took }, variables, say, language) {
  const { release } = extensions ?? {};
  const { asOf, atRelease } = variables ?? {};
  return [
    took?.points > 0 && `${say("cost")} ${took.points.toLocaleString(language)}${say("points")}, ${sized(took.bytes, language)}, ${took.milliseconds.toLocaleString(language)} ms`,
    asOf && `${say("asOfShort")} ${asOf}`,
    atRelease != null && `${say("release")} ${atRelease}`,
    release != null && `${say("newest")} ${release}`,
  ].filter(Boolean).join(" · ");
}
