import type { EventMessage } from "./messages";

/**
 * Where this console stands in the event log. `seen` is the last event applied, and survives the
 * socket; `chain` is the number that the next event on this socket must name as its previous.
 */
export interface Cursor {
  epoch: string;
  seen: number;
  chain: number;
}

export type Verdict = "apply" | "repeat" | "gap";

export function judge(cursor: Cursor, event: EventMessage): Verdict {
  if (event.previous !== cursor.chain) return "gap";
  return event.seq <= cursor.seen ? "repeat" : "apply";
}

export function advanced(cursor: Cursor, seq: number): Cursor {
  return { ...cursor, seen: Math.max(cursor.seen, seq), chain: seq };
}
