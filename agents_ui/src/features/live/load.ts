import { toCityTime } from "./cityTime";

/** The 48 half hours of a day, by their beginnings. */
export const slotNames: readonly string[] = Array.from(
  { length: 48 },
  (_, slot) => `${String(Math.floor(slot / 2)).padStart(2, "0")}:${slot % 2 ? "30" : "00"}`,
);

/** What is still to come has no bar. */
export function untilNow(seen: readonly number[], now: string): (number | null)[] {
  const running = slotAt(now);
  return seen.map((count, slot) => (slot <= running ? count : null));
}

/** Which half hour of the city's day that is. */
export function slotAt(moment: string): number {
  const [hour = 0, minute = 0] = toCityTime(moment).slice(11).split(":").map(Number);
  return hour * 2 + Math.floor(minute / 30);
}
