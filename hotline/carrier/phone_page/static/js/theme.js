// Light or dark: as the system asks, until somebody chooses.
import { onLanguage, t } from "./i18n.js";
import { recall, remember } from "./storage.js";

const asked = window.matchMedia("(prefers-color-scheme: dark)");
const sheet = document.getElementById("dark-sheet");

let chosen = recall(localStorage, "phone.theme");

export function wireTheme(button) {
  const show = () => {
    sheet.media = isDark() ? "all" : "not all";
    const label = t(isDark() ? "app.toLight" : "app.toDark");
    button.setAttribute("aria-label", label);
    button.title = label;
  };
  button.addEventListener("click", () => {
    chosen = isDark() ? "light" : "dark";
    remember(localStorage, "phone.theme", chosen);
    show();
  });
  asked.addEventListener("change", show);
  onLanguage(show);
  show();
}

function isDark() {
  return chosen ? chosen === "dark" : asked.matches;
}
