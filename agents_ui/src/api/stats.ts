import type { Locale } from "@/i18n";
import { API, queryString, request } from "./client";
import type { components } from "./schema";
import type { Call, Ticket } from "./types";

type Schemas = components["schemas"];
export type KpiDefinition = Schemas["KpiDefinition"];
export type KpiValue = Schemas["ValueOut"];
export type Kpi = Schemas["KpiOut"];
export type Kpis = Schemas["KpisOut"];
export type Pivot = Schemas["PivotOut"];
export type Series = Schemas["SeriesOut"];
export type Heat = Schemas["HeatOut"];
export type Topic = Schemas["TopicOut"];
export type RepeatCallers = Schemas["RepeatCallers"];
export type Topics = Schemas["TopicsOut"];
export type Forecast = Schemas["ForecastOut"];
export type Load = Schemas["LoadOut"];
export type Staffing = Schemas["StaffingOut"];
export type Board = Schemas["BoardOut"];
export type DistrictBoard = Schemas["DistrictBoard"];
export type RowsBy = Schemas["ReportQuestion"]["rows"] & string;
export type ColumnsBy = NonNullable<Schemas["ReportQuestion"]["columns"]>;

/** Which days, of which organization (null: the own). */
export interface Span {
  from: string;
  to: string;
  organization: string | null;
}

export interface PivotQuery extends Span {
  rows: RowsBy;
  columns: ColumnsBy | null;
  kpi: string;
}

/** The language of names that the service gives. */
export interface Told {
  lang: Locale;
}

/** A number that somebody opens: its measure, narrowed to members of dimensions. */
export interface CellQuery extends Span {
  measure: string;
  members: Readonly<Record<string, string>>;
}

export interface WhatIf {
  on: string;
  organization: string | null;
  share: number;
  seconds: number;
  growth: number;
  shrinkage: number;
  patience: number;
  handle: number | null;
}

type Signal = AbortSignal | undefined;
interface Rows<T> {
  items: T[];
  next: string | null;
}

const get = <T>(path: string, query: object, signal: Signal) =>
  request<T>("GET", `/stats/${path}`, { query: { ...query }, signal });

export const stats = {
  definitions: (signal?: Signal) =>
    get<{ items: KpiDefinition[]; dimensions: string[] }>("definitions", {}, signal),
  kpis: (span: Span, signal?: Signal) => get<Kpis>("kpis", span, signal),
  pivot: (query: PivotQuery & Told, signal?: Signal) => get<Pivot>("pivot", query, signal),
  series: (span: Span, kpi: string, step: string, signal?: Signal) =>
    get<Series>("series", { ...span, kpi, step }, signal),
  heat: (span: Span, measure: string, signal?: Signal) =>
    get<Heat>("heat", { ...span, measure }, signal),
  topics: (query: { on: string; organization: string | null } & Told, signal?: Signal) =>
    get<Topics>("topics", query, signal),
  repeatCallers: (span: Span, signal?: Signal) =>
    get<RepeatCallers>("repeat-callers", span, signal),
  staffing: (query: WhatIf, signal?: Signal) => get<Staffing>("staffing", query, signal),
  load: (signal?: Signal) => get<Load>("load", {}, signal),
  board: (told: Told, signal?: Signal) => get<Board>("wallboard", told, signal),
  tickets: ({ members, ...cell }: CellQuery, after: string | null, signal?: Signal) =>
    get<Rows<Ticket>>("tickets", { ...cell, ...members, after }, signal),
  calls: ({ members, ...cell }: CellQuery, after: string | null, signal?: Signal) =>
    get<Rows<Call>>("calls", { ...cell, ...members, after }, signal),
  /** Where a file is fetched from; the browser saves it under the name that the service gives. */
  file: (path: string, query: Readonly<Record<string, string | null>>) =>
    `${API}/stats/${path}${queryString(query)}`,
};

export type Card = Schemas["ScorecardOut"];
export type Criterion = Schemas["CriterionOut"];
export type SampleRule = Schemas["SampleRule"];
export type Sample = Schemas["TalkSample"];
export type SampledCall = Schemas["SampledCall"];
export type Review = Schemas["TalkReviewOut"];
export type Calibration = Schemas["Calibration"];
export type ReviewIn = Schemas["TalkReviewIn"];
export type Report = Schemas["KeptReportOut"];
export type ReportIn = Schemas["KeptReportIn"];

export const quality = {
  card: (signal?: Signal) => get<Card>("quality/card", {}, signal),
  sample: (rule: SampleRule, days: number, signal?: Signal) =>
    get<Sample>("quality/sample", { rule, days }, signal),
  reviews: (after: string | null, signal?: Signal) =>
    get<Rows<Review>>("quality/reviews", { after }, signal),
  calibration: (signal?: Signal) => get<Calibration>("quality/calibration", {}, signal),
  review: (body: ReviewIn) => request<Review>("POST", "/stats/quality/reviews", { body }),
  read: (id: string) =>
    request<Review>("POST", `/stats/quality/reviews/${encodeURIComponent(id)}/read`),
};

export const reports = {
  list: (signal?: Signal) => get<{ items: Report[] }>("reports", {}, signal),
  keep: (body: ReportIn) => request<Report>("POST", "/stats/reports", { body }),
  drop: (id: string) => request<undefined>("DELETE", `/stats/reports/${encodeURIComponent(id)}`),
  file: (id: string) => `${API}/stats/reports/${encodeURIComponent(id)}/file`,
};
