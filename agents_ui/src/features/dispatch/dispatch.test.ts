import { describe, expect, it } from "vitest";
import type { OrderState, WorkOrder } from "@/api/dispatch";
import { foldOrder, LIVE } from "@/records/dispatch";
import { LANES, isOverdue, lanesOf, needsNote, reasonsOf } from "./board";
import { cents, yuan } from "./money";

const NOW = Date.parse("2026-11-25T10:00:00Z");

function order(given: Partial<WorkOrder>): WorkOrder {
  return {
    id: "o1",
    state: "offered",
    urgency: "normal",
    step_due_at: null,
    opened_at: "2026-11-25T09:00:00Z",
    version: 1,
    moves: ["take_over"],
    ...given,
  } as WorkOrder;
}

describe("the board", () => {
  it("has a column for every live state, and one only", () => {
    expect(Object.values(LANES).flat().sort()).toEqual([...LIVE].sort());
  });

  it("shows what is overdue first, then what is urgent, then what will be due", () => {
    const rows = [
      order({ id: "none" }),
      order({ id: "later", step_due_at: "2026-11-25T12:00:00Z" }),
      order({ id: "urgent", step_due_at: "2026-11-25T12:30:00Z", urgency: "urgent" }),
      order({ id: "late", step_due_at: "2026-11-25T09:59:00Z" }),
      order({ id: "older", opened_at: "2026-11-25T08:00:00Z" }),
    ];
    const { placing, coming } = lanesOf(rows, NOW);
    expect(placing.map(({ id }) => id)).toEqual(["late", "urgent", "later", "older", "none"]);
    expect(coming).toEqual([]);
  });

  it("calls an order overdue from the moment of its limit", () => {
    expect(isOverdue({ step_due_at: "2026-11-25T10:00:00Z" }, NOW)).toBe(true);
    expect(isOverdue({ step_due_at: "2026-11-25T10:00:01Z" }, NOW)).toBe(false);
    expect(isOverdue({ step_due_at: null }, NOW)).toBe(false);
  });

  it("asks for what a move needs", () => {
    expect(reasonsOf("reassign")).toContain("vendor_late");
    expect(reasonsOf("take_over")).toEqual([]);
    expect(needsNote("take_over")).toBe(true);
    expect(needsNote("reoffer")).toBe(false);
  });
});

describe("an event", () => {
  it("puts a new order first and a changed one in place of the old", () => {
    const known = [order({ id: "a" }), order({ id: "b" })];
    const { moves: _, ...event } = order({ id: "b", version: 2, state: "accepted" });
    const folded = foldOrder(known, event);
    expect(folded.map(({ id, state }) => [id, state])).toEqual([
      ["b", "accepted"],
      ["a", "offered"],
    ]);
    expect(folded[0]?.moves).toEqual([]);
  });

  it("keeps what a viewer may do while the state is the same", () => {
    const { moves: _, ...event } = order({ version: 2, offer_count: 2 });
    expect(foldOrder([order({})], event)[0]?.moves).toEqual(["take_over"]);
  });

  it("that is older than what is shown changes nothing", () => {
    const known = [order({ version: 3, state: "arrived" })];
    expect(foldOrder(known, order({ version: 2 }))).toEqual(known);
  });

  it.each(["completed", "rated", "cancelled"] as OrderState[])("takes away %s", (state) => {
    expect(foldOrder([order({})], order({ version: 2, state }))).toEqual([]);
  });
});

describe("money", () => {
  it.each([
    [0, "¥0.00"],
    [5, "¥0.05"],
    [123456789, "¥1,234,567.89"],
    [-60, "−¥0.60"],
  ])("%i cents are %s", (amount, shown) => expect(yuan(amount)).toBe(shown));

  it.each([
    ["12", 1200],
    ["1,234.5", 123450],
    ["-0.05", -5],
    ["¥ 80", 8000],
    ["12.345", null],
    ["", null],
    ["十元", null],
  ])("%s is %s cents", (typed, amount) => expect(cents(typed)).toBe(amount));
});
