import { request } from "./client";
import type { components } from "./schema";
import type { Page } from "./types";

type Schemas = components["schemas"];
type Signal = AbortSignal | undefined;

export type Term = Schemas["TermOut"];
export type Hold = Schemas["LegalHoldOut"];
export type HoldIn = Schemas["LegalHoldIn"];

export const retention = {
  terms: (signal?: Signal) => request<Schemas["TermList"]>("GET", "/retention-terms", { signal }),
  setDays: (kind: Term["kind"], days: number) =>
    request<Schemas["TermList"]>("PUT", `/retention-terms/${encodeURIComponent(kind)}`, {
      body: { days },
    }),
  holds: (after: string | null, signal?: Signal) =>
    request<Page<Hold>>("GET", "/legal-holds", { query: { after }, signal }),
  hold: (body: HoldIn) => request<Hold>("POST", "/legal-holds", { body }),
  lift: (id: string, reason: string) =>
    request<Hold>("POST", `/legal-holds/${encodeURIComponent(id)}/lift`, { body: { reason } }),
};
