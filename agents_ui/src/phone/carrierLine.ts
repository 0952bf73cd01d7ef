/** The embedded carrier's control API of one line: text instead of sound. */
export interface Ringing {
  call_sid: string;
  from: string;
  status: string;
}

export interface Heard {
  seq: number;
  text: string;
}

export interface CarrierLine {
  /** Null where there is no such telephone: another host carries the calls. */
  ringing(): Promise<Ringing[] | null>;
  heard(sid: string, after: number): Promise<Heard[]>;
  answer(sid: string): Promise<boolean>;
  say(sid: string, text: string): Promise<boolean>;
  press(sid: string, digits: string): Promise<boolean>;
  hangUp(sid: string): Promise<boolean>;
}

const BASE = "/carrier/phone";
const GONE: ReadonlySet<number> = new Set([401, 403, 404, 405]);

export function createCarrierLine(address: string): CarrierLine {
  const act = async (sid: string, what: string, body: unknown) => {
    const answer = await send("POST", `/calls/${encodeURIComponent(sid)}/${what}`, body);
    return answer.ok && ((await answer.json()) as { heard: boolean }).heard;
  };
  return {
    async ringing() {
      const answer = await send("GET", `/ringing?address=${encodeURIComponent(address)}`);
      if (GONE.has(answer.status)) return null;
      if (!answer.ok) throw new Error(`ringing ${answer.status}`);
      return ((await answer.json()) as { items: Ringing[] }).items;
    },
    async heard(sid, after) {
      const answer = await send("GET", `/calls/${encodeURIComponent(sid)}/talk?after=${after}`);
      return answer.ok ? ((await answer.json()) as { items: Heard[] }).items : [];
    },
    answer: (sid) => act(sid, "answer", {}),
    say: (sid, text) => act(sid, "say", { text }),
    press: (sid, digits) => act(sid, "press", { digits }),
    hangUp: (sid) => act(sid, "hangup", {}),
  };
}

function send(method: string, path: string, body?: unknown): Promise<Response> {
  const init: RequestInit = { method, credentials: "same-origin" };
  if (body !== undefined) {
    init.headers = { "Content-Type": "application/json" };
    init.body = JSON.stringify(body);
  }
  return fetch(BASE + path, { ...init, signal: AbortSignal.timeout(10_000) });
}
