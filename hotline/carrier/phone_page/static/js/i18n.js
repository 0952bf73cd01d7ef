// The two languages of the page. The markup holds keys only: data-t for text, data-t-label,
// data-t-hint for the accessible name and the placeholder.
import en from "./texts/en.js";
import zh from "./texts/zh-CN.js";
import { recall, remember } from "./storage.js";

const TEXTS = { "zh-CN": zh, en };
const changed = new EventTarget();

let language = recall(localStorage, "phone.language") === "en" ? "en" : "zh-CN";

export function t(key, values = {}) {
  const text = TEXTS[language][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
}

export function has(key) {
  return key in TEXTS[language];
}

export function switchLanguage() {
  language = language === "en" ? "zh-CN" : "en";
  remember(localStorage, "phone.language", language);
  translatePage();
  changed.dispatchEvent(new Event("change"));
}

export function onLanguage(listener) {
  changed.addEventListener("change", listener);
}

export function isEnglish() {
  return language === "en";
}

export function translatePage() {
  document.documentElement.lang = language;
  document.title = t("app.title");
  translate(document.body);
}

export function translate(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const node of root.querySelectorAll("[data-t-label]")) {
    node.setAttribute("aria-label", t(node.dataset.tLabel));
  }
  for (const node of root.querySelectorAll("[data-t-hint]")) {
    node.setAttribute("placeholder", t(node.dataset.tHint));
  }
}
