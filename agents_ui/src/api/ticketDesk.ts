import { request } from "./client";
import type { components } from "./schema";
import type { MoveIn, Ticket, TimelineItem } from "./types";

type Schemas = components["schemas"];
type Signal = AbortSignal | undefined;

export type TicketView = Schemas["ViewOut"];
export type TicketViewIn = Schemas["ViewIn"];
export type BulkResult = Schemas["BulkResult"];
export type Person = Schemas["Person"];
export type Watchers = Schemas["Watchers"];
export type Viewer = Schemas["ViewerOut"];
export type Inbox = Schemas["Inbox"];
export type InboxItem = Schemas["InboxItemOut"];
export type Outcomes = Schemas["Outcomes"];
export type SentMessage = Schemas["OutgoingOut"];
export type Attachment = Schemas["AttachmentOut"];
export type Revealed = Schemas["RevealedOut"];
export type Unsealing = Schemas["UnsealingRow"];
export type Redaction = Schemas["RedactionOut"];
export type Duplicate = Schemas["DuplicateOut"];
export type Sealed = Schemas["RevealIn"]["fields"][number];

export type BulkAction =
  | { action: "take" }
  | { action: "comment"; text: string }
  | { action: "move"; move: Omit<MoveIn, "version" | "co_handlers">; to_proposed: boolean };

const at = (id: string) => `/tickets/${encodeURIComponent(id)}`;

export const views = {
  all: (signal?: Signal) => request<{ items: TicketView[] }>("GET", "/ticket-views", { signal }),
  save: (body: TicketViewIn) => request<TicketView>("POST", "/ticket-views", { body }),
  remove: (id: string) => request<undefined>("DELETE", `/ticket-views/${encodeURIComponent(id)}`),
};

export const inbox = {
  read: (signal?: Signal) => request<Inbox>("GET", "/inbox", { signal }),
  mark: (ids?: string[]) => request<undefined>("POST", "/inbox/read", { body: ids ? { ids } : {} }),
};

export const care = {
  counts: (signal?: Signal) =>
    request<Schemas["TicketCounts"]>("GET", "/tickets/counts", { signal }),
  bulk: (rows: readonly Ticket[], action: BulkAction, key: string) =>
    request<{ items: BulkResult[] }>("POST", "/ticket-bulk", {
      body: { ...action, items: rows.map(({ id, version }) => ({ ticket_id: id, version })) },
      key,
    }),
  outcomes: (id: string, signal?: Signal) =>
    request<Outcomes>("GET", `${at(id)}/outcomes`, { signal }),
  messages: (id: string, signal?: Signal) =>
    request<{ items: SentMessage[] }>("GET", `${at(id)}/messages`, { signal }),
  files: (id: string, signal?: Signal) =>
    request<{ items: Attachment[] }>("GET", `${at(id)}/attachments`, { signal }),
  attach(id: string, file: File) {
    const body = new FormData();
    body.set("file", file);
    return request<Attachment>("POST", `${at(id)}/attachments`, { body });
  },
  fileUrl: (id: string, file: string) => `/api/v1${at(id)}/attachments/${file}`,
  people: (id: string, q: string, signal?: Signal) =>
    request<{ items: Person[] }>("GET", `${at(id)}/people`, { query: { q }, signal }),
  comment: (id: string, body: { text: string; mentions: string[] }, key: string) =>
    request<TimelineItem>("POST", `${at(id)}/comments`, { body, key }),
  watchers: (id: string, signal?: Signal) =>
    request<Watchers>("GET", `${at(id)}/watchers`, { signal }),
  watch: (id: string, on: boolean) =>
    request<undefined>(on ? "PUT" : "DELETE", `${at(id)}/watchers/me`),
  lookIn: (id: string, isWriting: boolean) =>
    request<{ items: Viewer[] }>("PUT", `${at(id)}/viewers/me`, {
      body: { is_writing: isWriting },
    }),
  leave: (id: string) => request<undefined>("DELETE", `${at(id)}/viewers/me`),
  urge: (id: string, note: string, key: string) =>
    request<Ticket>("POST", `${at(id)}/urge`, { body: { note: note || null }, key }),
  supervise: (id: string, level: number, note: string) =>
    request<Ticket>("POST", `${at(id)}/supervise`, { body: { level, note } }),
  reveal: (id: string, fields: Sealed[], reason: string) =>
    request<Revealed>("POST", `${at(id)}/reveal`, { body: { fields, reason } }),
  unsealings: (id: string, signal?: Signal) =>
    request<{ items: Unsealing[] }>("GET", `${at(id)}/unsealings`, { signal }),
  askUnsealing: (id: string, reason: string) =>
    request<Schemas["UnsealingOut"]>("POST", `${at(id)}/unsealings`, { body: { reason } }),
  agreeUnsealing: (id: string, unsealing: string) =>
    request<Schemas["UnsealingOut"]>("POST", `${at(id)}/unsealings/${unsealing}/agreement`),
  redaction: (id: string) => request<Redaction>("POST", `${at(id)}/redaction-proposal`),
  redact: (id: string, body: Schemas["RedactionIn"]) =>
    request<Ticket>("PUT", `${at(id)}/redaction`, { body }),
  duplicates: (body: Schemas["WrittenIn"], signal?: Signal) =>
    request<{ items: Duplicate[] }>("POST", "/tickets/duplicates", { body, signal }),
};
