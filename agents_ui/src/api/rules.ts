import { request } from "./client";
import type { components } from "./schema";

type Schemas = components["schemas"];
type Signal = AbortSignal | undefined;

export type Subscription = Schemas["SubscriptionOut"];
export type SubscriptionMade = Schemas["SubscriptionMade"];
export type Delivery = Schemas["DeliveryOut"];
export type DeliveryDetail = Schemas["DeliveryDetail"];
export type MessageText = Schemas["MessageTextOut"];
export type MessagePreview = Schemas["MessagePreview"];
export type MessageVersion = Schemas["MessageTextVersion"];
export type Calendars = Schemas["CalendarsOut"];

const hook = (id: string) => `/subscriptions/${encodeURIComponent(id)}`;
const letter = (key: string) => `/message-texts/${encodeURIComponent(key)}`;

export const hooks = {
  types: (signal?: Signal) =>
    request<{ items: string[] }>("GET", "/subscription-event-types", { signal }),
  all: (signal?: Signal) => request<{ items: Subscription[] }>("GET", "/subscriptions", { signal }),
  make: (body: Schemas["SubscriptionIn"]) =>
    request<SubscriptionMade>("POST", "/subscriptions", { body }),
  change: (id: string, body: Schemas["SubscriptionPatch"]) =>
    request<Subscription>("PATCH", hook(id), { body }),
  remove: (id: string) => request<undefined>("DELETE", hook(id)),
  secret: (id: string) => request<SubscriptionMade>("POST", `${hook(id)}/secret`),
  test: (id: string) => request<Delivery>("POST", `${hook(id)}/test`),
  deliveries: (id: string, signal?: Signal) =>
    request<{ items: Delivery[] }>("GET", `${hook(id)}/deliveries`, { signal }),
  delivery: (id: string, delivery: string, signal?: Signal) =>
    request<DeliveryDetail>("GET", `${hook(id)}/deliveries/${delivery}`, { signal }),
  again: (id: string, delivery: string) =>
    request<Delivery>("POST", `${hook(id)}/deliveries/${delivery}/redelivery`),
};

export const letters = {
  all: (signal?: Signal) => request<{ items: MessageText[] }>("GET", "/message-texts", { signal }),
  change: (key: string, text: string) =>
    request<MessageText>("PUT", letter(key), { body: { text } }),
  preview: (key: string, text: string, signal?: Signal) =>
    request<MessagePreview>("POST", `${letter(key)}/preview`, { body: { text }, signal }),
  history: (key: string, signal?: Signal) =>
    request<{ items: MessageVersion[] }>("GET", `${letter(key)}/history`, { signal }),
};

export const calendars = {
  known: (signal?: Signal) => request<Calendars>("GET", "/calendars", { signal }),
  bring: (body: Schemas["CalendarIn"]) =>
    request<Schemas["CalendarImported"]>("POST", "/calendars", { body }),
};

const ofOrganization = (id: string, rules: string) =>
  `/organizations/${encodeURIComponent(id)}/${rules}`;

export type RecordingTerms = Schemas["RecordingTermsOut"];
export type FollowUpTerms = Schemas["FollowUpTermsOut"];

export const recordingTerms = {
  read: (signal?: Signal) => request<RecordingTerms>("GET", "/recording-rules", { signal }),
  set: (organization: string, body: Schemas["RecordingTermsIn"]) =>
    request<RecordingTerms>("PUT", ofOrganization(organization, "recording-rules"), { body }),
};

export type TermsIn = Schemas["TermsIn"];
export type StandingTerms = Schemas["StandingTerms"];
export type TermsHistory = Schemas["TermsHistory"];

export const tierTerms = {
  read: (organization: string, signal?: Signal) =>
    request<StandingTerms>("GET", ofOrganization(organization, "terms"), { signal }),
  set: (organization: string, body: TermsIn) =>
    request<Schemas["TermsOut"]>("PUT", ofOrganization(organization, "terms"), { body }),
  history: (organization: string, signal?: Signal) =>
    request<TermsHistory>("GET", ofOrganization(organization, "terms/history"), { signal }),
};

export const followUpTerms = {
  read: (signal?: Signal) => request<FollowUpTerms>("GET", "/follow-up-rules", { signal }),
  set: (organization: string, body: Schemas["FollowUpTermsIn"]) =>
    request<FollowUpTerms>("PUT", ofOrganization(organization, "follow-up-rules"), { body }),
};
