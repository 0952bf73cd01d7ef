import { request } from "./client";
import type { components } from "./schema";
import type { Page } from "./types";

type Schemas = components["schemas"];
type Signal = AbortSignal | undefined;

export type Matter = Schemas["MatterOut"];
export type Paper = Matter["papers"][number];
export type PaperState = Paper["state"];
export type Step = Matter["steps"][number];
export type AuthorizeIn = Schemas["AuthorizeIn"];
export type FinishIn = Schemas["FinishIn"];
export type PlannedIn = Schemas["PlannedIn"];

export interface MatterFilter {
  is_open?: boolean;
  is_mine?: boolean;
}

const matter = (id: string) => `/proxy-matters/${encodeURIComponent(id)}`;

export const proxy = {
  list: (filter: MatterFilter, after: string | null, signal?: Signal) =>
    request<Page<Matter>>("GET", "/proxy-matters", { query: { ...filter, after }, signal }),
  one: (id: string, signal?: Signal) => request<Matter>("GET", matter(id), { signal }),
  statement: (entryId: string, signal?: Signal) =>
    request<{ statement: string }>("GET", `/proxy-statements/${encodeURIComponent(entryId)}`, {
      signal,
    }),
  authorize: (body: AuthorizeIn) => request<Matter>("POST", "/proxy-matters", { body }),
  take: (id: string) => request<Matter>("POST", `${matter(id)}/take`),
  plan: (id: string, steps: readonly PlannedIn[]) =>
    request<Matter>("PUT", `${matter(id)}/steps`, { body: { steps } }),
  count: (id: string, paperId: string, state: PaperState) =>
    request<Matter>("PUT", `${matter(id)}/papers/${paperId}`, { body: { state } }),
  begin: (id: string) => request<Matter>("POST", `${matter(id)}/begin`),
  finishStep: (id: string, stepId: string, note: string | null) =>
    request<Matter>("POST", `${matter(id)}/steps/${stepId}/finish`, { body: { note } }),
  finish: (id: string, body: FinishIn) => request<Matter>("POST", `${matter(id)}/finish`, { body }),
  withdraw: (id: string) => request<Matter>("POST", `${matter(id)}/withdraw`),
};
