import { download, request } from "./client";
import type { Call, RecordingPage } from "./types";

type Signal = AbortSignal | undefined;
/** Recordings are asked for by the call, or by the ticket that came of calls. */
export type RecordingsOf = { kind: "calls" | "tickets"; id: string };

export const recordings = {
  list: ({ kind, id }: RecordingsOf, signal?: Signal) =>
    request<RecordingPage>("GET", `/${kind}/${encodeURIComponent(id)}/recordings`, { signal }),
  /** The sound: every hearing is written down with its reason. */
  play: (callId: string, id: string, reason: string) =>
    download(`${ofCall(callId)}/recordings/${encodeURIComponent(id)}/play`, { reason }),
  pause: (callId: string, on: boolean) =>
    request<Call>("POST", `${ofCall(callId)}/recording/${on ? "pause" : "resume"}`),
};

const ofCall = (id: string) => `/calls/${encodeURIComponent(id)}`;
