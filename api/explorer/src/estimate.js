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
  const steps = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : 2;
  const shown = bytes / 1024 ** steps;
  return `${shown.toLocaleString(language, { maximumFractionDigits: shown < 10 && steps ? 1 : 0 })} ${["B", "KB", "MB"][steps]}`;
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
