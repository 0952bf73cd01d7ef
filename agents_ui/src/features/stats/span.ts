import type { Span } from "@/api/stats";

export type SpanName = "today" | "week" | "month" | "thisMonth" | "lastMonth";
export const SPANS: readonly SpanName[] = ["today", "week", "month", "thisMonth", "lastMonth"];

const ZONE = "Asia/Shanghai";
const DAY_MS = 86_400_000;

/** Today on the wall clock of the city, wherever this browser stands. */
export function cityToday(now: number): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(now);
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

export function spanOf(name: SpanName, today: string): Pick<Span, "from" | "to"> {
  const first = `${today.slice(0, 8)}01`;
  switch (name) {
    case "today":
      return { from: today, to: today };
    case "week":
      return { from: addDays(today, -6), to: today };
    case "month":
      return { from: addDays(today, -29), to: today };
    case "thisMonth":
      return { from: first, to: today };
    case "lastMonth": {
      const end = addDays(first, -1);
      return { from: `${end.slice(0, 8)}01`, to: end };
    }
  }
}
