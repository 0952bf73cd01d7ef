import { describe, expect, it } from "vitest";
import { visibleRange } from "./visibleRange";

const of = (top: number) => visibleRange({ count: 100_000, height: 34, top, view: 680 });

describe("the window of a long table", () => {
  it("draws what is seen and a little more, never everything", () => {
    const { first, last } = of(34_000);
    expect(first).toBeLessThan(1_000);
    expect(last).toBeGreaterThan(1_020);
    expect(last - first).toBeLessThan(60);
  });
  it("keeps the height of the whole, wherever it stands", () => {
    for (const top of [0, 34_000, 3_399_320, 9_999_999]) {
      const { first, last, above, below } = of(top);
      expect(above + below + (last - first) * 34).toBe(3_400_000);
    }
  });
  it("draws hardly more than what is seen while screens fly past", () => {
    const { first, last } = visibleRange({
      count: 100_000,
      height: 34,
      top: 34_000,
      view: 680,
      spare: 2,
    });
    expect([first, last]).toEqual([998, 1_022]);
  });
  it("ends at the last row", () => {
    expect(of(3_399_320)).toMatchObject({ last: 100_000, below: 0 });
  });
});
