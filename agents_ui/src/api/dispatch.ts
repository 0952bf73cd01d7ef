import { API, request } from "./client";
import type { components } from "./schema";
import type { Page } from "./types";

type Schemas = components["schemas"];
type Signal = AbortSignal | undefined;

export type WorkOrder = Required<Schemas["WorkOrderOut"]>;
/** As events carry it: what a viewer may do next depends on who looks. */
export type WorkOrderEvent = Omit<WorkOrder, "moves">;
export type WorkOrderDetail = Required<Schemas["WorkOrderDetail"]>;
export type OrderState = WorkOrder["state"];
export type OrderMove = WorkOrder["moves"][number];
export type OrderMoveIn = Schemas["OrderMoveIn"];
export type OrderOffer = WorkOrderDetail["offers"][number];
export type OrderStep = Schemas["OrderStep"];
export type OrderWorker = Schemas["CandidateOut"];
export type Settlement = Schemas["SettlementOut"];
export type SettlementPage = Schemas["SettlementPage"];
export type Statement = Schemas["VendorStatementOut"];
export type Payout = Schemas["PayoutOut"];
export type Reconciliation = Schemas["ReconciliationOut"];
export type Journal = Schemas["JournalOut"];
export type LedgerEntry = Schemas["LedgerEntryOut"];
export type LedgerEntryIn = Schemas["LedgerEntryIn"];
export type VendorGrade = Schemas["VendorGradeOut"];
export type VendorStanding = Schemas["VendorStandingOut"];
export type Appeal = Schemas["AppealOut"];
export type BarIn = Schemas["BarIn"];
export type Fairness = Schemas["FairnessOut"];
export type Vendor = Schemas["VendorOut"];
export type VendorFile = Schemas["VendorFileOut"];
export type Review = Schemas["ReviewOut"];
export type Objection = Schemas["ObjectionOut"];
export type Expiry = Schemas["ExpiryOut"];
export type VendorIn = Schemas["VendorIn"];
export type VendorPatch = Schemas["VendorPatch"];
export type VendorDocument = Schemas["DocumentOut"];
export type VendorDocumentIn = Schemas["DocumentIn"];
export type VendorWorker = Schemas["WorkerOut"];
export type VendorWorkerIn = Schemas["WorkerIn"];
export type VendorPerson = Schemas["PersonOut"];
export type VendorService = Schemas["ServiceOut"];
export type VendorServices = Schemas["ServiceList"];
export type RosterReport = Schemas["RosterOut"];
export type FeeRule = Required<Schemas["FeeRuleLine"]>;
export type FeeRules = { version: number; rules: FeeRule[] };
export type Channel = VendorFile["channel"];

export const orders = {
  live: (states: readonly OrderState[], after: string | null, signal?: Signal) => {
    const params = new URLSearchParams(states.map((state) => ["state", state]));
    params.set("limit", "200");
    if (after) params.set("after", after);
    return request<Page<WorkOrder>>("GET", `/work-orders?${params.toString()}`, { signal });
  },
  owing: (signal?: Signal) =>
    request<Page<WorkOrder>>("GET", "/work-orders?owes_photo=true&limit=200", { signal }),
  one: (id: string, signal?: Signal) =>
    request<WorkOrderDetail>("GET", `/work-orders/${id}`, { signal }),
  move: (id: string, body: OrderMoveIn, key: string) =>
    request<WorkOrder>("POST", `/work-orders/${id}/moves`, { body, key }),
  workers: (id: string, signal?: Signal) =>
    request<{ items: OrderWorker[] }>("GET", `/work-orders/${id}/workers`, { signal }),
  avoid: (id: string, is_unwanted: boolean) =>
    request<WorkOrder>("PUT", `/work-orders/${id}/avoidance`, { body: { is_unwanted } }),
};

export const settlement = {
  list: (signal?: Signal) => request<SettlementPage>("GET", "/settlements", { signal }),
  make: (month: string) => request<Settlement>("POST", "/settlements", { body: { month } }),
  statements: (id: string, signal?: Signal) =>
    request<{ items: Statement[] }>("GET", `/settlements/${id}/statements`, { signal }),
  reconciliation: (id: string, signal?: Signal) =>
    request<Reconciliation>("GET", `/settlements/${id}/reconciliation`, { signal }),
  fees: (signal?: Signal) => request<FeeRules>("GET", "/fee-rules", { signal }),
  setFees: (version: number, valid_from: string, rules: FeeRule[]) =>
    request<FeeRules>("PUT", "/fee-rules", { body: { version, valid_from, rules } }),
  prepareAll: (id: string) => request<{ items: Payout[] }>("POST", `/settlements/${id}/payouts`),
  approve: (id: string) => request<Payout>("POST", `/payouts/${id}/approve`),
  refuse: (id: string, reason: string) =>
    request<Payout>("POST", `/payouts/${id}/refuse`, { body: { reason } }),
  paid: (id: string, bank_reference: string) =>
    request<Payout>("POST", `/payouts/${id}/paid`, { body: { bank_reference } }),
  returned: (id: string, reason: string) =>
    request<Payout>("POST", `/payouts/${id}/returned`, { body: { reason } }),
  workbook: (id: string) => `${API}/settlements/${id}/workbook`,
  pdf: (statementId: string) => `${API}/statements/${statementId}/pdf`,
  statementWorkbook: (statementId: string) => `${API}/statements/${statementId}/workbook`,
};

