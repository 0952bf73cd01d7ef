import type { Me, Ticket } from "@/api/types";

/** What can be done with a ticket beside moving it. */
export type Care = "urge" | "supervise" | "reveal" | "redact" | "duplicates";

const OPEN_ENDS: ReadonlySet<Ticket["status"]> = new Set([
  "not_accepted",
  "referred",
  "closed",
  "merged",
  "cancelled",
  "invalid",
  "archived",
]);
const BEFORE_DISPATCH: ReadonlySet<Ticket["status"]> = new Set(["registered", "to_dispatch"]);

/** What whoever looks may do: the service decides again. */
export function caresFor(
  ticket: Pick<Ticket, "status" | "confidential">,
  me: Pick<Me, "scopes">,
): Care[] {
  const may = (scope: string) => me.scopes.includes(scope);
  const isOpen = !OPEN_ENDS.has(ticket.status);
  const isEarly = BEFORE_DISPATCH.has(ticket.status);
  const all: [Care, boolean][] = [
    ["urge", isOpen && may("tickets:write")],
    ["supervise", isOpen && may("tickets:supervise")],
    ["reveal", may("tickets:write")],
    ["redact", ticket.confidential && isEarly && may("tickets:dispatch")],
    ["duplicates", isEarly && may("tickets:write")],
  ];
  return all.filter(([, is]) => is).map(([care]) => care);
}
