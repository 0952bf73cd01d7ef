// The life of one call: placed, followed until its end, found again after a reload.
import * as api from "./api.js";
import { ended, experience, isOpen, overhear, tell } from "./acts.js";
import { recall, remember } from "./storage.js";

const MEMORY = "phone.call";
const BEAT = 300;
const SLOWEST_BEAT = 5000;

export const NO_CALL = {
  stage: "idle",
  phase: "connecting",
  sid: "",
  after: 0,
  talkAfter: 0,
  to: "",
  callerId: "",
  callerMasked: "",
  startedAt: 0,
  endedAt: 0,
  parties: [],
  heard: "",
  lines: [],
  reason: "",
  refusal: null,
  isInCompany: false,
  isMuted: false,
  isLeaving: false,
  isCutOff: false,
};

/** `onChange(call)` after every change; `onActs(items, isCatchingUp)` for what is to be heard. */
export function createPhoneLine({ onChange, onActs }) {
  let call = { ...NO_CALL, ...recall(sessionStorage, MEMORY) };
  let wake = () => {};
  window.addEventListener("online", () => wake());

  function change(next) {
    const isOver = next.stage === "ended" && !next.endedAt;
    call = isOver ? { ...next, endedAt: Date.now() } : next;
    remember(sessionStorage, MEMORY, call.stage === "idle" ? null : call);
    onChange(call);
  }

  async function dial({ from, to, callerId, callerMasked }) {
    const start = { ...NO_CALL, stage: "calling", to, callerId, callerMasked };
    change(tell(start, "line.calling", [to || "114"]));
    const mine = call.lines;
    try {
      const { call_sid: sid } = await api.placeCall(from, to);
      change({ ...call, sid });
      follow(false);
    } catch (problem) {
      if (call.lines === mine) change({ ...NO_CALL });
      throw problem;
    }
  }

  async function follow(isFound) {
    let failures = 0;
    let isCatchingUp = isFound;
    const { sid } = call;
    while (isOpen(call) && call.sid === sid) {
      try {
        if (call.isLeaving) await api.hangUp(sid);
        take(await api.actsAfter(sid, call.after), isCatchingUp);
        if (call.isInCompany) listenIn(await api.talkAfter(sid, call.talkAfter));
        failures = 0;
        isCatchingUp = false;
      } catch (problem) {
        failures += 1;
        isCatchingUp = true;
        stumble(problem);
      }
      if (isOpen(call)) await pause(failures);
    }
  }

  function take(items, isCatchingUp) {
    const fresh = items.filter((item) => item.seq > call.after);
    if (!fresh.length && !call.isCutOff) return;
    const next = fresh.reduce((sofar, item) => experience(sofar, item, Date.now()), call);
    change({ ...next, isCutOff: false });
    onActs(fresh, isCatchingUp);
  }

  function listenIn(words) {
    if (!words.length) return;
    change(words.reduce(overhear, call));
    onActs(words.map(({ text }) => ({ act: "say", detail: { text, language: "zh-CN" } })), false);
  }

  function stumble(problem) {
    if (problem.kind === "off") change(ended(call, call.isLeaving ? "ended.byYou" : "ended.lost"));
    else if (problem.kind === "denied") change(ended(call, "ended.denied"));
    else if (!call.isCutOff) change({ ...call, isCutOff: true });
  }

  function pause(failures) {
    const beat = failures ? Math.min(SLOWEST_BEAT, BEAT * 2 ** failures) : BEAT;
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, beat * (failures ? 0.75 + Math.random() / 2 : 1));
      wake = () => (clearTimeout(timer), resolve());
    });
  }

  /** Gives `heard`, `unheard` or `unsent`, and leaves a trace in the conversation. */
  async function utter(line, send) {
    const id = crypto.getRandomValues(new Uint32Array(1))[0];
    change({ ...call, lines: [...call.lines, { who: "caller", id, ...line }] });
    const { sid } = call;
    let result = "unsent";
    try {
      result = (await send(sid)).heard ? "heard" : "unheard";
    } catch (problem) {
      if (!(problem instanceof api.PhoneProblem)) throw problem;
    }
    if (call.sid === sid) {
      const lines = call.lines.map((it) => (it.id === id ? { ...it, result } : it));
      change({ ...call, lines });
    }
    wake();
    return result;
  }

  return {
    get call() {
      return call;
    },
    dial,
    say: (text) => utter({ text }, (sid) => api.say(sid, text)),
    press: (keys) => utter({ keys }, (sid) => api.press(sid, keys)),
    mute() {
      const isMuted = !call.isMuted;
      const key = isMuted ? "line.mutedOn" : "line.mutedOff";
      change(tell({ ...call, isMuted }, key));
    },
    hangUp() {
      if (!isOpen(call)) return;
      change({ ...call, isLeaving: true });
      wake();
    },
    putAway: () => change({ ...NO_CALL }),
    /** After a reload: a call whose number was never confirmed is gone. */
    findAgain() {
      if (isOpen(call) && !call.sid) change({ ...NO_CALL });
      else onChange(call);
      if (isOpen(call)) follow(true);
    },
  };
}