export const vetting = {
  vendors: (after: string | null, signal?: Signal) =>
    request<Page<Vendor>>("GET", "/vendors", { query: { limit: 500, after }, signal }),
  file: (id: string, signal?: Signal) => request<VendorFile>("GET", `/vendors/${id}`, { signal }),
  services: (signal?: Signal) => request<VendorServices>("GET", "/vendor-services", { signal }),
  apply: (body: VendorIn) => request<VendorFile>("POST", "/vendors", { body }),
  amend: (id: string, body: VendorPatch) =>
    request<VendorFile>("PATCH", `/vendors/${id}`, { body }),
  async submitDocument(id: string, body: VendorDocumentIn, scan: File | null) {
    const made = await request<VendorDocument>("POST", `/vendors/${id}/documents`, { body });
    return scan ? putFile<VendorDocument>(`/vendors/${id}/documents/${made.id}/scan`, scan) : made;
  },
  async submitWorker(id: string, body: VendorWorkerIn, photo: File) {
    const made = await request<VendorWorker>("POST", `/vendors/${id}/workers`, { body });
    return putFile<VendorWorker>(`/vendors/${id}/workers/${made.id}/photo`, photo);
  },
  putPhoto: (id: string, workerId: string, photo: File) =>
    putFile<VendorWorker>(`/vendors/${id}/workers/${workerId}/photo`, photo),
  scan: (id: string, documentId: string) => `${API}/vendors/${id}/documents/${documentId}/scan`,
  photo: (id: string, workerId: string) => `${API}/vendors/${id}/workers/${workerId}/photo`,
  addPerson: (id: string, name: string, phone: string) =>
    request<VendorPerson>("POST", `/vendors/${id}/people`, { body: { name, phone } }),
  endPerson: (id: string, personId: string) =>
    request<VendorPerson>("POST", `/vendors/${id}/people/${personId}/end`),
  renew: (id: string) => request<Review>("POST", `/vendors/${id}/renewal`),
  sendLink: (id: string) => request<{ is_sent: boolean }>("POST", `/vendors/${id}/pages-link`),
  expiries: (days: number, signal?: Signal) =>
    request<{ items: Expiry[] }>("GET", "/vendor-expiries", { query: { days }, signal }),
  reviews: (open: boolean, signal?: Signal) =>
    request<Page<Review>>("GET", "/vendor-reviews", { query: { open, limit: 200 }, signal }),
  collect: (id: string, note: string) =>
    request<Review>("POST", `/vendor-reviews/${id}/collect`, { body: { note } }),
  approve: (id: string) => request<Review>("POST", `/vendor-reviews/${id}/approve`),
  answerObjection: (id: string, objectionId: string, is_upheld: boolean, answer: string) =>
    request<Review>("POST", `/vendor-reviews/${id}/objections/${objectionId}/answer`, {
      body: { is_upheld, answer },
    }),
  refuse: (id: string, reason: string) =>
    request<Review>("POST", `/vendor-reviews/${id}/refuse`, { body: { reason } }),
};

export const vendors = {
  roster: `${API}/vendor-roster`,
  bringRoster(file: File, trial: boolean) {
    const body = new FormData();
    body.set("file", file);
    return request<RosterReport>("POST", "/vendor-roster", { body, query: { trial } });
  },
  grades: (signal?: Signal) =>
    request<{ month: string | null; items: VendorGrade[] }>("GET", "/vendor-grades", { signal }),
  standing: (id: string, signal?: Signal) =>
    request<VendorStanding>("GET", `/vendors/${id}/standing`, { signal }),
  journal: (id: string, signal?: Signal) =>
    request<Journal>("GET", `/vendors/${id}/ledger`, { query: { limit: 100 }, signal }),
  post: (id: string, body: LedgerEntryIn, key: string) =>
    request<LedgerEntry>("POST", `/vendors/${id}/ledger`, { body, key }),
  bar: (id: string, body: BarIn) => request<unknown>("POST", `/vendors/${id}/bars`, { body }),
  lift: (barId: string, reason: string) =>
    request<unknown>("POST", `/vendor-bars/${barId}/lift`, { body: { reason } }),
  appeals: (signal?: Signal) => request<{ items: Appeal[] }>("GET", "/vendor-appeals", { signal }),
  decide: (id: string, is_upheld: boolean, answer: string) =>
    request<Appeal>("POST", `/vendor-appeals/${id}/decide`, { body: { is_upheld, answer } }),
  fairness: (signal?: Signal) => request<Fairness>("GET", "/dispatch-fairness", { signal }),
};

function putFile<T>(path: string, file: File): Promise<T> {
  const body = new FormData();
  body.set("file", file);
  return request<T>("PUT", path, { body });
}
