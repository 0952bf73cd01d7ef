import { computed, type ComputedRef } from "vue";
import { usePreferences } from "@/preferences";
import { textIn, type Locale } from ".";

const ZONE = "Asia/Shanghai";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

export interface Formats {
  time(at: string): string;
  dateTime(at: string): string;
  fullDateTime(at: string): string;
  ago(at: string, now: number): string;
  span(ms: number): string;
}

/** Times as the hall reads them: the city's zone, the language of this console. */
export function useFormats(): ComputedRef<Formats> {
  const preferences = usePreferences();
  return computed(() => formatsIn(preferences.locale));
}

/** Made once for each language: to make one takes as long as to format a hundred times. */
const made = new Map<Locale, Formats>();

export function formatsIn(locale: Locale): Formats {
  const known = made.get(locale) ?? makeFormats(locale);
  made.set(locale, known);
  return known;
}

function makeFormats(locale: Locale): Formats {
  const { ui } = textIn(locale);
  const format = (options: Intl.DateTimeFormatOptions) => {
    const dates = new Intl.DateTimeFormat(locale, { timeZone: ZONE, hour12: false, ...options });
    return (at: string) => dates.format(Date.parse(at));
  };
  return {
    time: format({ hour: "2-digit", minute: "2-digit", second: "2-digit" }),
    dateTime: format({ month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit" }),
    fullDateTime: format({ dateStyle: "medium", timeStyle: "medium" }),
    ago(at, now) {
      const passed = now - Date.parse(at);
      if (passed < MINUTE) return ui.ago.now;
      if (passed < HOUR) return ui.ago.minutes(Math.floor(passed / MINUTE));
      if (passed < DAY) return ui.ago.hours(Math.floor(passed / HOUR));
      return ui.ago.days(Math.floor(passed / DAY));
    },
    span(ms) {
      if (ms < HOUR) return ui.due.minutes(Math.max(1, Math.floor(ms / MINUTE)));
      if (ms < DAY) return ui.due.hours(Math.floor(ms / HOUR));
      return ui.due.days(Math.floor(ms / DAY), Math.floor((ms % DAY) / HOUR));
    },
  };
}
