import type { Me, Role, Ticket, TicketStatus, Urgency } from "@/api/types";
import type { IconName } from "@/ui/icons";
import type { Tone } from "@/ui/tone";

const STOPPED: ReadonlySet<TicketStatus> = new Set([
  "not_accepted",
  "direct",
  "referred",
  "closed",
  "merged",
  "cancelled",
  "invalid",
  "archived",
]);

const HOUR = 3_600_000;
const SOON_MS = 8 * HOUR;

/** Whether nobody works on it any more. */
export function isOver(status: TicketStatus): boolean {
  return STOPPED.has(status);
}

/** Whether the clock towards `due_at` still means something. */
export function isRunning(status: TicketStatus): boolean {
  return !isOver(status) && status !== "suspended";
}

const AMENDABLE: ReadonlySet<TicketStatus> = new Set(["draft", "registered", "to_dispatch"]);

/** Until it is dispatched, what a ticket says may be put right. */
export function isAmendable(status: TicketStatus | undefined): boolean {
  return status !== undefined && AMENDABLE.has(status);
}

const DESK: ReadonlySet<Role> = new Set([
  "agent",
  "dispatcher",
  "district_supervisor",
  "city_supervisor",
]);

/** Whether one sits where tickets are registered, as opposed to a unit that handles them. */
export function isDesk(me: Me | undefined): boolean {
  return me?.roles.some(({ role }) => DESK.has(role)) ?? false;
}

export type DueState = "none" | "calm" | "soon" | "over";

export function dueState(ticket: Pick<Ticket, "due_at" | "status">, now: number): DueState {
  if (!ticket.due_at || !isRunning(ticket.status)) return "none";
  const left = Date.parse(ticket.due_at) - now;
  if (left < 0) return "over";
  return left < SOON_MS ? "soon" : "calm";
}

interface Mark {
  tone: Tone;
  icon: IconName;
}

const MARKS: Record<TicketStatus, Mark> = {
  draft: { tone: "neutral", icon: "circle" },
  registered: { tone: "accent", icon: "circle" },
  not_accepted: { tone: "neutral", icon: "cross" },
  emergency: { tone: "danger", icon: "alert" },
  direct: { tone: "success", icon: "check" },
  to_dispatch: { tone: "warning", icon: "arrow" },
  to_sign: { tone: "warning", icon: "clock" },
  return_requested: { tone: "warning", icon: "left" },
  in_progress: { tone: "accent", icon: "arrow" },
  suspended: { tone: "neutral", icon: "pause" },
  replied: { tone: "accent", icon: "comment" },
  referred: { tone: "neutral", icon: "arrow" },
  to_visit: { tone: "accent", icon: "phone" },
  closed: { tone: "success", icon: "check" },
  redo: { tone: "danger", icon: "left" },
  merged: { tone: "neutral", icon: "copy" },
  cancelled: { tone: "neutral", icon: "cross" },
  invalid: { tone: "neutral", icon: "cross" },
  archived: { tone: "neutral", icon: "lock" },
};

export function markOf(status: TicketStatus): Mark {
  return MARKS[status] ?? { tone: "neutral", icon: "circle" };
}

export const URGENCY_TONE: Record<Urgency, Tone> = {
  normal: "neutral",
  urgent: "warning",
  emergency: "danger",
};
