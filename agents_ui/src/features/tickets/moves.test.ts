import { describe, expect, it } from "vitest";
import type { Organization } from "@/api/types";
import { makeTicket } from "@/testing";
import { asMove, asksOf, takers } from "./moves";

describe("what a move asks for", () => {
  it("is a note at least, which stays free", () => {
    const asks = asksOf("sign", makeTicket());
    expect(asks.fields).toEqual(["note"]);
    expect(asks.required.size).toBe(0);
  });

  it("includes the leader who signs off a reply to a complaint, and only there", () => {
    expect(asksOf("reply", makeTicket({ kind: "complaint" })).required).toContain("signed_off_by");
    expect(asksOf("reply", makeTicket({ kind: "help" })).required).not.toContain("signed_off_by");
  });

  it("is the answer itself where no entry holds it", () => {
    expect(asksOf("answer", makeTicket({ entry_id: null })).required).toContain("note");
    expect(asksOf("answer", makeTicket()).required).not.toContain("note");
  });

  it("offers what may be left out before the note", () => {
    const asks = asksOf("refer", makeTicket());
    expect(asks.fields).toEqual(["receiver", "reference", "note"]);
    expect(asks.required).not.toContain("reference");
    expect(asksOf("demand_redo", makeTicket()).fields).toContain("unit_level");
  });

  it("offers only levels that fit the outcome", () => {
    expect(asksOf("close_satisfied", makeTicket()).levels).toEqual([5, 4, 3]);
    expect(asksOf("demand_redo", makeTicket()).levels).toEqual([2, 1]);
  });
});

it("sends numbers, answers and times of the city as the service wants them", () => {
  expect(
    asMove({
      level: "4",
      resolved: "no",
      contacted_at: "2026-11-25T09:30",
      review_at: "2026-12-01",
      note: " 已联系 ",
      statute: "",
    }),
  ).toEqual({
    level: 4,
    resolved: false,
    contacted_at: "2026-11-25T09:30:00+08:00",
    review_at: "2026-12-01T18:00:00+08:00",
    note: "已联系",
  });
});

it("names units of the ticket's district first and never the one that has it", () => {
  const unit = (id: string, district: string | null) =>
    ({ id, name: id, district }) as Organization;
  const ticket = makeTicket({ custody: { id: "held", name: "held", tier: "unit" } });
  const order = takers(
    [unit("wuda", "乌达区"), unit("city", null), unit("held", "海勃湾区"), unit("hbw", "海勃湾区")],
    ticket,
  );
  expect(order.map(({ id }) => id)).toEqual(["hbw", "city", "wuda"]);
});
