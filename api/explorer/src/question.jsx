import { useContext, useEffect, useState } from "react";
import { ofQuery, ofQuestion } from "./address";
import { Page } from "./context";
import { foretold, useEstimate } from "./estimate";
import { Link } from "./link";
import { Result } from "./result";
import { send } from "./server";
import { Moments, Variable } from "./variables";

/** One question: what it asks of, what it would cost, and its answer. */
export function Question({ question, given }) {
  const { language, say, viewer } = useContext(Page);
  const [variables, setVariables] = useState({ ...question.variables, ...given });
  const [asked, setAsked] = useState(variables);
  const [answer, setAnswer] = useState(null);
  const estimate = useEstimate(question.query, variables, viewer);

  useEffect(() => {
    let late = false;
    setAnswer(null);
    send(question.query, asked).then((found) => late || setAnswer(found));
    return () => {
      late = true;
    };
  }, [question, asked, viewer]);

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
        <p className="quiet" aria-live="polite">{foretold(estimate, say, language)}</p>
      </form>
      <Result answer={answer} query={question.query} variables={asked} picture={question.picture} />
    </>
  );
}
