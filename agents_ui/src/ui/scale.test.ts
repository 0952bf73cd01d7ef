import { describe, expect, it } from "vitest";
import { ticksBetween, ticksTo } from "./scale";

describe("ticks of an axis", () => {
  it("reach just above the greatest value in round steps", () => {
    expect(ticksTo(97)).toEqual([0, 25, 50, 75, 100]);
    expect(ticksTo(4)).toEqual([0, 1, 2, 3, 4]);
  });
  it("are there for nothing too", () => {
    expect(ticksTo(0)).toEqual([0, 1]);
    expect(ticksTo(Number.NaN)).toEqual([0, 1]);
  });
  it("may begin below the least value", () => {
    const ticks = ticksBetween(0.93, 0.99);
    expect(ticks[0]).toBeLessThanOrEqual(0.93);
    expect(ticks.at(-1)).toBeGreaterThanOrEqual(0.99);
    expect(ticks.length).toBeLessThan(8);
  });
  it("fall back to nothing when all values are the same", () => {
    expect(ticksBetween(5, 5)[0]).toBe(0);
  });
});
