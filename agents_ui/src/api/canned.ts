import { request } from "./client";
import type { components } from "./schema";
import type { SentMessage } from "./ticketDesk";

export type CannedText = components["schemas"]["CannedTextOut"];
export type CannedTextIn = components["schemas"]["CannedTextIn"];
export type CannedUse = CannedText["uses"][number];

const part = encodeURIComponent;

export const canned = {
  list: (signal?: AbortSignal) =>
    request<{ items: CannedText[] }>("GET", "/canned-texts", { signal }),
  add: (body: CannedTextIn, key: string) =>
    request<CannedText>("POST", "/canned-texts", { body, key }),
  amend: (id: string, body: CannedTextIn, version: number) =>
    request<CannedText>("PUT", `/canned-texts/${part(id)}`, { body: { ...body, version } }),
  remove: (id: string, version: number) =>
    request<undefined>("DELETE", `/canned-texts/${part(id)}`, { query: { version } }),
  send: (ticketId: string, cannedTextId: string, key: string) =>
    request<SentMessage>("POST", `/tickets/${part(ticketId)}/messages`, {
      body: { canned_text_id: cannedTextId },
      key,
    }),
};
