import type { Queue } from "@/api/types";

/** What the city asks of a line: so much of it answered within the line's seconds. */
export const TARGET_SHARE = 0.8;

export function isBelowTarget({ service_level }: Pick<Queue, "service_level">): boolean {
  return service_level.share !== null && service_level.share < TARGET_SHARE;
}
