import type { VendorGrade, VendorStanding } from "@/api/dispatch";
import type { Tone } from "@/ui/tone";

export const GRADE_TONES: Readonly<Record<VendorGrade["grade"], Tone>> = {
  A: "success",
  B: "accent",
  C: "neutral",
  watch: "warning",
  suspended: "danger",
};

export type Bar = VendorStanding["bars"][number];

export function stateOfBar(bar: Pick<Bar, "lifted_at" | "until">, now: number) {
  if (bar.lifted_at !== null) return "lifted";
  return bar.until !== null && Date.parse(bar.until) <= now ? "ended" : "inForce";
}

export type Term = "d30" | "y1" | "y3" | "forever";

const DAY = 86_400_000;
const DAYS: Readonly<Record<Term, number | null>> = { d30: 30, y1: 365, y3: 1095, forever: null };

/** When a bar of a term ends; null where it never does. */
export function endOf(term: Term, now: number): string | null {
  const days = DAYS[term];
  return days === null ? null : new Date(now + days * DAY).toISOString();
}
