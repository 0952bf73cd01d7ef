import { expect, it } from "vitest";
import type { Past } from "@/api/types";
import { openOf } from "./past";

it("counts what is still worked on", () => {
  const of = (...statuses: Past["tickets"][number]["status"][]) =>
    statuses.map((status, place) => ({
      id: `t${place}`,
      number: "1",
      title: "",
      status,
      created_at: "",
    }));
  expect(openOf(of("in_progress", "closed", "to_visit", "merged", "redo"))).toBe(3);
  expect(openOf([])).toBe(0);
});
