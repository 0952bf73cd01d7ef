import { request } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];

export type Consent = Schemas["ConsentLine"];
export type ConsentPage = Schemas["ConsentPage"];
export type Purpose = Consent["purpose"];
export type Answer = Consent["answer"];

/** What the book is narrowed to; empty means everything. */
export interface ConsentSearch {
  ticketNumber: string;
  phone: string;
  purpose: Purpose | "";
  answer: Answer | "";
}

export const consents = {
  search: (sought: ConsentSearch, after: string | null, signal?: AbortSignal) =>
    request<ConsentPage>("POST", "/consents/search", {
      body: {
        ticket_number: sought.ticketNumber || null,
        phone: sought.phone || null,
        purpose: sought.purpose || null,
        answer: sought.answer || null,
        after,
      },
      signal,
    }),
  withdraw: (ticketId: string, purpose: Purpose, reason: string) =>
    request<Schemas["ConsentList"]>(
      "POST",
      `/tickets/${encodeURIComponent(ticketId)}/consents/withdraw`,
      { body: { purpose, reason } },
    ),
};
