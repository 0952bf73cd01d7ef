import { describe, expect, it } from "vitest";
import type { Consent } from "@/api/consents";
import { inForce } from "./inForce";

function line(id: string, changes: Partial<Consent> = {}): Consent {
  return {
    id,
    at: "2026-11-26T02:00:00Z",
    subject: "work_order:1",
    purpose: "vendor_number",
    answer: "given",
    channel: "voice",
    wording: null,
    account_id: null,
    reason: null,
    ticket_id: "t1",
    ticket_number: "1",
    call_id: null,
    caller_masked: null,
    noted_by: null,
    ...changes,
  };
}

describe("what can be taken back", () => {
  it("is what was agreed to and not taken back since", () => {
    const lines = [line("b", { answer: "withdrawn" }), line("a"), line("c", { ticket_id: "t2" })];
    expect([...inForce(lines)]).toEqual(["c"]);
  });

  it("is the newest yes alone", () => {
    expect([...inForce([line("new"), line("old")])]).toEqual(["new"]);
  });

  it("is never a recording, a refusal, or what has no ticket", () => {
    const lines = [
      line("told", { purpose: "recording", answer: "told" }),
      line("no", { purpose: "sms", answer: "refused" }),
      line("bare", { purpose: "robot_call", ticket_id: null, call_id: "c1" }),
    ];
    expect([...inForce(lines)]).toEqual([]);
  });
});
