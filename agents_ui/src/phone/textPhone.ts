import type { CarrierLine, Ringing } from "./carrierLine";
import { IDLE, type PhoneDriver, type PhoneLine, type Words } from "./driver";

export interface TextPhoneParts {
  line: CarrierLine;
  /** Runs later; the answer cancels it. */
  later(ms: number, run: () => void): () => void;
  /** Own words of a call, kept over a reload of the page. */
  kept(sid: string): readonly Words[];
  keep(sid: string, words: readonly Words[]): void;
  /** There is no such telephone here. */
  missing(): void;
}

export const IDLE_MS = 2_000;
export const BUSY_MS = 500;
const ANSWER_TRIES = 12;

/** The telephone of the embedded carrier: what is said is typed, what is heard is read. */
export function createTextPhone(parts: TextPhoneParts): PhoneDriver {
  let line: PhoneLine = IDLE;
  let heard = 0;
  let tell: (line: PhoneLine) => void = () => {};
  let cancel: (() => void) | null = null;
  let isUp = false;

  function show(next: PhoneLine): void {
    line = next;
    tell(line);
  }

  async function look(): Promise<void> {
    const found = await parts.line.ringing();
    if (!isUp) return;
    if (found === null) {
      isUp = false;
      show(IDLE);
      parts.missing();
      return;
    }
    follow(lineOf(found));
    if (line.sid && line.state === "talking") await listen(line.sid);
  }

  /** The words of the last call stay until the next one: they are needed for the notes. */
  function follow(now: Ringing | undefined): void {
    if (!now) {
      if (line.state !== "idle") show({ ...line, state: "idle" });
      return;
    }
    const state = now.status === "in-progress" ? "talking" : "ringing";
    if (now.call_sid !== line.sid) {
      heard = 0;
      show({ state, sid: now.call_sid, words: parts.kept(now.call_sid) });
    } else if (state !== line.state) show({ ...line, state });
  }

  async function listen(sid: string): Promise<void> {
    const fresh = await parts.line.heard(sid, heard);
    if (fresh.length === 0 || sid !== line.sid) return;
    heard = Math.max(heard, ...fresh.map(({ seq }) => seq));
    const known = new Set(line.words.map(({ key }) => key));
    const words = fresh
      .map(({ seq, text }): Words => ({ key: `other-${seq}`, speaker: "other", text }))
      .filter(({ key }) => !known.has(key));
    add(words);
  }

  function add(words: readonly Words[]): void {
    if (words.length === 0 || !line.sid) return;
    show({ ...line, words: [...line.words, ...words] });
    parts.keep(line.sid, line.words);
  }

  async function turn(): Promise<void> {
    await look().catch(() => {});
    if (isUp) cancel = parts.later(line.state === "idle" ? IDLE_MS : BUSY_MS, () => void turn());
  }

  /** An agent may be quicker than the line, which is placed first and rings a moment later. */
  async function pickUp(): Promise<boolean> {
    for (let tries = 0; tries < ANSWER_TRIES && isUp; tries++) {
      await look().catch(() => {});
      if (line.state === "talking") return true;
      if (line.state === "ringing" && line.sid && (await parts.line.answer(line.sid))) return true;
      await new Promise<void>((done) => parts.later(BUSY_MS, done));
    }
    return false;
  }

  return {
    kind: "text",
    register(to) {
      tell = to;
      isUp = true;
      tell(line);
      void turn();
    },
    unregister() {
      isUp = false;
      cancel?.();
      tell = () => {};
    },
    answer: pickUp,
    async hangUp() {
      if (line.sid) await parts.line.hangUp(line.sid);
    },
    press: async (digits) => (line.sid ? parts.line.press(line.sid, digits) : false),
    async say(text) {
      const { sid } = line;
      if (!sid) return false;
      const isHeard = await parts.line.say(sid, text);
      const key = `me-${line.words.length}`;
      add([isHeard ? { key, speaker: "me", text } : { key, speaker: "me", text, isLost: true }]);
      return isHeard;
    },
  };
}

function lineOf(found: readonly Ringing[]): Ringing | undefined {
  return found.find(({ status }) => status === "in-progress") ?? found[0];
}
