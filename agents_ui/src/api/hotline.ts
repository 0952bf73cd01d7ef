import { request } from "./client";
import type {
  Call,
  Entry,
  Me,
  MoveIn,
  Organization,
  Page,
  Presence,
  PresenceState,
  Session,
  Subject,
  SuggestIn,
  Suggestions,
  Ticket,
  TicketIn,
  TicketPatch,
  TimelineItem,
  Understanding,
} from "./types";

export interface TicketFilter {
  status?: string;
  district?: string;
  kind?: string;
  q?: string;
  custody?: string;
  mine?: boolean;
  unassigned?: boolean;
  supervised?: boolean;
  urgency?: string;
  subject?: string;
  caller?: string;
  card?: string;
  confidential?: string;
  created_from?: string;
  created_to?: string;
  due_after?: string;
  due_before?: string;
  sort?: string;
}

export interface EntryFilter {
  q?: string;
  category?: string;
  kind?: string;
  district?: string;
}

type Cursor = string | null;
type Signal = AbortSignal | undefined;

export interface SignIn {
  username: string;
  password: string;
  totp?: string;
}

export const sessions = {
  signIn: (body: SignIn) => request<Me>("POST", "/sessions", { body }),
  signOut: () => request<undefined>("DELETE", "/sessions/current"),
  me: (signal?: Signal) => request<Me>("GET", "/me", { signal }),
  list: (signal?: Signal) => request<Page<Session>>("GET", "/sessions", { signal }),
  end: (id: string, password: string) =>
    request<undefined>("POST", `/sessions/${encodeURIComponent(id)}/end`, {
      body: { password },
      renews: true,
    }),
  changePassword: (current: string, next: string) =>
    request<undefined>("POST", "/me/password", {
      body: { current_password: current, new_password: next },
      renews: true,
    }),
  beginCodes: (password: string) =>
    request<{ uri: string }>("POST", "/me/totp", { body: { password }, renews: true }),
  confirmCodes: (code: string) =>
    request<undefined>("POST", "/me/totp/confirmation", { body: { code } }),
  setPresence: (state: PresenceState, reason: string | null) =>
    request<Presence>("PUT", "/me/presence", { body: { state, reason } }),
};

export const calls = {
  live: (signal?: Signal) =>
    request<Page<Call>>("GET", "/calls", { query: { status: "live", limit: 200 }, signal }),
  recent: (signal?: Signal) =>
    request<Page<Call>>("GET", "/calls", { query: { limit: 30 }, signal }),
  one: (id: string, signal?: Signal) =>
    request<Call>("GET", `/calls/${encodeURIComponent(id)}`, { signal }),
};

export const tickets = {
  list: (filter: TicketFilter, after: Cursor, limit: number, signal?: Signal) =>
    request<Page<Ticket>>("GET", "/tickets", { query: { ...filter, after, limit }, signal }),
  one: (id: string, signal?: Signal) => request<Ticket>("GET", ticket(id), { signal }),
  timeline: (id: string, signal?: Signal) =>
    request<{ items: TimelineItem[] }>("GET", `${ticket(id)}/timeline`, { signal }),
  open: (body: TicketIn, key: string) => request<Ticket>("POST", "/tickets", { body, key }),
  move: (id: string, body: MoveIn, key: string) =>
    request<Ticket>("POST", `${ticket(id)}/moves`, { body, key }),
  suggest: (body: SuggestIn, signal?: Signal) =>
    request<Suggestions>("POST", "/tickets/suggestions", { body, signal }),
  amend: (id: string, body: TicketPatch) => request<Ticket>("PATCH", ticket(id), { body }),
  take: (id: string, version: number) =>
    request<Ticket>("POST", `${ticket(id)}/take`, { body: { version } }),
};

export const directory = {
  entries: (filter: EntryFilter, after: Cursor, limit: number, signal?: Signal) =>
    request<Page<Entry>>("GET", "/entries", { query: { ...filter, after, limit }, signal }),
  entry: (id: string, signal?: Signal) =>
    request<Entry>("GET", `/entries/${encodeURIComponent(id)}`, { signal }),
  match: (text: string, district: string | null, signal?: Signal) =>
    request<Understanding>("POST", "/match", { body: { text, district }, signal }),
  subjects: (signal?: Signal) => request<Page<Subject>>("GET", "/subjects", { signal }),
  organizations: (after: Cursor, signal?: Signal) =>
    request<Page<Organization>>("GET", "/organizations", { query: { after, limit: 200 }, signal }),
};

function ticket(id: string): string {
  return `/tickets/${encodeURIComponent(id)}`;
}
