import { IDLE, type PhoneDriver, type PhoneLine } from "./driver";

/** The part of Twilio's Voice SDK that a telephone which is only rung needs. */
export interface VoiceCall {
  parameters: Record<string, string>;
  accept(): void;
  reject(): void;
  disconnect(): void;
  sendDigits(digits: string): void;
  on(event: "accept" | "disconnect" | "cancel" | "reject" | "error", run: () => void): unknown;
}

export interface VoiceDevice {
  on(event: "incoming", run: (call: VoiceCall) => void): unknown;
  on(event: "tokenWillExpire" | "error", run: () => void): unknown;
  register(): Promise<void>;
  updateToken(token: string): void;
  destroy(): void;
}

export interface BrowserPhoneParts {
  /** Null where agents have no telephone in the browser. */
  token(): Promise<string | null>;
  device(token: string): Promise<VoiceDevice>;
  /** A browser lets a page sound and hear only after a gesture; the answer calls it off. */
  onGesture(run: () => void): () => void;
  later(ms: number, run: () => void): () => void;
  missing(): void;
}

export const RETRY_MS = 15_000;
const LOOK_MS = 250;
const ANSWER_TRIES = 24;

/** A telephone in the page, with sound: the network rings it as the agent's `client:` address. */
export function createBrowserPhone(parts: BrowserPhoneParts): PhoneDriver {
  let line: PhoneLine = IDLE;
  let tell: (line: PhoneLine) => void = () => {};
  let device: VoiceDevice | null = null;
  let call: VoiceCall | null = null;
  let isUp = false;
  let cancel = () => {};

  function show(state: PhoneLine["state"]): void {
    line = { state, sid: call?.parameters["CallSid"] ?? null, words: [] };
    tell(line);
  }

  async function start(): Promise<void> {
    const token = await parts.token();
    if (!isUp) return;
    if (token === null) {
      isUp = false;
      parts.missing();
      return;
    }
    const made = await parts.device(token);
    if (!isUp) return made.destroy();
    device = made;
    made.on("incoming", ring);
    made.on("tokenWillExpire", () => void renew());
    made.on("error", () => void renew());
    await made.register();
  }

  /** Without the network, or with a token that has run out, it is tried again until it works. */
  async function tryToStart(): Promise<void> {
    try {
      await start();
    } catch {
      device?.destroy();
      device = null;
      if (isUp) cancel = parts.later(RETRY_MS, () => void tryToStart());
    }
  }

  /** Several events may ask for a token at once; one that did not come is asked for again. */
  async function renew(): Promise<void> {
    const token = await parts.token().catch(() => null);
    if (!device) return;
    cancel();
    if (token === null) cancel = parts.later(RETRY_MS, () => void renew());
    else device.updateToken(token);
  }

  /** One call at a time: whatever else rings, the service takes it back by itself. */
  function ring(fresh: VoiceCall): void {
    if (call || !isUp) return;
    call = fresh;
    show("ringing");
    fresh.on("accept", () => show("talking"));
    for (const end of ["disconnect", "cancel", "reject", "error"] as const) {
      fresh.on(end, () => over(fresh));
    }
  }

  function over(ended: VoiceCall): void {
    if (call !== ended) return;
    call = null;
    show("idle");
  }

  /** An agent may be quicker than the line, which is placed first and rings a moment later. */
  async function pickUp(): Promise<boolean> {
    for (let tries = 0; tries < ANSWER_TRIES && isUp; tries++) {
      if (line.state === "talking") return true;
      if (call) {
        call.accept();
        return true;
      }
      await new Promise<void>((done) => parts.later(LOOK_MS, done));
    }
    return false;
  }

  return {
    kind: "browser",
    register(to) {
      tell = to;
      isUp = true;
      tell(line);
      cancel = parts.onGesture(() => void tryToStart());
    },
    unregister() {
      isUp = false;
      cancel();
      device?.destroy();
      [device, call, line] = [null, null, IDLE];
      tell = () => {};
    },
    answer: pickUp,
    hangUp() {
      if (line.state === "talking") call?.disconnect();
      else call?.reject();
      return Promise.resolve();
    },
    press(digits) {
      if (line.state !== "talking") return Promise.resolve(false);
      call?.sendDigits(digits);
      return Promise.resolve(true);
    },
    say: () => Promise.resolve(false),
  };
}
