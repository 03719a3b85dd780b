import { createContext } from "react";

/** What every part of the page needs: the language, its words, the names of codes, and how to go elsewhere. */
export const Page = createContext(null);
