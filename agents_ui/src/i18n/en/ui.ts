import type { ui as source } from "../zh-CN/ui";
import type { Text } from "../text";

export const ui: Text<typeof source> = {
  loading: "Loading…",
  retry: "Try again",
  close: "Close",
  cancel: "Cancel",
  confirm: "OK",
  more: "Load more",
  all: "All",
  none: "—",
  required: "required",
  optional: "optional",
  search: "Search",
  failed: "This could not be loaded",
  dismiss: "Dismiss",
  columns: "Columns",
  elapsed: { seconds: (m, s) => `${m}:${s}`, hours: (h, m) => `${h}h${m}` },
  ago: {
    now: "just now",
    minutes: (n) => `${n} min ago`,
    hours: (n) => `${n} h ago`,
    days: (n) => (n === 1 ? "1 day ago" : `${n} days ago`),
  },
  due: {
    none: "No limit",
    left: (span) => `${span} left`,
    over: (span) => `${span} over`,
    minutes: (n) => `${n} min`,
    hours: (n) => `${n} h`,
    days: (d, h) => (h ? `${d} d ${h} h` : `${d} d`),
  },
};
