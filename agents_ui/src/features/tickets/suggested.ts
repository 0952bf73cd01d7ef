import type { Suggestions, Ticket } from "@/api/types";

type Subject = Suggestions["subjects"][number];
type Unit = Suggestions["units"][number];

/** The nearest subject where none is set, or a sure one where another is set. */
export function subjectFor(
  ticket: Pick<Ticket, "subject_code">,
  { subjects }: Suggestions,
): Subject | undefined {
  const [nearest] = subjects;
  if (!nearest || nearest.code === ticket.subject_code) return undefined;
  return !ticket.subject_code || nearest.is_sure ? nearest : undefined;
}

/** Whom the ticket may be dispatched to at once: as it was proposed, else the nearest. */
export function unitFor(
  ticket: Pick<Ticket, "moves" | "proposed" | "custody">,
  { units }: Suggestions,
): Pick<Unit, "id" | "name" | "reason"> | undefined {
  if (!ticket.moves?.includes("dispatch")) return undefined;
  const others = units.filter(({ id }) => id !== ticket.custody?.id);
  return others.find(({ id }) => id === ticket.proposed?.id) ?? others[0];
}
