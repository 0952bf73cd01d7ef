import type { Organization, Ticket } from "@/api/types";

/** What a move asks for besides its name. */
export type MoveField = "organization_id" | "public_reply" | "reason" | "note" | "into_ticket_id" | "until";

interface MoveForm {
  fields: readonly MoveField[];
  required: readonly MoveField[];
  /** It ends or refuses something: the button says so by its look, beside its word. */
  isGrave?: boolean;
}

const NOTE_ONLY: MoveForm = { fields: ["note"], required: [] };
const REASON: MoveForm = { fields: ["note"], required: ["note"] };
const GRAVE: MoveForm = { ...REASON, isGrave: true };
const TO_ORGANIZATION: MoveForm = { fields: ["organization_id", "note"], required: ["organization_id"] };

const FORMS: Readonly<Record<string, MoveForm>> = {
  dispatch: TO_ORGANIZATION,
  hand_down: TO_ORGANIZATION,
  merge: { fields: ["into_ticket_id", "note"], required: ["into_ticket_id"] },
  suspend: { fields: ["until", "note"], required: ["until", "note"] },
  extend: { fields: ["until", "note"], required: ["until", "note"] },
  reply: { fields: ["public_reply", "note"], required: ["public_reply"] },
  request_return: REASON,
  reject_return: REASON,
  refuse_return: REASON,
  reject_reply: REASON,
  redo: REASON,
  refuse: GRAVE,
  not_accept: GRAVE,
  cancel: GRAVE,
  withdraw: GRAVE,
  invalidate: GRAVE,
};

export function formOf(move: string): MoveForm {
  return FORMS[move] ?? NOTE_ONLY;
}

/** Organizations that may take the ticket: those of its district first. */
export function takers(organizations: readonly Organization[], ticket: Ticket): Organization[] {
  const rank = (one: Organization) => (one.district === ticket.district ? 0 : one.district ? 2 : 1);
  return organizations
    .filter((one) => one.id !== ticket.custody?.id)
    .toSorted((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "zh-CN"));
}
