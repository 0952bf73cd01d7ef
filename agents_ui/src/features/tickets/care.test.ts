import { expect, test } from "vitest";
import { caresFor } from "./care";

const clerk = { scopes: ["tickets:read", "tickets:write"] };
const leader = { scopes: [...clerk.scopes, "tickets:dispatch", "tickets:supervise"] };

test("a clerk urges and reveals, a leader supervises too", () => {
  const ticket = { status: "in_progress", confidential: false } as const;
  expect(caresFor(ticket, clerk)).toEqual(["urge", "reveal"]);
  expect(caresFor(ticket, leader)).toEqual(["urge", "supervise", "reveal"]);
});

test("what leaves the desk is checked before dispatch only, on confidential tickets only", () => {
  const early = { status: "to_dispatch", confidential: true } as const;
  expect(caresFor(early, leader)).toContain("redact");
  expect(caresFor({ ...early, confidential: false }, leader)).not.toContain("redact");
  expect(caresFor({ ...early, status: "to_sign" }, leader)).not.toContain("redact");
});

test("nobody urges what is finished, and readers do nothing", () => {
  const closed = { status: "closed", confidential: false } as const;
  expect(caresFor(closed, leader)).toEqual(["reveal"]);
  expect(caresFor(closed, { scopes: ["tickets:read"] })).toEqual([]);
});
