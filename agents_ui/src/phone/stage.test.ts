import { describe, expect, it } from "vitest";
import type { Party } from "@/api/types";
import { makeCall } from "@/testing";
import { callerOf, isGuest, isInternal, partyOf, stageOf, thirdParties } from "./stage";

function makeParty(given: Partial<Party>): Party {
  return {
    leg_id: "l1",
    role: "agent",
    name: "话务员1号",
    account_id: "me",
    state: "joined",
    is_held: false,
    is_muted: false,
    since: "2026-11-25T08:00:00Z",
    ...given,
  };
}

describe("what an agent has to do", () => {
  it.each([
    ["ready", null, "free"],
    ["ready", "c1", "offered"],
    ["talking", "c1", "talking"],
    ["wrap_up", "c1", "wrap_up"],
    ["wrap_up", null, "free"],
    ["break", null, "free"],
  ] as const)("at a seat that is %s with call %s is %s", (state, call_id, stage) => {
    expect(stageOf({ state, call_id })).toBe(stage);
  });

  it("is nothing before the seat is known", () => {
    expect(stageOf(undefined)).toBe("free");
  });
});

describe("a call that rings", () => {
  it("comes from a colleague when somebody talks on it already", () => {
    expect(isInternal(makeCall({ status: "talking", agent_id: "other" }), "me")).toBe(true);
    expect(isInternal(makeCall({ status: "waiting" }), "me")).toBe(false);
  });
});

describe("the parties of a call", () => {
  const call = makeCall({
    parties: [
      makeParty({ leg_id: "old", state: "ended" }),
      makeParty({ leg_id: "mine" }),
      makeParty({ leg_id: "caller", role: "caller", account_id: null, is_held: true }),
      makeParty({ leg_id: "guest", role: "consulted", account_id: null, state: "ringing" }),
    ],
  });

  it("are the agent's own live leg, the caller and whoever was called in", () => {
    expect(partyOf(call, "me")?.leg_id).toBe("mine");
    expect(callerOf(call)?.is_held).toBe(true);
    expect(thirdParties(call, "me").map(({ leg_id }) => leg_id)).toEqual(["guest"]);
  });

  it.each([
    ["consulted", "joined", true],
    ["agent", "joined", true],
    ["consulted", "ringing", false],
    ["supervisor", "joined", false],
  ] as const)("a %s who is %s can be handed the call: %s", (role, state, can) => {
    expect(isGuest(makeParty({ role, state }))).toBe(can);
  });
});
