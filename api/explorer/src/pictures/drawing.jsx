import { useContext, useId } from "react";
import { Page } from "../context";

/** A drawing with a title, as wide as the page where no width is given; what it shows is in the table below too, for those who do not see it. */
export function Drawing({ title, note, width, height, children }) {
  const { say } = useContext(Page);
  const id = useId();
  return (
    <figure>
      <figcaption>{title} <span className="quiet">{say("pictureNote")}{note && ` ${note}`}</span></figcaption>
      <div className="drawing" role="region" aria-label={title} tabIndex={0}>
        <svg role="img" aria-labelledby={id} width={width ?? "100%"} height={height} viewBox={width && `0 0 ${width} ${height}`}>
          <title id={id}>{title}</title>
          {children}
        </svg>
      </div>
    </figure>
  );
}
