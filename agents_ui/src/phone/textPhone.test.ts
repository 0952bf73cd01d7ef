import { beforeEach, describe, expect, it, vi } from "vitest";
import type { CarrierLine, Heard, Ringing } from "./carrierLine";
import type { PhoneLine, Words } from "./driver";
import { createTextPhone } from "./textPhone";

interface World {
  rings: Ringing[] | null;
  heard: Heard[];
  isListening: boolean;
  acts: string[];
  kept: Map<string, readonly Words[]>;
  isMissing: boolean;
}

const RINGING: Ringing = { call_sid: "CA1", from: "+86473114", status: "ringing" };
const TALKING: Ringing = { ...RINGING, status: "in-progress" };

function makeWorld(): World {
  return {
    rings: [],
    heard: [],
    isListening: true,
    acts: [],
    kept: new Map(),
    isMissing: false,
  };
}

function makePhone(world: World) {
  const act = (what: string) => {
    world.acts.push(what);
    return Promise.resolve(world.isListening);
  };
  const line: CarrierLine = {
    ringing: () => Promise.resolve(world.rings),
    heard: (_, after) => Promise.resolve(world.heard.filter(({ seq }) => seq > after)),
    answer: (sid) => act(`answer ${sid}`),
    say: (sid, text) => act(`say ${sid} ${text}`),
    press: (sid, digits) => act(`press ${sid} ${digits}`),
    hangUp: (sid) => act(`hangup ${sid}`),
  };
  let shown: PhoneLine | undefined;
  const phone = createTextPhone({
    line,
    later(ms, run) {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
    kept: (sid) => world.kept.get(sid) ?? [],
    keep: (sid, words) => void world.kept.set(sid, words),
    missing: () => (world.isMissing = true),
  });
  phone.register((now) => (shown = now));
  return { phone, shown: () => shown };
}

const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("the text telephone", () => {
  let world: World;
  beforeEach(() => {
    vi.useFakeTimers();
    world = makeWorld();
    return () => void vi.useRealTimers();
  });

  it("rings when the carrier rings the agent's line", async () => {
    const { shown } = makePhone(world);
    world.rings = [RINGING];
    await passes(3_000);
    expect(shown()).toMatchObject({ state: "ringing", sid: "CA1" });
  });

  it("picks up what begins to ring only after the agent has accepted", async () => {
    const { phone } = makePhone(world);
    const answered = phone.answer();
    await passes(900);
    expect(world.acts).toEqual([]);
    world.rings = [RINGING];
    await passes(2_000);
    expect(await answered).toBe(true);
    expect(world.acts).toEqual(["answer CA1"]);
  });

  it("gives up when nothing rings", async () => {
    const { phone } = makePhone(world);
    const answered = phone.answer();
    await passes(10_000);
    expect(await answered).toBe(false);
    expect(world.acts).toEqual([]);
  });

  it("asks again while the line that was placed does not ring yet", async () => {
    const { phone } = makePhone(world);
    world.rings = [{ ...RINGING, status: "queued" }];
    world.isListening = false;
    const answered = phone.answer();
    await passes(600);
    world.isListening = true;
    await passes(600);
    expect(await answered).toBe(true);
    expect(world.acts.length).toBeGreaterThan(1);
    expect(new Set(world.acts)).toEqual(new Set(["answer CA1"]));
  });

  it("shows the words of both sides once, in the order in which they came", async () => {
    world.rings = [TALKING];
    const { phone, shown } = makePhone(world);
    await passes(100);
    await phone.say("您好");
    world.heard = [{ seq: 1, text: "我家没暖气" }];
    await passes(3_000);
    world.heard.push({ seq: 2, text: "两天了" });
    await passes(3_000);
    expect(shown()?.words.map(({ speaker, text }) => [speaker, text])).toEqual([
      ["me", "您好"],
      ["other", "我家没暖气"],
      ["other", "两天了"],
    ]);
  });

  it("marks words that nobody heard", async () => {
    world.rings = [TALKING];
    const { phone, shown } = makePhone(world);
    await passes(100);
    world.isListening = false;
    expect(await phone.say("喂？")).toBe(false);
    expect(shown()?.words).toMatchObject([{ text: "喂？", isLost: true }]);
  });

  it("has the same words in the same order after the page was loaded again", async () => {
    world.rings = [TALKING];
    const first = makePhone(world);
    await passes(100);
    world.heard = [{ seq: 1, text: "喂" }];
    await passes(1_000);
    await first.phone.say("您好");
    first.phone.unregister();
    const { shown } = makePhone(world);
    await passes(1_000);
    expect(shown()?.words.map(({ text }) => text)).toEqual(["喂", "您好"]);
  });

  it("keeps the words of a call that is over, until the next one", async () => {
    world.rings = [TALKING];
    world.heard = [{ seq: 1, text: "再见" }];
    const { shown } = makePhone(world);
    await passes(100);
    world.rings = [];
    await passes(3_000);
    expect(shown()).toMatchObject({ state: "idle", words: [{ text: "再见" }] });
    world.rings = [{ ...RINGING, call_sid: "CA2" }];
    await passes(3_000);
    expect(shown()).toMatchObject({ state: "ringing", sid: "CA2", words: [] });
  });

  it("outlives a carrier that does not answer", async () => {
    const { shown } = makePhone(world);
    const rings = vi.spyOn(world, "rings", "get").mockImplementation(() => {
      throw new Error("away");
    });
    await passes(5_000);
    rings.mockRestore();
    world.rings = [RINGING];
    await passes(5_000);
    expect(shown()?.state).toBe("ringing");
  });

  it("steps back where another host carries the calls", async () => {
    world.rings = null;
    makePhone(world);
    await passes(100);
    expect(world.isMissing).toBe(true);
  });
});
