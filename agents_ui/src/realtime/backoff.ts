const FIRST_MS = 400;
const LONGEST_MS = 5_000;

/**
 * How long to wait before attempt n (0-based): doubling, with half of it random, so that a thousand
 * consoles do not come back in the same instant after a restart.
 */
export function backoff(attempt: number, random: () => number): number {
  const ceiling = Math.min(LONGEST_MS, FIRST_MS * 2 ** Math.min(attempt, 10));
  return Math.round(ceiling / 2 + (ceiling / 2) * random());
}
