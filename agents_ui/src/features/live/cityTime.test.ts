import { describe, expect, it } from "vitest";
import { fromCityTime, toCityTime } from "./cityTime";

describe("a time of the city", () => {
  it("is eight hours ahead, wherever the browser is", () => {
    expect(toCityTime("2026-11-25T17:30:00Z")).toBe("2026-11-26T01:30");
    expect(fromCityTime("2026-11-26T01:30")).toBe("2026-11-25T17:30:00.000Z");
  });

  it("may be unknown", () => {
    expect(toCityTime(null)).toBe("");
    expect(fromCityTime("")).toBeNull();
  });
});
