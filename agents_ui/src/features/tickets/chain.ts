import type { Ticket, TimelineItem } from "@/api/types";

/** Who held a ticket from when on. */
export interface Link {
  name: string;
  since: string;
}

/** The custody of a ticket, from the city's desk to whoever holds it now. */
export function chainOf(
  items: readonly TimelineItem[],
  ticket: Pick<Ticket, "custody" | "created_at">,
  city: string,
): Link[] {
  const links: Link[] = [];
  const inOrder = [...items].sort((a, b) => (a.at < b.at ? -1 : 1));
  for (const { holder, at } of inOrder) {
    if (!holder) continue;
    const name = holder.tier === "city" ? city : holder.name;
    if (links.at(-1)?.name !== name) links.push({ name, since: at });
  }
  const now = ticket.custody && (ticket.custody.tier === "city" ? city : ticket.custody.name);
  if (now && links.at(-1)?.name !== now) links.push({ name: now, since: ticket.created_at });
  return links;
}
