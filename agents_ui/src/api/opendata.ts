import { request } from "./client";

export type KeyScope = "requests" | "updates";

export interface ApiKeyIn {
  name: string;
  contact: string;
  scopes: KeyScope[];
  /** A district by its key; null: the whole city. */
  jurisdiction_id: string | null;
}

export interface ApiKey {
  id: string;
  created_at: string;
  name: string;
  contact: string;
  key_tail: string;
  scopes: KeyScope[];
  jurisdiction: string | null;
  last_used_on: string | null;
  revoked_at: string | null;
}

export interface NewApiKey extends ApiKey {
  secret: string;
}

export const apiKeys = {
  list: (signal?: AbortSignal) =>
    request<{ items: ApiKey[] }>("GET", "/open-data/keys", { signal }),
  make: (body: ApiKeyIn) => request<NewApiKey>("POST", "/open-data/keys", { body }),
  revoke: (id: string) => request<undefined>("DELETE", `/open-data/keys/${id}`),
};
