import { computed, type ComputedRef } from "vue";
import { usePreferences } from "@/preferences";
import { messages as en } from "./en";
import type { Text } from "./text";
import { messages as zhCN } from "./zh-CN";

export type Messages = Text<typeof zhCN>;

const LANGUAGES = { "zh-CN": zhCN, en } satisfies Record<string, Messages>;

export type Locale = keyof typeof LANGUAGES;

export const LOCALES: Record<Locale, string> = { "zh-CN": "简体中文", en: "English" };

/** Everything that people read, in the language of this console. */
export function useText(): ComputedRef<Messages> {
  const preferences = usePreferences();
  return computed(() => LANGUAGES[preferences.locale]);
}

export function textIn(locale: Locale): Messages {
  return LANGUAGES[locale];
}

/** The word for a value of the service; the value itself when this console is older than it. */
export function wordFor(words: Readonly<Record<string, string>>, value: string): string {
  return words[value] ?? value;
}
