import type { DraftContent, Entry, Organization } from "@/api/types";

/** How the fields of an entry stand in the form: lists as lines of a text. */
export const LIST_FIELDS = [
  "aliases",
  "procedure",
  "documents",
  "channels",
  "forms",
  "audience",
  "keywords",
  "contacts",
  "places",
] as const;
export const TEXT_FIELDS = [
  "name",
  "category",
  "kind",
  "tier",
  "organization_id",
  "summary",
  "details",
  "fee",
  "time_limit",
  "urgency",
  "handoff",
  "hours",
] as const;

export type ListField = (typeof LIST_FIELDS)[number];
export type TextField = (typeof TEXT_FIELDS)[number];
export type DraftForm = Record<ListField | TextField, string> & { districts: string[] };

type Content = Record<string, unknown>;

export function formOf(content: Content): DraftForm {
  const lists = LIST_FIELDS.map((field) => [field, linesOf(content[field]).join("\n")]);
  const texts = TEXT_FIELDS.map((field) => [field, textOf(content[field])]);
  return {
    ...(Object.fromEntries([...lists, ...texts]) as Record<ListField | TextField, string>),
    districts: linesOf(content["districts"]),
  };
}

export function contentOf(form: DraftForm): DraftContent {
  const lists = LIST_FIELDS.map((field) => [field, items(form[field])]);
  const texts = TEXT_FIELDS.map((field) => [field, form[field].trim()]);
  return {
    ...(Object.fromEntries([...lists, ...texts]) as DraftContent),
    districts: form.tier === "district" ? form.districts : [],
    organization_id: form.organization_id || null,
    hours: form.hours.trim() || null,
  };
}

/** The entry as its card shows it. */
export function cardOf(form: DraftForm, organization: Organization | undefined): Entry {
  const content = contentOf(form);
  return {
    ...(content as unknown as Entry),
    organization: organization
      ? {
          id: organization.id,
          key: organization.key,
          name: organization.name,
          phone: organization.phone,
          address: organization.address,
        }
      : null,
    hours: form.hours.trim() || (organization?.hours ?? null),
  };
}

export function items(text: string): string[] {
  return text
    .split("\n")
    .map((line) => line.trim())
    .filter(Boolean);
}

function linesOf(value: unknown): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}
