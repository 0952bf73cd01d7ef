import type { Call } from "@/api/types";

/** Life in danger first, then who waits for a person, then the rest; each by how long. */
export function byNeed(a: Call, b: Call): number {
  return rank(a) - rank(b) || compare(since(a), since(b));
}

function rank(call: Call): number {
  if (call.emergency) return 0;
  return call.status === "waiting" ? 1 : 2;
}

function since(call: Call): string {
  return call.queued_at ?? call.started_at;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
