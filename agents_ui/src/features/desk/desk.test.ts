import { describe, expect, it } from "vitest";
import { makeCall } from "@/testing";
import { nextShown } from "./nextShown";
import { byNeed } from "./order";
import { seedFrom } from "./seed";

const one = makeCall({ id: "c1" });
const two = makeCall({ id: "c2" });

describe("the call that is shown", () => {
  it("is the first in need when nobody has chosen", () => {
    expect(nextShown([one, two], null, false)).toBe("c1");
  });

  it("is the chosen one, also after it has ended", () => {
    expect(nextShown([two], "c1", true)).toBe("c1");
  });

  it("stays when it ended and nobody else is on the line", () => {
    expect(nextShown([], "c1", false)).toBe("c1");
  });

  it("gives way to the next caller when nobody has chosen it", () => {
    expect(nextShown([two], "c1", false)).toBe("c2");
  });
});

describe("the order of calls", () => {
  it("is danger, then who waits longest for a person, then the others", () => {
    const calls = [
      makeCall({ id: "talks", started_at: "2026-11-25T07:00:00Z" }),
      makeCall({ id: "waits", status: "waiting", queued_at: "2026-11-25T08:05:00Z" }),
      makeCall({ id: "waits longer", status: "waiting", queued_at: "2026-11-25T08:01:00Z" }),
      makeCall({ id: "fire", emergency: "119", started_at: "2026-11-25T09:00:00Z" }),
    ];
    expect(calls.sort(byNeed).map(({ id }) => id)).toEqual([
      "fire",
      "waits longer",
      "waits",
      "talks",
    ]);
  });
});

describe("a ticket from a call", () => {
  const said = [
    { turn: 1, at: "", speaker: "caller" as const, text: "暖气不热", decision: null },
    { turn: 1, at: "", speaker: "hotline" as const, text: "请问您在哪个区？", decision: "choose" },
    { turn: 2, at: "", speaker: "caller" as const, text: "滨河街道", decision: null },
  ];
  const candidate = {
    entry_id: "svc-heat",
    name: "暖气不热",
    category: "公用事业/供热",
    confidence: 0.9,
    reasons: [],
  };

  it("keeps the caller's words and nothing of the machine's", () => {
    expect(seedFrom(makeCall({ said }), candidate, null).description).toBe("暖气不热\n滨河街道");
  });

  it("carries call, entry and district", () => {
    const seed = seedFrom(makeCall({ district: "海勃湾区" }), candidate, null);
    expect(seed).toMatchObject({
      callId: "c1",
      entryId: "svc-heat",
      district: "海勃湾区",
      title: "暖气不热",
    });
  });

  it("is empty without a call", () => {
    expect(seedFrom(null, null, null)).toMatchObject({
      callId: null,
      entryId: null,
      description: "",
    });
  });
});
