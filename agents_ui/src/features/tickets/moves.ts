import type { Move, MoveIn, Organization, Ticket } from "@/api/types";

export type MoveField = Exclude<keyof MoveIn, "move" | "version" | "co_handlers">;
export type MoveValues = Partial<Record<MoveField, string>>;

interface MoveForm {
  /** In the order in which they are asked. Every move takes a note besides. */
  asks: readonly MoveField[];
  /** May be left out. */
  offers?: readonly MoveField[];
  /** 好差评: which of the five levels fit this outcome. */
  levels?: readonly number[];
  /** It ends or refuses something: the button says so by its look, beside its word. */
  isGrave?: boolean;
}

const FREE: MoveForm = { asks: [] };
const EXPLAINED: MoveForm = { asks: ["note"] };
const GRAVE: MoveForm = { asks: ["note"], isGrave: true };
const CONTENT = [5, 4, 3];
const DISCONTENT = [2, 1];
/** 承办单位、话务员: rated apart from the result. */
const RATED = ["unit_level", "agent_level"] as const;

/** What the service's table of moves asks for, move by move. */
const FORMS: Readonly<Record<Move, MoveForm>> = {
  register: FREE,
  transfer_emergency: EXPLAINED,
  follow_up: EXPLAINED,
  answer: FREE,
  close: FREE,
  refuse: { asks: ["reason_code", "note"], isGrave: true },
  revert: EXPLAINED,
  refer: { asks: ["receiver", "note"], offers: ["reference"], isGrave: true },
  close_referred: EXPLAINED,
  invalidate: GRAVE,
  merge: { asks: ["parent_id"] },
  send: FREE,
  dispatch: { asks: ["organization_id"] },
  sign: FREE,
  auto_sign: FREE,
  request_return: { asks: ["note", "statute"] },
  endorse_return: FREE,
  grant_return: EXPLAINED,
  refuse_return: EXPLAINED,
  delegate: { asks: ["organization_id"] },
  request_extension: { asks: ["working_days", "note"] },
  endorse_extension: FREE,
  grant_extension: FREE,
  refuse_extension: EXPLAINED,
  request_suspension: { asks: ["ground", "review_at", "note"] },
  grant_suspension: FREE,
  refuse_suspension: EXPLAINED,
  resume: FREE,
  end_suspension: EXPLAINED,
  auto_resume: FREE,
  reply: { asks: ["answer", "resolved", "contacted_at"] },
  reject_reply: EXPLAINED,
  accept_reply: FREE,
  accept_and_close: FREE,
  accept_part: FREE,
  record_attempt: EXPLAINED,
  close_satisfied: { asks: ["level", "resolved"], offers: RATED, levels: CONTENT },
  close_unreached: EXPLAINED,
  close_unreasonable: { asks: ["level", "note"], levels: DISCONTENT, isGrave: true },
  demand_redo: { asks: ["level", "resolved", "note"], offers: RATED, levels: DISCONTENT },
  escalate: EXPLAINED,
  restart: EXPLAINED,
  reopen: EXPLAINED,
  archive: FREE,
  cancel: GRAVE,
  // The resident's own: never among the moves of whoever works here.
  rate: FREE,
  rate_low: FREE,
};

const SIGNED_OFF: ReadonlySet<Ticket["kind"]> = new Set(["complaint", "report"]);
const ZONE = "+08:00";

export interface MoveAsks {
  fields: readonly MoveField[];
  required: ReadonlySet<MoveField>;
  levels: readonly number[];
  isGrave: boolean;
}

/** The form of one move on one ticket. */
export function asksOf(move: Move, ticket: Pick<Ticket, "kind" | "entry_id">): MoveAsks {
  const { asks, offers = [], levels = [], isGrave = false } = FORMS[move] ?? FREE;
  const required: MoveField[] = [...asks];
  if (move === "reply" && SIGNED_OFF.has(ticket.kind)) required.push("signed_off_by");
  if (move === "answer" && !ticket.entry_id) required.push("note");
  const first = required.filter((field) => field !== "note");
  const fields = [...first, ...offers, "note" as const];
  return { fields, required: new Set(required), levels, isGrave };
}

/** What was filled in, as the service wants it. Times are those of the city. */
export function asMove(values: MoveValues): Partial<MoveIn> {
  const filled = Object.entries(values).filter(([, value]) => value.trim() !== "");
  return Object.fromEntries(
    filled.map(([field, value]) => [field, converted(field, value.trim())]),
  );
}

function converted(field: string, value: string): unknown {
  switch (field) {
    case "working_days":
    case "level":
    case "unit_level":
    case "agent_level":
      return Number(value);
    case "resolved":
      return value === "yes";
    case "contacted_at":
      return `${value}:00${ZONE}`;
    case "review_at":
      return `${value}T18:00:00${ZONE}`;
    default:
      return value;
  }
}

/** Organizations that may take the ticket: those of its district first, then the city's. */
export function takers(organizations: readonly Organization[], ticket: Ticket): Organization[] {
  const rank = (one: Organization) => (one.district === ticket.district ? 0 : one.district ? 2 : 1);
  return organizations
    .filter((one) => one.id !== ticket.custody?.id)
    .sort((a, b) => rank(a) - rank(b) || a.name.localeCompare(b.name, "zh-CN"));
}
