import type { Expiry } from "@/api/dispatch";
import type { Tone } from "@/ui/tone";

/** The papers of a month; those that are over stand apart, first. */
export interface ExpiryGroup {
  /** Year and month, or null for what has run out already. */
  month: string | null;
  items: Expiry[];
}

export function byMonth(items: readonly Expiry[]): ExpiryGroup[] {
  const groups = new Map<string | null, Expiry[]>();
  const sorted = [...items].sort((a, b) => a.expires.localeCompare(b.expires));
  for (const item of sorted) {
    const month = item.days_left < 0 ? null : item.expires.slice(0, 7);
    groups.set(month, [...(groups.get(month) ?? []), item]);
  }
  return [...groups].map(([month, found]) => ({ month, items: found }));
}

/** As vendors are reminded: a week, a month, two months before. */
export function toneOfDays(left: number): Tone {
  if (left < 0) return "danger";
  if (left <= 7) return "danger";
  return left <= 30 ? "warning" : "neutral";
}

const DAY = new Intl.DateTimeFormat("en-CA", { timeZone: "Asia/Shanghai" });

/** The date in the city, as 2026-11-26. */
export function cityDay(now: number): string {
  return DAY.format(now);
}
