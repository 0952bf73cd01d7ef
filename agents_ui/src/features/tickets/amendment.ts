import type { Ticket, TicketPatch } from "@/api/types";

export interface Amendment {
  title: string;
  kind: Ticket["kind"];
  urgency: Ticket["urgency"];
  subject_code: string;
  district: string;
  address: string;
  caller_number: string;
}

export function amendmentOf(ticket: Ticket): Amendment {
  return {
    title: ticket.title,
    kind: ticket.kind,
    urgency: ticket.urgency,
    subject_code: ticket.subject_code ?? "",
    district: ticket.district ?? "",
    // The console knows these two only masked: empty means that they stay.
    address: "",
    caller_number: "",
  };
}

/** Only what was changed: two people who put different things right do not undo each other. */
export function patchOf(ticket: Ticket, wanted: Amendment): Omit<TicketPatch, "version"> {
  const before = amendmentOf(ticket);
  const fields = Object.keys(before) as (keyof Amendment)[];
  const changed = fields.filter((field) => wanted[field].trim() !== before[field]);
  return Object.fromEntries(changed.map((field) => [field, wanted[field].trim() || null]));
}
