import { expect, test } from "vitest";
import { fromQuery, toFilter, toQuery } from "./filterForm";

test("an address becomes a form and the same address again", () => {
  const query = { q: "暖气", status: "in_progress", mine: "1", created_from: "2026-11-01" };
  expect(toQuery(fromQuery(query))).toEqual(query);
  expect(toQuery(fromQuery({}))).toEqual({});
});

test("days are moments of the city, and flags are only there when they are on", () => {
  const form = fromQuery({ due_before: "2026-12-01", unassigned: "1", sort: "due" });
  expect(toFilter(form, 0)).toEqual({
    due_before: "2026-12-01T00:00:00+08:00",
    unassigned: true,
    sort: "due",
  });
});

test("what is overdue is overdue by the minute, whatever day was chosen", () => {
  const form = fromQuery({ overdue: "1", due_before: "2026-12-01" });
  expect(toFilter(form, 90_000)).toEqual({ due_before: "1970-01-01T00:01:00.000Z" });
});
