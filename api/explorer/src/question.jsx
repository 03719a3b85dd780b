import { useContext, useEffect, useState } from "react";
import { ofQuery, ofQuestion } from "./address";
import { Page } from "./context";
import { Link } from "./link";
import { headOf, momentsOf } from "./questions";
import { Result } from "./result";
import { estimated, released, send } from "./server";

const LABELS = {
  covers: ["담는 목록", "Covered by"],
  day: ["기한", "Due on or before"],
  field: ["분야", "Field"],
  lacks: ["담지 않는 목록", "Not covered by"],
  since: ["이 공개본 뒤로", "Since release"],
  technology: ["기술", "Technology"],
  year: ["회계연도", "Fiscal year"],
};

/** One question: what it asks of, what it would cost, and its answer. */
export function Question({ question, given }) {
  const { language, say } = useContext(Page);
  const [variables, setVariables] = useState({ ...question.variables, ...given });
  const [asked, setAsked] = useState(variables);
  const [answer, setAnswer] = useState(null);
  const estimate = useEstimate(question.query, variables);

  useEffect(() => {
    let late = false;
    setAnswer(null);
    send(question.query, asked).then((found) => late || setAnswer(found));
    return () => {
      late = true;
    };
  }, [question, asked]);

  const ask = (event) => {
    event.preventDefault();
    history.replaceState(null, "", ofQuestion(question.id, variables));
    setAsked({ ...variables });
  };
  const set = (name, value) => setVariables((before) => ({ ...before, [name]: value }));
  return (
    <>
      <p><Link to="/">← {say("all")}</Link></p>
      <h1>{question.title[language]}</h1>
      <p className="lead">{question.about[language]}</p>
      <form className="variables" onSubmit={ask}>
        {Object.entries(question.variables).map(([name, value]) => (
          <Variable key={name} name={name} value={variables[name]} number={typeof value === "number"} set={set} />
        ))}
        <Moments query={question.query} variables={variables} set={set} />
        <button type="submit">{say("run")}</button>
        <Link to={ofQuery(question.query, variables)} className="aside">{say("openEditor")}</Link>
        <p className="quiet" aria-live="polite">
          {estimate && `${say("estimate")}: ${estimate.points.toLocaleString()} ${say("points")}, ${estimate.rows.toLocaleString()} ${say("rows")}, ${estimate.bytes.toLocaleString()} ${say("bytes")}`}
        </p>
      </form>
      <Result answer={answer} query={question.query} variables={asked} picture={question.picture} />
    </>
  );
}

function Variable({ name, value, number, set }) {
  const { language } = useContext(Page);
  const type = number ? "number" : name === "day" ? "date" : "text";
  return (
    <label>
      {LABELS[name]?.[language === "ko" ? 0 : 1] ?? headOf(name, language)}
      <input type={type} required value={value ?? ""} onChange={(event) => set(name, number ? event.target.valueAsNumber : event.target.value)} />
    </label>
  );
}

/** The two moments that a question can be asked of: what was in force, and what was known. */
function Moments({ query, variables, set }) {
  const { say } = useContext(Page);
  const moments = momentsOf(query);
  const [releases, setReleases] = useState([]);
  useEffect(() => {
    if (moments.includes("atRelease")) released().then(setReleases);
  }, [query]);
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

/** Asks what a query would cost, a moment after it was last changed. */
function useEstimate(query, variables) {
  const [estimate, setEstimate] = useState(null);
  const told = JSON.stringify(variables);
  useEffect(() => {
    let late = false;
    const soon = setTimeout(() => estimated(query, JSON.parse(told)).then((found) => late || setEstimate(found)), 250);
    return () => {
      late = true;
      clearTimeout(soon);
    };
  }, [query, told]);
  return estimate;
}
