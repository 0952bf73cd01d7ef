import type { Queue } from "@/api/types";

/** The lines worth showing on one row: every desk's main one, others while somebody is in them. */
export function linesShown(queues: readonly Queue[]): Queue[] {
  const isUsed = ({ waiting, callbacks, service_level }: Queue) =>
    waiting + callbacks + service_level.counted > 0;
  return queues.filter((line) => line.skill === "mandarin" || isUsed(line));
}
