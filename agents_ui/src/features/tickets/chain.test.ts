import { expect, test } from "vitest";
import type { TimelineItem } from "@/api/types";
import { chainOf } from "./chain";

const city = { id: "c", name: "乌海市", tier: "city" };
const unit = { id: "u", name: "供热管理中心", tier: "unit" };
const ticket = { custody: unit, created_at: "2026-11-25T01:00:00Z" };
const item = (at: string, holder: typeof city | null): TimelineItem => ({
  id: at,
  at: `2026-11-25T0${at}:00:00Z`,
  name: "ticket.moved",
  move: null,
  actor: null,
  from_status: null,
  to_status: null,
  note: null,
  holder,
});

test("custody goes from the city's desk to a unit and back", () => {
  const items = [item("3", city), item("1", city), item("2", unit), item("4", unit)];
  expect(chainOf(items, ticket, "市中心").map(({ name }) => name)).toEqual([
    "市中心",
    "供热管理中心",
    "市中心",
    "供热管理中心",
  ]);
});

test("what changed nothing about custody adds no link", () => {
  const items = [item("1", city), item("2", unit), item("3", null), item("4", unit)];
  expect(chainOf(items, ticket, "市中心")).toHaveLength(2);
});

test("before the story is here, the holder is known from the ticket", () => {
  expect(chainOf([], ticket, "市中心")).toEqual([
    { name: "供热管理中心", since: ticket.created_at },
  ]);
});
