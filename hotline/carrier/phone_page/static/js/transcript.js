// The conversation as a dialogue. Lines are only added, so that a screen reader hears new ones.
import { namesOf } from "./addresses.js";
import { t } from "./i18n.js";

const shown = new Map();
let language = "";
let isAtEnd = true;

export function wireTranscript(log) {
  const follow = () => isAtEnd && (log.scrollTop = log.scrollHeight);
  log.addEventListener("scroll", () => {
    isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
  });
  new ResizeObserver(follow).observe(log);
}

/** The newest line stays in sight unless somebody scrolled back to read. */
export function showTranscript(log, lines) {
  if (lines.length < shown.size || language !== document.documentElement.lang) clear();
  language = document.documentElement.lang;
  lines.forEach((line, place) => {
    if (!shown.has(place)) log.append(entryFor(place, line));
    mark(shown.get(place), line);
  });
  if (isAtEnd) log.scrollTop = log.scrollHeight;
}

function clear() {
  for (const entry of shown.values()) entry.remove();
  shown.clear();
  isAtEnd = true;
}

function entryFor(place, line) {
  const entry = document.createElement("div");
  entry.className = `line ${line.who}`;
  if (line.who !== "system") entry.append(piece("line-who", t(whoKey(line))));
  entry.append(piece("line-text", textOf(line)));
  if (line.text) entry.lastElementChild.lang = "zh-CN";
  shown.set(place, entry);
  return entry;
}

function whoKey(line) {
  return line.who === "caller" ? "talk.you" : "talk.them";
}

function textOf(line) {
  if (line.keys) return t("call.pressed", { keys: line.keys });
  return line.text ?? t(line.key, { who: namesOf(line.addresses ?? []) });
}

function mark(entry, line) {
  if (!line.result || line.result === "heard" || entry.dataset.result) return;
  entry.dataset.result = line.result;
  entry.append(piece("line-result", t(`talk.${line.result}`)));
}

function piece(name, text) {
  const node = document.createElement("p");
  node.className = name;
  node.textContent = text;
  return node;
}
