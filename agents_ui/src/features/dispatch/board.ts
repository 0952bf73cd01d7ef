import type { OrderMove, OrderState, WorkOrder } from "@/api/dispatch";

export type Lane = "placing" | "coming" | "working" | "closing" | "trouble";

/** The columns of the board, and the states of each in the order of an order's life. */
export const LANES: Readonly<Record<Lane, readonly OrderState[]>> = {
  placing: ["unplaced", "to_offer", "offered"],
  coming: ["accepted", "on_the_way"],
  working: ["arrived", "quoted", "in_service"],
  closing: ["to_accept", "to_pay"],
  trouble: ["disputed", "rework"],
};

export const LANE_NAMES = Object.keys(LANES) as Lane[];

/** What somebody at the board does, or is told by telephone; the other moves are steps that vendors
 * tell themselves. */
export const BOARD_MOVES: readonly OrderMove[] = [
  "take_over",
  "reoffer",
  "reassign",
  "send_worker",
  "confirm_by_call",
  "finish",
  "finish_rework",
  "excuse_photo",
  "settle",
  "order_rework",
  "void",
  "cancel",
];

const REASONS: Partial<Record<OrderMove, readonly string[]>> = {
  reassign: ["vendor_late", "complaint", "unsafe", "other"],
  cancel: ["not_needed", "found_other", "too_late", "too_dear", "wrong", "other"],
  void: ["complaint", "not_needed", "wrong", "other"],
};
const WITH_NOTE: ReadonlySet<OrderMove> = new Set<OrderMove>([
  "take_over",
  "confirm_by_call",
  "settle",
  "order_rework",
  "void",
]);

export function reasonsOf(move: OrderMove): readonly string[] {
  return REASONS[move] ?? [];
}

export function needsNote(move: OrderMove): boolean {
  return WITH_NOTE.has(move);
}

const FINISHING: ReadonlySet<OrderMove> = new Set<OrderMove>(["finish", "finish_rework"]);

export function needsAmount(move: OrderMove): boolean {
  return move === "finish";
}

/** Whether the form asks why there is no photo, and whether it must be told: work that is reported
 * without one leaves the vendor owing it. */
export function photoExcuse(
  move: OrderMove,
  { photos_lacking }: Pick<WorkOrder, "photos_lacking">,
): "none" | "optional" | "required" {
  if (move === "excuse_photo") return "required";
  return FINISHING.has(move) && photos_lacking > 0 ? "optional" : "none";
}

export function isOverdue(order: Pick<WorkOrder, "step_due_at">, now: number): boolean {
  return order.step_due_at !== null && Date.parse(order.step_due_at) <= now;
}

/** Overdue ones first, then by when they will be; what has no limit comes last, oldest first. */
export function lanesOf(orders: readonly WorkOrder[], now: number): Record<Lane, WorkOrder[]> {
  const lanes = {} as Record<Lane, WorkOrder[]>;
  for (const lane of LANE_NAMES) {
    lanes[lane] = orders
      .filter(({ state }) => LANES[lane].includes(state))
      .sort((a, b) => byNeed(a, b, now));
  }
  return lanes;
}

function byNeed(a: WorkOrder, b: WorkOrder, now: number): number {
  const late = Number(isOverdue(b, now)) - Number(isOverdue(a, now));
  if (late) return late;
  const urgent = Number(b.urgency === "urgent") - Number(a.urgency === "urgent");
  if (urgent) return urgent;
  return dueOf(a) - dueOf(b) || a.opened_at.localeCompare(b.opened_at);
}

function dueOf({ step_due_at }: WorkOrder): number {
  return step_due_at === null ? Number.MAX_SAFE_INTEGER : Date.parse(step_due_at);
}
