import { readFileSync } from "node:fs";
import { QueryClient, VueQueryPlugin } from "@tanstack/vue-query";
import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { API } from "@/api/client";
import type { Alarm } from "@/api/types";
import { applyEvent } from "@/realtime/handlers";
import { createCache } from "./cache";
import { keys } from "./keys";
import { holderOf } from "./replayScreens";

/**
 * The console's half of the replay: what it fetched before, changed by what it was told, must be
 * what it would fetch after. `tests/promises/test_p06_replay.py` records a city and runs this.
 */
const MATERIAL = process.env["HOTLINE_REPLAY"];
const SETTLED_MS = 3_000;
const MOST_LOOKS = 200;

type Answers = Record<string, { status: number; body: unknown }>;

interface Told {
  name: string;
  payload: unknown;
}

interface Step {
  name: string;
  told: Record<string, Told[]>;
  after: Record<string, Answers>;
}

/** One console from one moment to the next. */
interface Passage {
  step: string;
  who: string;
  before: Answers;
  told: Told[];
  after: Answers;
}

/** Names without which something is amiss; the others come with one of the same record. */
const LEAST_MISSED = 25;

/** Events that no screen shows, and why. */
const SILENT: Readonly<Record<string, string>> = {
  "message.received": "no screen lists the texts that people send in",
  "call.merged": "who hears whom is told by what the parties' sound becomes",
};

/**
 * What moves with the clock and without an event, and is asked for anew now and then; and what
 * stands in an answer though no screen shows it there: the stream of tickets only opens them.
 */
const NOT_TOLD = /\/(longest_wait_seconds|last_used_at)$|^\["tickets","latest"\].*\/moves$/;

let answers: Answers = {};
let unknown: string[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("fetch", (address: string) => Promise.resolve(answered(address)));
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function answered(address: string): Response {
  const path = address.slice(API.length);
  const known = answers[path];
  if (!known) unknown.push(path);
  return new Response(JSON.stringify(known?.body ?? {}), { status: known?.status ?? 404 });
}

function passages(): Passage[] {
  const { steps } = JSON.parse(readFileSync(MATERIAL ?? "", "utf8")) as { steps: Step[] };
  return steps.slice(1).flatMap((step, index) =>
    Object.entries(step.told).map(([who, told]) => ({
      step: step.name,
      who,
      told,
      before: steps[index]?.after[who] ?? {},
      after: step.after[who] ?? {},
    })),
  );
}

function newClient(): QueryClient {
  const queries = { staleTime: Infinity, retry: false, networkMode: "always" as const };
  return new QueryClient({ defaultOptions: { queries } });
}

/** Screens that are open all the while: what was refused is not on them. */
function open(client: QueryClient, { before, after }: Passage): () => void {
  const paths = Object.keys(before).filter((path) => before[path]?.status === 200 && path in after);
  const screen = defineComponent({
    setup() {
      for (const path of paths) holderOf(path)();
      return () => h("div");
    },
  });
  const mounted = mount(screen, {
    global: { plugins: [[VueQueryPlugin, { queryClient: client }]] },
  });
  return () => mounted.unmount();
}

async function settled(client: QueryClient): Promise<void> {
  for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
    await vi.advanceTimersByTimeAsync(10);
    if (client.isFetching() === 0) return;
  }
  throw new Error("never settled");
}

type Shown = Record<string, unknown>;

function shownBy(client: QueryClient): Shown {
  const active = client.getQueryCache().findAll({ type: "active" });
  return Object.fromEntries(
    active.map(({ queryHash, state }) => [
      queryHash,
      state.status === "error" ? { error: String(state.error) } : state.data,
    ]),
  );
}

/** What a console holds that was told; without the named event, as if it had no handler. */
async function replayed(
  passage: Passage,
  without?: string,
): Promise<{ shown: Shown; alarms: unknown }> {
  const client = newClient();
  answers = passage.before;
  const close = open(client, passage);
  await settled(client);
  answers = passage.after;
  const cache = createCache(client);
  for (const { name, payload } of passage.told) {
    if (name !== without) applyEvent(cache, name, structuredClone(payload));
    await vi.advanceTimersByTimeAsync(1);
  }
  await vi.advanceTimersByTimeAsync(SETTLED_MS);
  await settled(client);
  const shown = shownBy(client);
  const alarms = client.getQueryData<Alarm[]>(keys.alarms) ?? [];
  close();
  client.clear();
  return { shown, alarms };
}

/** What the same console holds that comes afterwards. */
async function fetched(passage: Passage): Promise<Shown> {
  const client = newClient();
  answers = passage.after;
  const close = open(client, passage);
  await settled(client);
  const shown = shownBy(client);
  close();
  client.clear();
  return shown;
}

async function differences(passage: Passage, without?: string): Promise<string[]> {
  const { shown, alarms } = await replayed(passage, without);
  const wanted = await fetched(passage);
  const found = Object.entries(wanted).map(([key, value]) => firstOf(shown[key], value, key));
  const raised = passage.told
    .filter(({ name }) => name === "alarm.raised")
    .map((one) => one.payload);
  const names = [...new Set(passage.told.map(({ name }) => name))].join(" ");
  const all = [...found, firstOf(alarms, raised.reverse(), "alarms")].filter(Boolean);
  return all.map((one) => `${passage.step} (${passage.who}; ${names}) ${one}`);
}

/** Where two values part, or nothing. */
function firstOf(one: unknown, other: unknown, at: string): string {
  if (Object.is(one, other) || NOT_TOLD.test(at)) return "";
  if (typeof one !== "object" || typeof other !== "object" || !one || !other) {
    return `${at} ${JSON.stringify(one)} is not ${JSON.stringify(other)}`.slice(0, 300);
  }
  const left = one as Record<string, unknown>;
  const right = other as Record<string, unknown>;
  for (const name of new Set([...Object.keys(left), ...Object.keys(right)])) {
    const part = firstOf(left[name], right[name], `${at}/${name}`);
    if (part) return part;
  }
  return "";
}

/** Told alone, it changes what the console holds. */
async function isNoticed(passage: Passage, event: Told): Promise<boolean> {
  const { shown, alarms } = await replayed({ ...passage, told: [event] });
  const { shown: still } = await replayed({ ...passage, told: [] });
  return firstOf(shown, still, "") !== "" || firstOf(alarms, [], "") !== "";
}

describe.skipIf(!MATERIAL)("a console that was told", () => {
  it("holds what it would fetch, whoever looks and whatever happened", async () => {
    const wrong: string[] = [];
    for (const passage of passages()) wrong.push(...(await differences(passage)));
    expect([...new Set(unknown)]).toEqual([]);
    expect(wrong).toEqual([]);
  }, 120_000);

  it("is changed by every event that a screen shows", async () => {
    const all = passages();
    const told = new Set(all.flatMap((passage) => passage.told.map(({ name }) => name)));
    const noticed = new Set<string>();
    for (const passage of all) {
      for (const event of passage.told) {
        if (!noticed.has(event.name) && (await isNoticed(passage, event))) noticed.add(event.name);
      }
    }
    expect([...told].filter((name) => !noticed.has(name)).sort()).toEqual(
      Object.keys(SILENT)
        .filter((name) => told.has(name))
        .sort(),
    );
  }, 120_000);

  it("would hold something else if one handler were missing", async () => {
    const missed = new Set<string>();
    for (const passage of passages()) {
      for (const { name } of passage.told) {
        if (!missed.has(name) && (await differences(passage, name)).length > 0) missed.add(name);
      }
    }
    expect(missed.size).toBeGreaterThanOrEqual(LEAST_MISSED);
  }, 120_000);
});
