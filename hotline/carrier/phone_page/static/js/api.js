// The carrier's control API. Numbers and words travel in bodies, never in addresses.

const ROOT = "/carrier/phone";
const PATIENCE = 8000;

/** `kind`: network | denied | off | number | server. */
export class PhoneProblem extends Error {
  constructor(kind) {
    super(kind);
    this.kind = kind;
  }
}

export const placeCall = (from, to) => post("/calls", to ? { from, to } : { from });
export const say = (sid, text) => post(`${line(sid)}/say`, { text });
export const press = (sid, digits) => post(`${line(sid)}/press`, { digits });
export const hangUp = (sid) => post(`${line(sid)}/hangup`, {});
export const setRing = (address, answer) => post("/ring", { address, answer });

export async function actsAfter(sid, seq) {
  return (await ask(`${line(sid)}/acts?after=${seq}`, {})).items;
}

/** What other people on the line said; a carrier without people has no such list. */
export async function talkAfter(sid, seq) {
  try {
    return (await ask(`${line(sid)}/talk?after=${seq}`, {})).items;
  } catch (problem) {
    if (problem.kind === "off") return [];
    throw problem;
  }
}

function line(sid) {
  return `/calls/${encodeURIComponent(sid)}`;
}

function post(path, body) {
  return ask(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function ask(path, options) {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), PATIENCE);
  try {
    const response = await fetch(ROOT + path, { ...options, signal: abort.signal });
    if (!response.ok) throw new PhoneProblem(kindOf(response.status));
    return response.status === 204 ? {} : await response.json();
  } catch (problem) {
    throw problem instanceof PhoneProblem ? problem : new PhoneProblem("network");
  } finally {
    clearTimeout(timer);
  }
}

function kindOf(status) {
  if (status === 401 || status === 403) return "denied";
  if (status === 404 || status === 410) return "off";
  return status === 400 || status === 422 ? "number" : "server";
}
