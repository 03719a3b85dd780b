import { useContext } from "react";
import { ofQuestion } from "./address";
import { Page } from "./context";
import { Link } from "./link";
import { GROUPS } from "./questions";

/** The first page: what one may want to know. */
export function Front() {
  const { language, say } = useContext(Page);
  return (
    <>
      <h1>{say("what")}</h1>
      <p className="lead">{say("intro")}</p>
      <div className="groups">
        {GROUPS.map((group) => (
          <section key={group.title.ko}>
            <h2>{group.title[language]}</h2>
            <ul>
              {group.questions.map((each) => (
                <li key={each.id}>
                  <Link to={ofQuestion(each.id)}>{each.title[language]}</Link>
                  <p>{each.about[language]}</p>
                </li>
              ))}
            </ul>
          </section>
        ))}
      </div>
    </>
  );
}
