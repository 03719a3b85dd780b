/** What the page says, in Korean and English; the data say for themselves. */
const WORDS = {
  about: ["소개", "About"],
  aboutKey: [
    "인증키를 넣으면 그 키의 권한으로 묻고 내려받습니다. 이 탭에만 남아 있고 탭을 닫으면 지워지며, 주소에는 들어가지 않습니다.",
    "With a key, everything is asked and downloaded with its rights. It stays in this tab until that is closed, and is in no address.",
  ],
  all: ["모든 질문", "All questions"],
  answer: ["답", "Answer"],
  approximately: ["약", "about"],
  ask: ["질문", "Questions"],
  asOf: ["기준일 (시행 중이던 것)", "In force on"],
  asOfShort: ["기준일", "in force on"],
  atRelease: ["공개본 (알려져 있던 것)", "As known at release"],
  beginning: ["처음부터", "from the beginning"],
  certainty: ["확실성", "Certainty"],
  close: ["닫기", "Close"],
  copied: ["주소를 복사했습니다", "Address copied"],
  copy: ["주소 복사", "Copy address"],
  cost: ["비용", "Cost"],
  download: ["내려받기", "Download"],
  editor: ["편집기", "Editor"],
  empty: ["해당하는 것이 없습니다.", "Nothing fits."],
  estimate: ["예상 비용", "Estimated cost"],
  failed: ["답을 받지 못했습니다", "There is no answer"],
  forget: ["키 지우기", "Forget the key"],
  intro: [
    "여러 부처에 흩어진 국가전략기술의 사실을 이어 답합니다. 궁금한 것을 고르면 표와 그림으로 보입니다.",
    "Facts on Korea’s national strategic technologies, linked over ministries. Choose a question to see its answer.",
  ],
  json: ["JSON", "JSON"],
  key: ["인증키", "Key"],
  keyOrToken: ["인증키 또는 토큰", "Key or token"],
  latest: ["최신", "Newest"],
  left: ["이번 분에 남은 점수", "Points left for now"],
  loading: ["기다리는 중", "Waiting"],
  name: ["이름", "Name"],
  newest: ["최신 공개본", "newest release"],
  noSource: ["이 값에 붙은 출처가 없습니다.", "No source is attached to this value."],
  openEditor: ["편집기에서 열기", "Open in the editor"],
  organization: ["기관", "Organization"],
  persistedOnly: ["이 키로는 등록된 문서만 실행됩니다.", "With this key only documents run that the server keeps."],
  picture: ["그림", "Picture"],
  pictureNote: ["같은 값이 아래 표에 있습니다.", "The same values are in the table below."],
  points: ["점", " points"],
  refused: ["거절됨", "refused"],
  release: ["공개본", "release"],
  rows: ["행", "rows"],
  run: ["다시 묻기", "Ask again"],
  runFirst: ["질의를 실행하면 답이 여기에 표로 보입니다.", "Run a query, and its answer appears here as tables."],
  scopes: ["권한", "Grants"],
  skip: ["본문으로", "Skip to the content"],
  source: ["출처", "Source"],
  table: ["표", "Table"],
  tagline: ["국가전략기술 연결 데이터", "Linked data on national strategic technologies"],
  total: ["전체", "Total"],
  undated: ["날짜가 없어 표에만 있는 것", "Without a date, and so in the table alone"],
  useKey: ["적용", "Use it"],
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
