import type { Past } from "@/api/types";

const OVER: ReadonlySet<string> = new Set([
  "not_accepted",
  "referred",
  "closed",
  "merged",
  "cancelled",
  "invalid",
  "archived",
  "direct",
]);

/** How many of the matters somebody still works on. */
export function openOf(tickets: Past["tickets"]): number {
  return tickets.filter(({ status }) => !OVER.has(status)).length;
}
