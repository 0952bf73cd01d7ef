import { ref, watchEffect } from "vue";
import { usePreferences } from "./preferences";

/** Keeps the page in the chosen colours and language. */
export function followTheme(): void {
  const preferences = usePreferences();
  const asked = window.matchMedia("(prefers-color-scheme: dark)");
  const wantsDark = ref(asked.matches);
  asked.addEventListener("change", () => (wantsDark.value = asked.matches));
  watchEffect(() => {
    const { theme } = preferences;
    const isDark = theme === "dark" || (theme === "auto" && wantsDark.value);
    document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
  });
  watchEffect(() => {
    document.documentElement.lang = preferences.locale;
  });
}
