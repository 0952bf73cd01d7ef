import type { ColumnsBy, KpiDefinition, RowsBy, Span } from "@/api/stats";
import { addDays } from "./span";

export const ROWS: readonly RowsBy[] = [
  "district",
  "unit",
  "subject_class",
  "subject",
  "kind",
  "channel",
  "agent",
  "vendor",
  "entry",
];
export const TIMES: readonly ColumnsBy[] = ["day", "week", "month"];
const PLAIN: readonly ColumnsBy[] = ["compare", ...TIMES];

/** What a table may have for columns: time, the comparison, any other dimension of the indicator. */
export function columnsFor(rows: RowsBy, definition: KpiDefinition | undefined): ColumnsBy[] {
  const others = ROWS.filter((one) => one !== rows && isCountedBy(definition, one));
  return [...PLAIN, ...others];
}

export function isCountedBy(definition: KpiDefinition | undefined, by: string): boolean {
  const source = by === "subject_class" ? "subject" : by;
  return definition?.dimensions.includes(source) ?? true;
}

export function isDimension(columns: ColumnsBy | null): columns is RowsBy {
  return columns !== null && !PLAIN.includes(columns);
}

/** The days that a column stands for: a step of time, or a period before. */
export function spanOfColumn(span: Span, columns: ColumnsBy | null, key: string): Span {
  switch (columns) {
    case "day":
      return { ...span, from: key, to: key };
    case "week":
      return within(span, key, addDays(key, 6));
    case "month":
      return within(span, key, addDays(monthAfter(key), -1));
    case "compare":
      return key === "now" ? span : { ...span, ...(key === "previous" ? before(span) : ago(span)) };
    default:
      return span;
  }
}

function within(span: Span, from: string, to: string): Span {
  return {
    ...span,
    from: from < span.from ? span.from : from,
    to: to > span.to ? span.to : to,
  };
}

/** As many days, or whole months, right before: as the service compares. */
function before({ from, to }: Span): Pick<Span, "from" | "to"> {
  const end = addDays(from, -1);
  if (!isWholeMonths(from, to)) return { from: addDays(end, 1 - lengthOf(from, to)), to: end };
  const [year = 0, month = 1] = from.split("-").map(Number);
  const [lastYear = 0, lastMonth = 1] = to.split("-").map(Number);
  const count = (lastYear - year) * 12 + lastMonth - month + 1;
  const first = year * 12 + month - 1 - count;
  return { from: dayOf(Math.floor(first / 12), (first % 12) + 1, 1), to: end };
}

function ago({ from, to }: Span): Pick<Span, "from" | "to"> {
  const end = isWholeMonths(from, to) ? addDays(yearBefore(addDays(to, 1)), -1) : yearBefore(to);
  return { from: yearBefore(from), to: end };
}

function isWholeMonths(from: string, to: string): boolean {
  return from.endsWith("-01") && addDays(to, 1).endsWith("-01");
}

function lengthOf(from: string, to: string): number {
  return Math.round((Date.parse(to) - Date.parse(from)) / 86_400_000) + 1;
}

function yearBefore(day: string): string {
  const [year = 0, month = 1, date = 1] = day.split("-").map(Number);
  return dayOf(year - 1, month, month === 2 && date === 29 ? 28 : date);
}

function monthAfter(day: string): string {
  const [year = 0, month = 1] = day.split("-").map(Number);
  return month === 12 ? dayOf(year + 1, 1, 1) : dayOf(year, month + 1, 1);
}

function dayOf(year: number, month: number, date: number): string {
  return `${year}-${String(month).padStart(2, "0")}-${String(date).padStart(2, "0")}`;
}
