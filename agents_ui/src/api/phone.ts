import { request } from "./client";
import { HotlineError } from "./errors";
import type { SentMessage } from "./ticketDesk";
import type {
  Call,
  Incident,
  IncidentConfirm,
  IncidentPatch,
  MonitorMode,
  Offer,
  Outcome,
  Page,
  Past,
  PhoneToken,
  PresenceState,
  Queue,
  Seat,
  Skill,
  Target,
} from "./types";

type Signal = AbortSignal | undefined;

/** What an agent may do with a call that is offered or in hand. The telephone follows by itself. */
export const inHand = {
  accept: (id: string) => request<Offer>("POST", call(id, "accept")),
  decline: (id: string) => request<Call>("POST", call(id, "decline")),
  hold: (id: string, on: boolean) => request<Call>("POST", call(id, on ? "hold" : "resume")),
  mute: (id: string, on: boolean) => request<Call>("POST", call(id, "mute"), { body: { on } }),
  consult: (id: string, target: Target) =>
    request<Call>("POST", call(id, "consult"), { body: target }),
  merge: (id: string) => request<Call>("POST", call(id, "merge")),
  handOver: (id: string) => request<Call>("POST", call(id, "transfer"), { body: { mode: "warm" } }),
  transfer: (id: string, target: Target) =>
    request<Call>("POST", call(id, "transfer"), { body: { ...target, mode: "blind" } }),
  toLine: (id: string, skill: Skill) =>
    request<Call>("POST", call(id, "transfer"), {
      body: { mode: "blind", to_queue: true, skill },
    }),
  hangUp: (id: string) => request<Call>("POST", call(id, "hangup")),
  wrapUp: (id: string, outcome: Outcome, next: "ready" | "break" | "offline") =>
    request<Call>("POST", call(id, "wrap-up"), { body: { outcome, next } }),
  textAnswer: (id: string, entryId: string) =>
    request<SentMessage>("POST", call(id, "answer-text"), { body: { entry_id: entryId } }),
  callBack: (id: string) => request<Call>("POST", "/calls", { body: { call_id: id } }),
  monitor: (id: string, mode: MonitorMode, reason: string) =>
    request<Call>("POST", call(id, "monitor"), { body: { mode, reason } }),
};

/** The agent's telephone in the browser, where the telephone network offers one. */
export const seatPhone = {
  async token(): Promise<string | null> {
    try {
      return (await request<PhoneToken>("POST", "/me/phone-token")).token;
    } catch (error) {
      if (error instanceof HotlineError && error.status === 404) return null;
      throw error;
    }
  },
};

export const hall = {
  past: (id: string, signal?: Signal) => request<Past>("GET", call(id, "past"), { signal }),
  seat: (signal?: Signal) => request<Seat>("GET", "/me/seat", { signal }),
  offers: (signal?: Signal) => request<Page<Offer>>("GET", "/me/offers", { signal }),
  agents: (signal?: Signal) => request<Page<Seat>>("GET", "/agents", { signal }),
  queues: (signal?: Signal) => request<Page<Queue>>("GET", "/queues", { signal }),
  force: (accountId: string, state: PresenceState, reason: string | null) =>
    request<Seat>("PUT", `${agent(accountId)}/presence`, { body: { state, reason } }),
  setSkills: (accountId: string, skills: Skill[]) =>
    request<Seat>("PUT", `${agent(accountId)}/skills`, { body: { skills } }),
};

export const incidents = {
  open: (signal?: Signal) =>
    request<Page<Incident>>("GET", "/incidents?status=proposed&status=active&limit=100", {
      signal,
    }),
  confirm: (id: string, body: IncidentConfirm) =>
    request<Incident>("POST", `${incident(id)}/confirm`, { body }),
  amend: (id: string, body: IncidentPatch) => request<Incident>("PATCH", incident(id), { body }),
  dismiss: (id: string, version: number) =>
    request<Incident>("POST", `${incident(id)}/dismiss`, { body: { version } }),
  close: (id: string, message: string, version: number) =>
    request<Incident>("POST", `${incident(id)}/close`, { body: { message, version } }),
};

const call = (id: string, what: string) => `/calls/${encodeURIComponent(id)}/${what}`;
const agent = (id: string) => `/agents/${encodeURIComponent(id)}`;
const incident = (id: string) => `/incidents/${encodeURIComponent(id)}`;
