import type { Call } from "@/api/types";

/** At which place a waiting call stands among those that this desk sees, from 1. */
export function placeOf(call: Call, calls: readonly Call[]): number | null {
  if (call.status !== "waiting" || !call.queued_at) return null;
  const since = call.queued_at;
  const ahead = calls.filter(
    (one) => one.status === "waiting" && one.queued_at !== null && one.queued_at < since,
  );
  return ahead.length + 1;
}
