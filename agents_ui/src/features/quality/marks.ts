import type { Card } from "@/api/stats";

/** A reviewer takes points away: the form begins with all of them. */
export function fullMarks(card: Card): Record<string, number> {
  return Object.fromEntries(card.criteria.map(({ key, points }) => [key, points]));
}

/** As the service adds it up: a fatal fault leaves nothing. */
export function totalOf(marks: Readonly<Record<string, number>>, fatal: readonly string[]): number {
  if (fatal.length) return 0;
  return Object.values(marks).reduce((sum, mark) => sum + mark, 0);
}
