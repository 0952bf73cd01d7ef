// Saying something: typed, spoken into the microphone, or one of the suggestions.
import { isOpen } from "./acts.js";
import { t, isEnglish, onLanguage } from "./i18n.js";
import { wireMicrophone } from "./microphone.js";
import { SENTENCES } from "./samples.js";

const $ = (id) => document.getElementById(id);
const HINT_STAYS = 5000;

/** `onSay(text)` gives heard | unheard | unsent | muted; `onTry(text)` is a suggestion at rest. */
export function createComposer({ getCall, onSay, onTry }) {
  const input = $("words");
  drawSuggestions(suggest);
  onLanguage(() => drawSuggestions(suggest));
  $("composer").addEventListener("submit", (event) => {
    event.preventDefault();
    send();
  });
  wireMicrophone($("microphone"), {
    mayTalk: () => getCall().stage === "live" && (!getCall().isMuted || (hint("hint.muted"), false)),
    onDraft: (words) => (input.value = words),
    onWords: () => send(),
    onHeld: (isHeld) => {
      $("microphone").dataset.held = isHeld;
      hint(isHeld ? "talk.listening" : "");
    },
    onTrouble: () => hint("hint.microphone"),
  });

  async function send() {
    const text = input.value.trim();
    if (!text || getCall().stage !== "live") return;
    input.value = "";
    const result = await onSay(text);
    if (["unsent", "muted"].includes(result) && !input.value) input.value = text;
    hintAbout(result);
  }

  async function suggest(text) {
    const call = getCall();
    if (call.stage === "live") hintAbout(await onSay(text));
    else if (!isOpen(call)) onTry(text);
  }

  return {
    show(call) {
      const isLive = call.stage === "live";
      for (const it of [input, $("send"), $("microphone")]) it.disabled = !isLive;
    },
  };
}

export function hintAbout(result) {
  hint(result === "heard" ? "" : `hint.${result}`);
}

let fading;

export function hint(key, values) {
  clearTimeout(fading);
  $("hint").textContent = key ? t(key, values) : "";
  if (key) fading = setTimeout(() => hint(""), HINT_STAYS);
}

function drawSuggestions(onChoose) {
  $("suggestions").replaceChildren(
    ...SENTENCES.map(({ text, gloss }) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "chip";
      button.append(span(text, "zh-CN"));
      if (isEnglish()) button.append(span(gloss, "en"));
      button.addEventListener("click", () => onChoose(text));
      return button;
    }),
  );
}

function span(text, language) {
  const node = document.createElement("span");
  node.lang = language;
  node.textContent = text;
  return node;
}
