import type { Call } from "@/api/types";

/**
 * The call to show. What the agent chose stays; otherwise the first in need, and the last one
 * remains on the screen after it ended, until somebody else is on the line.
 */
export function nextShown(
  live: readonly Call[],
  shown: string | null,
  isChosen: boolean,
): string | null {
  const isLive = live.some((call) => call.id === shown);
  if (shown !== null && (isChosen || isLive)) return shown;
  return live[0]?.id ?? shown;
}
