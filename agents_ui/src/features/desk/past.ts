import type { Past } from "@/api/types";
import { isOver } from "@/records/ticketState";

/** How many of the matters somebody still works on. */
export function openOf(tickets: Past["tickets"]): number {
  return tickets.filter(({ status }) => !isOver(status)).length;
}
