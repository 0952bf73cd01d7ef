import type { Ticket } from "@/api/types";

/** The columns of the list. What says which ticket it is cannot be hidden. */
export const COLUMNS = [
  { key: "number", width: "136px", isFixed: true },
  { key: "kind", width: "76px" },
  { key: "title", isFixed: true },
  { key: "subject", width: "132px", wideOnly: true },
  { key: "district", width: "86px" },
  { key: "status", width: "118px" },
  { key: "custody", width: "150px", wideOnly: true },
  { key: "assignee", width: "92px", wideOnly: true },
  { key: "caller", width: "120px", wideOnly: true },
  { key: "due", width: "112px" },
  { key: "created", width: "104px", wideOnly: true },
] as const satisfies readonly {
  key: string;
  width?: string;
  wideOnly?: boolean;
  isFixed?: boolean;
}[];

/** What the loaded rows may be sorted by; the rest has no order that people would miss. */
export const SORTED_BY: Partial<Record<(typeof COLUMNS)[number]["key"], (row: Ticket) => unknown>> =
  {
    number: (row) => row.number,
    kind: (row) => row.kind,
    subject: (row) => row.subject,
    district: (row) => row.district,
    status: (row) => row.status,
    custody: (row) => row.custody?.name,
    assignee: (row) => row.assignee?.name,
    due: (row) => row.due_at,
    created: (row) => row.created_at,
  };
