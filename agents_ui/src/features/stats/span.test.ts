import { describe, expect, it } from "vitest";
import { addDays, cityToday, spanOf } from "./span";

describe("periods", () => {
  it("begin at midnight of the city", () => {
    expect(cityToday(Date.parse("2026-11-25T16:30:00Z"))).toBe("2026-11-26");
    expect(cityToday(Date.parse("2026-11-25T15:59:00Z"))).toBe("2026-11-25");
  });
  it("know the turns of months and years", () => {
    expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
    expect(spanOf("lastMonth", "2026-03-05")).toEqual({ from: "2026-02-01", to: "2026-02-28" });
    expect(spanOf("thisMonth", "2026-03-05")).toEqual({ from: "2026-03-01", to: "2026-03-05" });
    expect(spanOf("week", "2026-03-05")).toEqual({ from: "2026-02-27", to: "2026-03-05" });
    expect(spanOf("year", "2026-03-05")).toEqual({ from: "2025-03-06", to: "2026-03-05" });
  });
  it("may be chosen freely, as far as there is something to count", () => {
    const today = "2026-03-05";
    const own = (from: string, to: string) => spanOf("own", today, { from, to });
    expect(own("2025-01-01", "2025-06-30")).toEqual({ from: "2025-01-01", to: "2025-06-30" });
    expect(own("2025-06-30", "2025-01-01")).toEqual({ from: "2025-01-01", to: "2025-06-30" });
    expect(own("2026-03-01", "2027-01-01")).toEqual({ from: "2026-03-01", to: today });
    expect(own("", "yesterday")).toEqual(spanOf("month", today));
    expect(own("1990-01-01", today)).toEqual({ from: addDays(today, -1099), to: today });
  });
});
