import { lazy, Suspense } from "react";
const Editor = lazy(() => import("./editor"));
export function App() { return <Suspense><Editor /></Suspense>; }
