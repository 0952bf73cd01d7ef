import { describe, expect, it } from "vitest";
import type { Matter, Paper, Step } from "@/api/proxy";
import type { Me, Role } from "@/api/types";
import {
  doneSteps,
  isLate,
  mayBegin,
  mayFinish,
  mayFinishStep,
  mayPlan,
  mayTake,
  paperMoves,
} from "./rules";

const me = (role: Role, account_id = "me") => ({ account_id, roles: [{ role }] }) as Me;
const paper = (state: Paper["state"]) => ({ id: state, state }) as Paper;
const step = (state: Step["state"], due_at: string | null = null) => ({ state, due_at }) as Step;
const matter = (with_: Partial<Matter> = {}) =>
  ({
    status: "in_hand",
    officer_id: "me",
    papers: [paper("received")],
    steps: [step("waiting"), step("waiting")],
    ...with_,
  }) as Matter;

describe("a proxy matter", () => {
  it("is taken by whoever sits at the desk, and over by a supervisor only", () => {
    expect(mayTake(matter({ officer_id: null }), me("agent"))).toBe(true);
    expect(mayTake(matter({ officer_id: null }), me("unit_handler"))).toBe(false);
    expect(mayTake(matter({ officer_id: "other" }), me("agent"))).toBe(false);
    expect(mayTake(matter({ officer_id: "other" }), me("city_supervisor"))).toBe(true);
    expect(mayTake(matter({ officer_id: null, status: "withdrawn" }), me("agent"))).toBe(false);
  });

  it("begins once its papers are together, and is planned only before", () => {
    const agent = me("agent");
    expect(mayBegin(matter(), agent)).toBe(true);
    expect(mayBegin(matter({ papers: [paper("needed")] }), agent)).toBe(false);
    expect(mayPlan(matter({ papers: [paper("needed")] }), agent)).toBe(true);
    expect(mayPlan(matter({ steps: [step("current")] }), agent)).toBe(false);
    expect(mayPlan(matter(), me("agent", "other"))).toBe(false);
  });

  it("has its step finished by officer and unit, in its turn", () => {
    const now = step("current");
    expect(mayFinishStep(matter(), now, me("agent"))).toBe(true);
    expect(mayFinishStep(matter(), now, me("agent", "other"))).toBe(false);
    expect(mayFinishStep(matter(), now, me("unit_handler", "unit"))).toBe(true);
    expect(mayFinishStep(matter(), step("waiting"), me("agent"))).toBe(false);
    expect(mayFinish(matter({ status: "finished" }), me("agent"))).toBe(false);
  });

  it("gives papers back also after its end, and does nothing else with them then", () => {
    const agent = me("agent");
    expect(paperMoves(matter(), paper("needed"), agent)).toEqual(["received", "waived"]);
    const over = matter({ status: "withdrawn" });
    expect(paperMoves(over, paper("received"), agent)).toEqual(["returned"]);
    expect(paperMoves(over, paper("needed"), agent)).toEqual([]);
    expect(paperMoves(matter(), paper("received"), me("agent", "other"))).toEqual([]);
  });

  it("is late when its step is", () => {
    const due = "2026-11-25T00:00:00Z";
    expect(isLate(step("current", due), Date.parse(due) + 1)).toBe(true);
    expect(isLate(step("done", due), Date.parse(due) + 1)).toBe(false);
    expect(doneSteps(matter({ steps: [step("done"), step("current")] }))).toBe(1);
  });
});
