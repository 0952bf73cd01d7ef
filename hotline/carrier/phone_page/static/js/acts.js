// What each act of the carrier means to the person who holds this phone. Pure: a call and an act
// give the next call. Verbs, ids and addresses of the network never reach the screen.

/** How things stand on the line, for the caption: see the `phase.…` texts. */
const MEANINGS = {
  say: (call, { text }) => ({
    ...call,
    phase: isAside(call) ? call.phase : "prompt",
    heard: text,
    lines: [...call.lines, { who: "hotline", text }],
  }),
  play: (call) => (isAside(call) ? call : tell({ ...call, phase: "prompt" }, "line.play")),
  pause: (call) => call,
  redirect: (call) => call,
  gather: (call, { input }) => ({ ...call, phase: wanted(input ?? "dtmf") }),
  beep: (call) => tell({ ...call, phase: "recording" }, "line.beep"),
  record: (call) => tell({ ...call, phase: "recording" }, "line.record"),
  enqueue: (call) => tell({ ...call, phase: "waiting", heard: "" }, "line.enqueue"),
  leave: (call) => tell({ ...call, phase: "connecting" }, "line.leave"),
  dial: (call, { to }) =>
    tell({ ...call, phase: "ringing", heard: "", parties: to ?? [] }, "line.dial", to ?? []),
  bridged: (call, { to }) =>
    tell({ ...inCompany(call), parties: [to] }, "line.bridged", [to]),
  join: (call) => tell(inCompany(call), "line.join"),
  hold: (call, { on }) =>
    tell({ ...call, phase: on ? "held" : "talking" }, on ? "line.held" : "line.resumed"),
  reject: (call, { reason }) => ({ ...call, refusal: reason === "busy" ? "busy" : "rejected" }),
  error: (call) => tell(call, "line.error"),
  hangup: (call, { by }) => ended(call, endedBy(call, by)),
};

const BEFORE_ANSWER = new Set(["pause", "redirect", "reject", "error", "hangup"]);

export function experience(call, { seq, act, detail }, now) {
  if (seq <= call.after || call.stage === "ended") return call;
  const answered = BEFORE_ANSWER.has(act) ? call : answer(call, now);
  const meaning = MEANINGS[act] ?? ((same) => same);
  return { ...meaning(answered, detail ?? {}, now), after: seq };
}

/** Words of another person on the line. */
export function overhear(call, { seq, text }) {
  if (seq <= call.talkAfter || call.stage === "ended") return call;
  const lines = [...call.lines, { who: "hotline", text }];
  return { ...call, heard: text, lines, talkAfter: seq };
}

export function ended(call, reason) {
  return tell({ ...call, stage: "ended", phase: "over", reason }, reason);
}

export function isOpen(call) {
  return call.stage === "calling" || call.stage === "live";
}

/** A system line: a key of the texts and, where it names somebody, their addresses. */
export function tell(call, key, addresses = []) {
  return { ...call, lines: [...call.lines, { who: "system", key, addresses }] };
}

function answer(call, now) {
  if (call.stage !== "calling") return call;
  return tell({ ...call, stage: "live", startedAt: now }, "line.answered");
}

function inCompany(call) {
  return { ...call, phase: "talking", heard: "", isInCompany: true };
}

/** Music and sentences while waiting do not end the waiting. */
function isAside(call) {
  return ["waiting", "ringing", "held", "talking"].includes(call.phase);
}

function wanted(input) {
  const kinds = input.split(/\s+/);
  if (!kinds.includes("speech")) return "keys";
  return kinds.includes("dtmf") ? "both" : "speech";
}

function endedBy(call, by) {
  if (call.stage === "calling") {
    if (by === "caller") return "ended.cancelled";
    return `ended.${call.refusal ?? "unanswered"}`;
  }
  if (by === "caller") return "ended.byYou";
  return by === "host" ? "ended.byNetwork" : "ended.byHotline";
}
