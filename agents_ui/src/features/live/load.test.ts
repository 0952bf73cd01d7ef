import { describe, expect, it } from "vitest";
import { slotAt, slotNames, untilNow } from "./load";

describe("half hours of the city's day", () => {
  it("are forty-eight, from midnight", () => {
    expect(slotNames).toHaveLength(48);
    expect([slotNames[0], slotNames[17], slotNames[47]]).toEqual(["00:00", "08:30", "23:30"]);
  });

  it("are counted by the city's clock", () => {
    expect(slotAt("2026-11-26T00:31:00Z")).toBe(17);
    expect(slotAt("2026-11-25T16:00:00Z")).toBe(0);
  });

  it("have no bar before they come", () => {
    const shown = untilNow(new Array<number>(48).fill(3), "2026-11-26T00:31:00Z");
    expect(shown.slice(16, 19)).toEqual([3, 3, null]);
  });
});
