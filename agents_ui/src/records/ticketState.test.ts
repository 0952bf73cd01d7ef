import { describe, expect, it } from "vitest";
import { dueState } from "./ticketState";

const NOW = Date.parse("2026-11-25T08:00:00Z");
const at = (hours: number) => new Date(NOW + hours * 3_600_000).toISOString();

describe("the clock of a ticket", () => {
  it.each([
    [at(-1), "in_progress", "over"],
    [at(2), "in_progress", "soon"],
    [at(48), "in_progress", "calm"],
    [null, "in_progress", "none"],
    [at(-1), "closed", "none"],
    [at(-1), "suspended", "none"],
  ] as const)("due %s while %s is %s", (due_at, status, state) => {
    expect(dueState({ due_at, status }, NOW)).toBe(state);
  });
});
