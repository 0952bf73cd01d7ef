import { describe, expect, it } from "vitest";
import type { KpiDefinition, Span } from "@/api/stats";
import { columnsFor, spanOfColumn } from "./pivot";

const span = (from: string, to: string): Span => ({ from, to, organization: null });
const days = ({ from, to }: Span) => [from, to];

describe("the days behind a column", () => {
  const month = span("2026-11-01", "2026-11-25");
  it("are those of the step, as far as they lie in the period", () => {
    expect(days(spanOfColumn(month, "day", "2026-11-03"))).toEqual(["2026-11-03", "2026-11-03"]);
    expect(days(spanOfColumn(month, "week", "2026-10-26"))).toEqual(["2026-11-01", "2026-11-01"]);
    expect(days(spanOfColumn(month, "month", "2026-11-01"))).toEqual(["2026-11-01", "2026-11-25"]);
    expect(days(spanOfColumn(span("2026-12-01", "2026-12-31"), "month", "2026-12-01"))).toEqual([
      "2026-12-01",
      "2026-12-31",
    ]);
  });
  it("are those of the period before, and of a year ago", () => {
    expect(days(spanOfColumn(month, "compare", "previous"))).toEqual(["2026-10-07", "2026-10-31"]);
    expect(days(spanOfColumn(month, "compare", "last_year"))).toEqual(["2025-11-01", "2025-11-25"]);
    const february = span("2028-02-01", "2028-02-29");
    expect(days(spanOfColumn(february, "compare", "previous"))).toEqual([
      "2028-01-01",
      "2028-01-31",
    ]);
    expect(days(spanOfColumn(february, "compare", "last_year"))).toEqual([
      "2027-02-01",
      "2027-02-28",
    ]);
  });
});

it("offers for columns what the indicator is counted by, but not the rows again", () => {
  const definition = { dimensions: ["all", "district", "agent"] } as KpiDefinition;
  expect(columnsFor("district", definition)).toEqual(["compare", "day", "week", "month", "agent"]);
});
