import { defineStore } from "pinia";
import { ref, watch, type Ref } from "vue";
import type { Locale } from "@/i18n";

export type Theme = "auto" | "light" | "dark";

/** How this person likes this browser. The service does not know it. */
export const usePreferences = defineStore("preferences", () => {
  const locale = kept<Locale>("locale", "zh-CN", ["zh-CN", "en"]);
  const theme = kept<Theme>("theme", "auto", ["auto", "light", "dark"]);
  const singleKeys = kept<boolean>("single-keys", true, [true, false]);
  const streamOpen = kept<boolean>("stream-open", true, [true, false]);
  const hiddenColumns = ref<string[]>(listOf(keyOf("hidden-columns")));
  watch(hiddenColumns, (now) => write(keyOf("hidden-columns"), now));
  const all = {
    locale,
    theme,
    "single-keys": singleKeys,
    "stream-open": streamOpen,
    "hidden-columns": hiddenColumns,
  };

  function keep(): void {
    for (const [name, value] of Object.entries(all)) write(keyOf(name), value.value);
  }

  return { locale, theme, singleKeys, streamOpen, hiddenColumns, keep };
});

function kept<T>(name: string, initial: T, allowed: readonly T[]): Ref<T> {
  const key = keyOf(name);
  const value = ref(read(key, initial, allowed)) as Ref<T>;
  watch(value, (now) => write(key, now));
  return value;
}

function keyOf(name: string): string {
  return `hotline.${name}`;
}

function read<T>(key: string, initial: T, allowed: readonly T[]): T {
  try {
    const stored = JSON.parse(localStorage.getItem(key) ?? "null") as T;
    return allowed.includes(stored) ? stored : initial;
  } catch {
    return initial;
  }
}

function listOf(key: string): string[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? "[]");
    return Array.isArray(stored) ? stored.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}

function write(key: string, value: unknown): void {
  try {
    localStorage.setItem(key, JSON.stringify(value));
  } catch {
    // A full or forbidden store only means that the choice lasts until the page closes.
  }
}
