import { useContext, useEffect, useId, useState } from "react";
import { Page } from "./context";
import { headOf, momentsOf } from "./questions";
import { released, send } from "./server";

const LABELS = {
  covers: ["담는 목록", "Covered by"],
  day: ["기한", "Due on or before"],
  field: ["분야", "Field"],
  lacks: ["담지 않는 목록", "Not covered by"],
  since: ["이 공개본 뒤로", "Since release"],
  technology: ["기술", "Technology"],
  year: ["회계연도", "Fiscal year"],
};
const REGIMES = {
  query: "{ regimes(orderBy: [{code: ASC}], first: 100) { nodes { code term statute { shortName } } } }",
  of: ({ regimes }) => regimes.nodes.map(({ code, term, statute }) => ({ value: code, label: `${term} (${statute.shortName})` })),
};
const RELEASES = {
  query: "{ releases(last: 50) { nodes { number title } } }",
  of: ({ releases }, say) => [...releases.nodes.map(({ number, title }) => ({ value: number, label: `${number} · ${title}` })), { value: 0, label: `0 · ${say("beginning")}` }],
};
/** What one may choose for a variable, from the data; where it is free, these are proposals. */
const CHOICES = {
  covers: REGIMES,
  lacks: REGIMES,
  since: RELEASES,
  field: {
    free: true,
    query: "{ technologyFields(where: {allocations: {some: {}}}, first: 200) { nodes { name } } }",
    of: ({ technologyFields }) => technologyFields.nodes.map(({ name }) => ({ value: name })),
  },
  technology: {
    free: true,
    query: "{ technologies(first: 500, orderBy: [{name: ASC}]) { nodes { name } } }",
    of: ({ technologies }) => technologies.nodes.map(({ name }) => ({ value: name })),
  },
};

/** A value that a question asks of: chosen from what there is, or typed. */
export function Variable({ name, value, number, set }) {
  const { language } = useContext(Page);
  const choices = useChoices(name);
  const list = useId();
  const label = LABELS[name]?.[language === "ko" ? 0 : 1] ?? headOf(name, language);
  const take = (event) => set(name, number ? Number(event.target.value) : event.target.value);
  if (CHOICES[name] && !CHOICES[name].free)
    return (
      <label>
        {label}
        <select value={value} onChange={take}>
          {!choices.some((each) => each.value === value) && <option value={value}>{value}</option>}
          {choices.map(({ value, label }) => <option key={value} value={value}>{label}</option>)}
        </select>
      </label>
    );
  const type = number ? "number" : name === "day" ? "date" : "text";
  return (
    <label>
      {label}
      <input type={type} required value={value ?? ""} onChange={take} list={choices.length ? list : undefined} />
      {choices.length > 0 && <datalist id={list}>{[...new Set(choices.map(({ value }) => value))].map((each) => <option key={each} value={each} />)}</datalist>}
    </label>
  );
}

function useChoices(name) {
  const { say, viewer } = useContext(Page);
  const [choices, setChoices] = useState([]);
  useEffect(() => {
    const choice = CHOICES[name];
    if (choice) send(choice.query).then(({ data }) => data && setChoices(choice.of(data, say)));
  }, [name, say, viewer]);
  return choices;
}

/** The two moments that a question can be asked of: what was in force, and what was known. */
export function Moments({ query, variables, set }) {
  const { say, viewer } = useContext(Page);
  const moments = momentsOf(query);
  const [releases, setReleases] = useState([]);
  useEffect(() => {
    if (moments.includes("atRelease")) released().then(setReleases);
  }, [query, viewer]);
  return (
    <>
      {moments.includes("asOf") && (
        <label>
          {say("asOf")}
          <input type="date" value={variables.asOf ?? ""} onChange={(event) => set("asOf", event.target.value || undefined)} />
        </label>
      )}
      {moments.includes("atRelease") && (
        <label>
          {say("atRelease")}
          <select value={variables.atRelease ?? ""} onChange={(event) => set("atRelease", event.target.value ? Number(event.target.value) : undefined)}>
            <option value="">{say("latest")}</option>
            {releases.map(({ number, title }) => <option key={number} value={number}>{`${number} · ${title}`}</option>)}
          </select>
        </label>
      )}
    </>
  );
}
