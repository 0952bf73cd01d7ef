import { beforeEach, describe, expect, it, vi } from "vitest";
import { createBrowserPhone, RETRY_MS, type VoiceCall, type VoiceDevice } from "./browserPhone";
import type { PhoneLine } from "./driver";

class FakeCall implements VoiceCall {
  readonly acts: string[] = [];
  private readonly runs = new Map<string, () => void>();
  readonly parameters: Record<string, string>;
  constructor(sid = "CA1") {
    this.parameters = { CallSid: sid };
  }
  accept = () => this.act("accept");
  reject = () => this.act("reject");
  disconnect = () => this.act("disconnect");
  sendDigits = (digits: string) => void this.acts.push(`keys ${digits}`);
  on = (event: string, run: () => void) => this.runs.set(event, run);
  happens = (event: string) => this.runs.get(event)?.();
  private act(what: string): void {
    this.acts.push(what);
    this.happens(what);
  }
}

class FakeDevice implements VoiceDevice {
  readonly acts: string[] = [];
  fails = false;
  private readonly runs = new Map<string, (call: VoiceCall) => void>();
  on = (event: string, run: (call: VoiceCall) => void) => this.runs.set(event, run);
  register = () => (this.fails ? Promise.reject(new Error("no network")) : Promise.resolve());
  updateToken = (token: string) => void this.acts.push(`token ${token}`);
  destroy = () => void this.acts.push("destroy");
  happens = (event: string, call: VoiceCall = new FakeCall()) => this.runs.get(event)?.(call);
}

const passes = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe("the telephone in the browser", () => {
  let device: FakeDevice;
  let tokens: (string | null)[];
  let gesture: () => void;
  let isMissing: boolean;
  let shown: PhoneLine | undefined;

  function makePhone() {
    const phone = createBrowserPhone({
      token: () => Promise.resolve(tokens.length > 1 ? tokens.shift()! : tokens[0]!),
      device: () => Promise.resolve(device),
      onGesture(run) {
        gesture = run;
        return () => (gesture = () => {});
      },
      later(ms, run) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
      },
      missing: () => (isMissing = true),
    });
    phone.register((line) => (shown = line));
    return phone;
  }

  async function madeReady() {
    const phone = makePhone();
    gesture();
    await passes(0);
    return phone;
  }

  beforeEach(() => {
    vi.useFakeTimers();
    [device, tokens, isMissing, shown] = [new FakeDevice(), ["t1"], false, undefined];
    return () => void vi.useRealTimers();
  });

  it("is made by the first gesture, and rings", async () => {
    const phone = makePhone();
    await passes(1_000);
    device.happens("incoming");
    expect(shown?.state).toBe("idle");
    gesture();
    await passes(0);
    device.happens("incoming");
    expect(shown).toMatchObject({ state: "ringing", sid: "CA1" });
    expect(phone.kind).toBe("browser");
  });

  it("takes what begins to ring a moment after the agent has accepted", async () => {
    const phone = await madeReady();
    const answered = phone.answer();
    await passes(1_000);
    const call = new FakeCall();
    device.happens("incoming", call);
    await passes(1_000);
    expect(await answered).toBe(true);
    expect(call.acts).toEqual(["accept"]);
    expect(shown?.state).toBe("talking");
  });

  it("gives up when nothing rings", async () => {
    const phone = await madeReady();
    const answered = phone.answer();
    await passes(10_000);
    expect(await answered).toBe(false);
  });

  it("presses keys in a talk only, and hangs up", async () => {
    const phone = await madeReady();
    const call = new FakeCall();
    device.happens("incoming", call);
    expect(await phone.press("1")).toBe(false);
    await phone.answer();
    expect(await phone.press("1")).toBe(true);
    await phone.hangUp();
    expect(call.acts).toEqual(["accept", "keys 1", "disconnect"]);
    expect(shown).toMatchObject({ state: "idle", sid: null });
  });

  it("declines what it has not taken", async () => {
    const phone = await madeReady();
    const call = new FakeCall();
    device.happens("incoming", call);
    await phone.hangUp();
    expect(call.acts).toEqual(["reject"]);
    expect(shown?.state).toBe("idle");
  });

  it("keeps to one call, and to its end", async () => {
    await madeReady();
    const [first, second] = [new FakeCall("CA1"), new FakeCall("CA2")];
    device.happens("incoming", first);
    device.happens("incoming", second);
    expect(shown?.sid).toBe("CA1");
    second.happens("cancel");
    expect(shown?.state).toBe("ringing");
    first.happens("cancel");
    expect(shown?.state).toBe("idle");
  });

  it("takes a new token before the old one runs out", async () => {
    tokens = ["t1", "t2"];
    await madeReady();
    device.happens("tokenWillExpire");
    await passes(0);
    expect(device.acts).toEqual(["token t2"]);
  });

  it("asks again for a new token that it did not get", async () => {
    tokens = ["t1", null, "t2"];
    await madeReady();
    device.happens("tokenWillExpire");
    await passes(RETRY_MS - 1);
    expect(device.acts).toEqual([]);
    await passes(1);
    expect(device.acts).toEqual(["token t2"]);
  });

  it("asks for no token any more once it is gone", async () => {
    tokens = ["t1", null, "t2"];
    const phone = await madeReady();
    device.happens("tokenWillExpire");
    await passes(0);
    phone.unregister();
    await passes(RETRY_MS);
    expect(device.acts).toEqual(["destroy"]);
    expect(tokens).toEqual(["t2"]);
  });

  it("tries again until the network is there", async () => {
    device.fails = true;
    await madeReady();
    expect(device.acts).toEqual(["destroy"]);
    device.fails = false;
    await passes(RETRY_MS);
    device.happens("incoming");
    expect(shown?.state).toBe("ringing");
  });

  it("steps back where there is none", async () => {
    tokens = [null];
    await madeReady();
    expect(isMissing).toBe(true);
  });

  it("goes with whoever signs out", async () => {
    const phone = await madeReady();
    phone.unregister();
    expect(device.acts).toEqual(["destroy"]);
    device.happens("incoming");
    expect(shown?.state).toBe("idle");
  });
});
