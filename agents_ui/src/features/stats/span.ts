import type { Span } from "@/api/stats";

export const SPANS = ["today", "week", "month", "thisMonth", "lastMonth", "year", "own"] as const;
export type SpanName = (typeof SPANS)[number];
export type Days = Pick<Span, "from" | "to">;

const ZONE = "Asia/Shanghai";
const DAY_MS = 86_400_000;
const DAY = /^\d{4}-\d\d-\d\d$/;
/** What the service counts at once. */
const LONGEST = 1_100;

/** Today on the wall clock of the city, wherever this browser stands. */
export function cityToday(now: number): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: ZONE }).format(now);
}

export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

/** `own` are the days that somebody chose, whatever stands there. */
export function spanOf(name: SpanName, today: string, own?: Days): Days {
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
    case "year":
      return { from: addDays(today, -364), to: today };
    case "own":
      return chosenDays(own, today);
  }
}

/** In the order of time, not after today, and no more than is counted at once. */
function chosenDays(own: Days | undefined, today: string): Days {
  const usual = spanOf("month", today);
  const days = [own?.from, own?.to].map((day, place) => {
    const known = day && isDay(day) ? day : place ? usual.to : usual.from;
    return known > today ? today : known;
  });
  const [from = today, to = today] = days.sort();
  const first = addDays(to, 1 - LONGEST);
  return { from: from < first ? first : from, to };
}

function isDay(text: string): boolean {
  return DAY.test(text) && !Number.isNaN(Date.parse(`${text}T00:00:00Z`));
}
