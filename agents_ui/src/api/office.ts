import { request } from "./client";
import type {
  AuditEntry,
  GapList,
  Job,
  Page,
  SpokenText,
  TextVersion,
  Verification,
} from "./types";

/** With a target and the action of looking: who saw what. */
export interface AuditFilter {
  action?: string;
  target?: string;
}

type Cursor = string | null;
type Signal = AbortSignal | undefined;

export const wording = {
  gaps: (days: number, signal?: Signal) =>
    request<GapList>("GET", "/utterances/gaps", { query: { days }, signal }),
  texts: (signal?: Signal) => request<{ items: SpokenText[] }>("GET", "/texts", { signal }),
  change: (key: string, text: string) =>
    request<SpokenText>("PUT", `/texts/${encodeURIComponent(key)}`, { body: { text } }),
  history: (key: string, signal?: Signal) =>
    request<{ items: TextVersion[] }>("GET", `/texts/${encodeURIComponent(key)}/history`, {
      signal,
    }),
};

export const office = {
  jobs: (after: Cursor, signal?: Signal) =>
    request<Page<Job>>("GET", "/jobs", { query: { after }, signal }),
  rerun: (id: string) => request<undefined>("POST", `/jobs/${encodeURIComponent(id)}/rerun`),
  audit: (after: Cursor, wanted: AuditFilter, signal?: Signal) =>
    request<Page<AuditEntry>>("GET", "/audit-entries", { query: { after, ...wanted }, signal }),
  verify: () => request<Verification>("GET", "/audit-entries/verification"),
};
