/** What the page says, in Korean and English; the data say for themselves. */
const WORDS = {
  about: ["이 서비스는", "About"],
  all: ["모든 질문", "All questions"],
  answer: ["답", "Answer"],
  asOf: ["기준일 (시행 중이던 것)", "In force on"],
  ask: ["질문", "Questions"],
  atRelease: ["공개본 (알려져 있던 것)", "As known at release"],
  bytes: ["바이트", "bytes"],
  certainty: ["확실성", "Certainty"],
  close: ["닫기", "Close"],
  copied: ["주소를 복사했습니다", "Address copied"],
  copy: ["주소 복사", "Copy address"],
  cost: ["비용", "Cost"],
  distinct: ["중복을 뺀 금액", "Without double counting"],
  download: ["내려받기", "Download"],
  editor: ["편집기", "Editor"],
  empty: ["해당하는 것이 없습니다.", "Nothing fits."],
  estimate: ["예상", "Estimate"],
  failed: ["답을 받지 못했습니다", "There is no answer"],
  gross: ["배분 합계 (겹침 포함)", "Sum of allocations, overlaps counted"],
  intro: [
    "여러 부처에 흩어진 국가전략기술의 사실을 이어 답합니다. 궁금한 것을 고르면 표와 그림으로 보입니다.",
    "Facts on Korea’s national strategic technologies, linked over ministries. Choose a question to see its answer.",
  ],
  json: ["JSON", "JSON"],
  latest: ["최신", "Newest"],
  loading: ["기다리는 중", "Waiting"],
  newest: ["최신 공개본", "newest release"],
  noSource: ["이 값에 붙은 출처가 없습니다.", "No source is attached to this value."],
  openEditor: ["편집기에서 열기", "Open in the editor"],
  picture: ["그림", "Picture"],
  pictureNote: ["같은 값이 아래 표에 있습니다.", "The same values are in the table below."],
  points: ["점", "points"],
  rows: ["행", "rows"],
  runFirst: ["질의를 실행하면 답이 여기에 표로 보입니다.", "Run a query, and its answer appears here as tables."],
  run: ["다시 묻기", "Ask again"],
  skip: ["본문으로", "Skip to the content"],
  source: ["출처", "Source"],
  table: ["표", "Table"],
  tagline: ["국가전략기술 연결 데이터", "Linked data on national strategic technologies"],
  total: ["전체", "Total"],
  values: ["단일 값", "Single values"],
  what: ["무엇을 알고 싶으세요?", "What do you want to know?"],
};
const KEPT = "nextgraph:language";

export const LANGUAGES = { ko: "한국어", en: "English" };

/** Returns the language of the page: the one that was chosen before, else Korean. */
export function chosen() {
  return localStorage.getItem(KEPT) in LANGUAGES ? localStorage.getItem(KEPT) : "ko";
}

/** Keeps a choice of language. */
export function choose(language) {
  localStorage.setItem(KEPT, language);
}

/** Returns what tells words in a language. */
export function speaking(language) {
  return (key) => WORDS[key][language === "ko" ? 0 : 1];
}
