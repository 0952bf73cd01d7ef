import { API, queryString, request } from "./client";
import type {
  Announcement,
  AnnouncementIn,
  Correction,
  Coverage,
  Draft,
  DraftContent,
  DraftMove,
  DraftPatch,
  DraftRow,
  EntryImport,
  EntryImportRow,
  EntryVersion,
  ImportMove,
  Page,
  Rehearsal,
  Standing,
  StandingWant,
} from "./types";

type Cursor = string | null;
type Signal = AbortSignal | undefined;

export interface DraftBegin {
  entry_id?: string;
  purpose?: "change" | "withdraw";
  content?: DraftContent;
  note?: string;
}

const part = encodeURIComponent;

export const drafts = {
  list: (states: readonly string[], signal?: Signal) =>
    request<Page<DraftRow>>("GET", `/drafts?${states.map((one) => `state=${one}`).join("&")}`, {
      signal,
    }),
  one: (id: string, signal?: Signal) => request<Draft>("GET", `/drafts/${part(id)}`, { signal }),
  begin: (body: DraftBegin, key: string) => request<Draft>("POST", "/drafts", { body, key }),
  revise: (id: string, body: DraftPatch) =>
    request<Draft>("PATCH", `/drafts/${part(id)}`, { body }),
  move: (id: string, move: DraftMove, version: number, note: string) =>
    request<Draft>("POST", `/drafts/${part(id)}/moves`, { body: { move, version, note } }),
  rehearse: (id: string, text: string, district: string | null) =>
    request<Rehearsal>("POST", `/drafts/${part(id)}/match`, { body: { text, district } }),
};

/** The file of one line of an entry's forms; without a number it waits in its draft. */
export interface EntryFormFile {
  id: string;
  name: string;
  number: number | null;
  media_type: string;
  size: number;
  published_at: string | null;
}

export const forms = {
  list: (draftId: string, signal?: Signal) =>
    request<{ items: EntryFormFile[] }>("GET", `/drafts/${part(draftId)}/forms`, { signal }),
  add(draftId: string, name: string, file: File) {
    const body = new FormData();
    body.set("name", name);
    body.set("file", file);
    return request<EntryFormFile>("POST", `/drafts/${part(draftId)}/forms`, { body });
  },
  remove: (draftId: string, id: string) =>
    request<undefined>("DELETE", `/drafts/${part(draftId)}/forms/${part(id)}`),
  href: (draftId: string, id: string) => `${API}/drafts/${part(draftId)}/forms/${part(id)}/content`,
};

export const standings = {
  list: (want: StandingWant, q: string, after: Cursor, signal?: Signal) =>
    request<Page<Standing>>("GET", "/standings", { query: { want, q, after }, signal }),
  coverage: (signal?: Signal) =>
    request<{ items: Coverage[] }>("GET", "/standings/coverage", { signal }),
  verify: (entryId: string) => request<Standing>("POST", `/entries/${part(entryId)}/verify`),
  versions: (entryId: string, signal?: Signal) =>
    request<{ items: EntryVersion[] }>("GET", `/entries/${part(entryId)}/versions`, { signal }),
  restore: (entryId: string, number: number) =>
    request<Draft>("POST", `/entries/${part(entryId)}/versions/${number}/restore`),
};

export const corrections = {
  list: (state: string, after: Cursor, signal?: Signal) =>
    request<Page<Correction>>("GET", "/corrections", { query: { state, after }, signal }),
  settle: (id: string, outcome: "fixed" | "rejected", version: number, note: string) =>
    request<Correction>("POST", `/corrections/${part(id)}/settle`, {
      body: { outcome, version, note },
    }),
  report: (entryId: string, note: string) =>
    request<Correction>("POST", `/entries/${part(entryId)}/reports`, { body: { note } }),
};

export const imports = {
  bring(file: File) {
    const body = new FormData();
    body.set("file", file);
    return request<EntryImportRow>("POST", "/entry-imports", { body });
  },
  list: (signal?: Signal) => request<Page<EntryImportRow>>("GET", "/entry-imports", { signal }),
  one: (id: string, signal?: Signal) =>
    request<EntryImport>("GET", `/entry-imports/${part(id)}`, { signal }),
  move: (id: string, move: ImportMove, version: number) =>
    request<EntryImport>("POST", `/entry-imports/${part(id)}/moves`, { body: { move, version } }),
  exportHref: (format: "xlsx" | "jsonl" | "hsds") =>
    `${API}/entry-exports/${format}${queryString({ own: true })}`,
};

export interface ShortCode {
  number: string;
  name: string;
  handles: string;
  is_emergency: boolean;
  is_merged: boolean;
}

export const shortCodes = {
  list: (signal?: Signal) => request<{ items: ShortCode[] }>("GET", "/short-codes", { signal }),
  put: (number: string, body: Pick<ShortCode, "name" | "handles" | "is_merged">) =>
    request<ShortCode>("PUT", `/short-codes/${part(number)}`, { body }),
  remove: (number: string) => request<undefined>("DELETE", `/short-codes/${part(number)}`),
};

export const announcements = {
  list: (span: string, signal?: Signal) =>
    request<Page<Announcement>>("GET", "/announcements", { query: { span }, signal }),
  post: (body: AnnouncementIn, key: string) =>
    request<Announcement>("POST", "/announcements", { body, key }),
  amend: (id: string, body: AnnouncementIn, version: number) =>
    request<Announcement>("PUT", `/announcements/${part(id)}`, { body: { ...body, version } }),
  withdraw: (id: string, version: number) =>
    request<Announcement>("POST", `/announcements/${part(id)}/withdraw`, { body: { version } }),
};
