import { request } from "./client";
import type { components } from "./schema";
import type { Page, Role } from "./types";

type Schemas = components["schemas"];
type Cursor = string | null;
type Signal = AbortSignal | undefined;

export type Account = Schemas["AccountOut"];
export type AccountMade = Schemas["AccountMade"];
export type AccountIn = Schemas["AccountIn"];
export type ExportRequest = Schemas["ExportOut"];
export type ExportIn = Schemas["ExportIn"];

const account = (id: string, part = "") => `/accounts/${encodeURIComponent(id)}${part}`;
const exported = (id: string, part: string) => `/exports/${encodeURIComponent(id)}/${part}`;

export const accounts = {
  list: (after: Cursor, signal?: Signal) =>
    request<Schemas["AccountPage"]>("GET", "/accounts", { query: { after }, signal }),
  create: (body: AccountIn) => request<AccountMade>("POST", "/accounts", { body }),
  disable: (id: string) => request<undefined>("POST", account(id, "/disable")),
  enable: (id: string) => request<undefined>("POST", account(id, "/enable")),
  grant: (id: string, role: Role, organizationId: string) =>
    request<Account>("POST", account(id, "/roles"), {
      body: { role, organization_id: organizationId },
    }),
  revoke: (id: string, role: Role) =>
    request<undefined>("DELETE", account(id, `/roles/${encodeURIComponent(role)}`)),
  resetLink: (id: string) => request<Schemas["ResetLinkOut"]>("POST", account(id, "/reset-link")),
  resetCodes: (id: string) => request<undefined>("DELETE", account(id, "/totp")),
  unbind: (id: string) => request<undefined>("DELETE", account(id, "/identity")),
  choosePassword: (token: string, password: string) =>
    request<undefined>("POST", "/password-resets", { body: { token, new_password: password } }),
};

export const exports = {
  list: (after: Cursor, signal?: Signal) =>
    request<Page<ExportRequest>>("GET", "/exports", { query: { after }, signal }),
  ask: (body: ExportIn) => request<ExportRequest>("POST", "/exports", { body }),
  approve: (id: string) => request<ExportRequest>("POST", exported(id, "approve")),
  refuse: (id: string) => request<ExportRequest>("POST", exported(id, "refuse")),
  file: (id: string) => `/api/v1${exported(id, "file")}`,
};

/** Single sign-on stands beside the API: people are sent away and come back there. */
export const sso = {
  begin: "/sso/begin",
  async name(): Promise<string | null> {
    const answer = await fetch("/sso", { credentials: "same-origin" });
    if (!answer.ok) return null;
    const told = (await answer.json()) as { name: string | null };
    return told.name;
  },
};
