import { lazy, Suspense, useCallback, useEffect, useMemo, useState } from "react";
import { ofQuery, read } from "./address";
import { Bar } from "./bar";
import { Page } from "./context";
import { Front } from "./front";
import { keepKey, keptKey } from "./key";
import { Question } from "./question";
import { questionOf } from "./questions";
import { asked, named } from "./server";
import { choose, chosen, speaking } from "./words";

// The editor is ten times as large as everything else: whoever only asks does not wait for it.
const Editor = lazy(() => import("./editor"));

/** The page: a bar, and below it the questions, the answer to one, or the editor. */
export function App() {
  const [place, setPlace] = useState(read);
  const [language, setLanguage] = useState(chosen);
  const [codes, setCodes] = useState({});
  const [viewer, setViewer] = useState(null);
  const say = useMemo(() => speaking(language), [language]);
  const go = useCallback((address) => {
    history.pushState(null, "", address);
    setPlace(read());
    scrollTo(0, 0);
  }, []);

  useEffect(() => {
    const back = () => setPlace(read());
    addEventListener("popstate", back);
    return () => removeEventListener("popstate", back);
  }, []);
  const askAs = useCallback((key, viewer) => {
    keepKey(key);
    setViewer(viewer);
  }, []);
  useEffect(() => {
    named().then(setCodes);
    // A key that is not taken any more stays until it is taken away: nobody is to get another's answer unawares.
    if (keptKey()) asked(keptKey()).then(({ viewer, errors }) => setViewer(viewer ?? { scopes: [], refused: errors[0].message }));
  }, []);
  useEffect(() => {
    document.documentElement.lang = language;
    choose(language);
  }, [language]);

  const question = questionOf(place.question);
  const title = question?.title[language] ?? say("tagline");
  useEffect(() => {
    document.title = `${title} · NEXT Graph`;
  }, [title]);
  const toEditor = question ? ofQuery(question.query, { ...question.variables, ...place.variables }) : "/?editor";
  const waiting = keptKey() && !viewer;
  const page = useMemo(() => ({ language, say, codes, go, viewer, askAs }), [language, say, codes, go, viewer, askAs]);
  return (
    <Page value={page}>
      <a className="skip" href="#content">{say("skip")}</a>
      <Bar editor={place.editor} toEditor={toEditor} setLanguage={setLanguage} />
      <main id="content" tabIndex={-1} className={place.editor ? "wide" : "page"}>
        {waiting ? (
          <p className="quiet" role="status">{say("loading")}…</p>
        ) : place.editor ? (
          <Suspense fallback={<p className="quiet" role="status">{say("loading")}…</p>}>
            <h1 className="hidden">NEXT Graph {say("editor")}</h1>
            <Editor key={place.query} query={place.query} variables={place.variables} />
          </Suspense>
        ) : question ? (
          <Question key={question.id} question={question} given={place.variables} />
        ) : (
          <Front />
        )}
      </main>
    </Page>
  );
}
