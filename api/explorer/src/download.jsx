import { useContext, useState } from "react";
import { Page } from "./context";
import { credentials } from "./key";

export const FORMATS = (document.documentElement.dataset.files ?? "").split(" ").filter(Boolean);
/** Formats that hold a whole answer; the others hold one table of it. */
export const WHOLE = ["xlsx", "jsonld"].filter((format) => FORMATS.includes(format));
export const OF_A_TABLE = ["csv", "ndjson", "parquet"].filter((format) => FORMATS.includes(format));
const NAMES = { csv: "CSV", jsonld: "JSON-LD", ndjson: "NDJSON", parquet: "Parquet", xlsx: "XLSX" };

/** A link to a file. With a key the page fetches it, for a link has no header that could carry one. */
export function Download({ format, address, of, className }) {
  const { say, viewer } = useContext(Page);
  const [failed, setFailed] = useState(null);
  const name = NAMES[format];
  const follow = async (event) => {
    if (!viewer) return;
    event.preventDefault();
    setFailed(await saved(address));
  };
  return (
    <>
      <a className={className} href={address} download aria-label={of && `${of}: ${name} ${say("download")}`} onClick={follow}>
        {of ? name : `${name} ${say("download")}`}
      </a>
      {failed && <span className="wrong" role="alert">{failed}</span>}
    </>
  );
}

/** Fetches a file with the key and hands it to the browser to save; returns what went wrong, if anything did. */
async function saved(address) {
  try {
    const response = await fetch(address, { headers: credentials() });
    if (!response.ok) return (await response.json()).detail;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(await response.blob());
    link.download = fileName(response.headers.get("Content-Disposition") ?? "");
    link.click();
    // The browser may begin to read it a moment later.
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    return null;
  } catch (error) {
    return error.message;
  }
}

function fileName(disposition) {
  const encoded = /filename\*=UTF-8''([^;]+)/.exec(disposition);
  return encoded ? decodeURIComponent(encoded[1]) : (/filename="([^"]+)"/.exec(disposition)?.[1] ?? "");
}
