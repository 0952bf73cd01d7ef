import type { ColumnsBy, ReportIn, RowsBy } from "@/api/stats";
import type { Locale } from "@/i18n";

export interface ReportDraft {
  name: string;
  kind: "kpis" | "pivot" | "day" | "month";
  span: "yesterday" | "last_week" | "last_month";
  /** Of a table; the empty indicator stands for the usual ones. */
  rows: RowsBy;
  columns: ColumnsBy | "";
  kpi: string;
  every: "" | "day" | "week" | "month";
  language: Locale;
  recipients: string;
  isShared: boolean;
}

const USUAL = ["received", "dispatched", "closed", "on_time_rate", "satisfied_rate"];
const ADDRESS = /^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$/;

export function emptyDraft(language: Locale = "zh-CN"): ReportDraft {
  return {
    name: "",
    kind: "day",
    span: "yesterday",
    rows: "district",
    columns: "",
    kpi: "",
    every: "day",
    language,
    recipients: "",
    isShared: false,
  };
}

export function addressesOf(draft: ReportDraft): string[] {
  return draft.recipients.split(/[,，;；\s]+/).filter(Boolean);
}

/** What is mailed needs somebody to be mailed to. */
export function isSendable(draft: ReportDraft): boolean {
  const addresses = addressesOf(draft);
  if (!draft.name.trim() || !addresses.every((one) => ADDRESS.test(one))) return false;
  return draft.every === "" || addresses.length > 0;
}

export function wantedOf(draft: ReportDraft): ReportIn {
  return {
    name: draft.name.trim(),
    question: {
      kind: draft.kind,
      span: draft.span,
      rows: draft.rows,
      columns: draft.columns || null,
      language: draft.language,
      kpis: draft.kpi ? [draft.kpi] : USUAL,
    },
    every: draft.every || null,
    recipients: addressesOf(draft),
    is_shared: draft.isShared,
  };
}
