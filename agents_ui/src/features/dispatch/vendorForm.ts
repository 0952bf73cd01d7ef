import type { Channel, VendorFile, VendorIn, VendorPatch } from "@/api/dispatch";

export interface PriceDraft {
  service_id: string;
  unit: string;
  min: string;
  max: string;
}

/** A vendor's file as it is typed; what is not filled in is empty. */
export interface VendorDraft {
  name: string;
  category: string;
  districts: string[];
  contact: string;
  phone: string;
  channel: Channel;
  hours: string;
  capacity: string;
  address: string;
  lat: string;
  lon: string;
  legal_name: string;
  credit_code: string;
  prices: PriceDraft[];
}

export const NO_PRICE: Readonly<PriceDraft> = { service_id: "", unit: "次", min: "", max: "" };

export function emptyDraft(): VendorDraft {
  return {
    name: "",
    category: "",
    districts: [],
    contact: "",
    phone: "",
    channel: "sms_link",
    hours: "Mo-Su 08:00-20:00",
    capacity: "3",
    address: "",
    lat: "",
    lon: "",
    legal_name: "",
    credit_code: "",
    prices: [{ ...NO_PRICE }],
  };
}

export function draftOf(file: VendorFile): VendorDraft {
  return {
    name: file.name,
    category: file.category,
    districts: [...file.districts],
    contact: file.contact,
    phone: "",
    channel: file.channel,
    hours: file.hours,
    capacity: String(file.capacity),
    address: file.address,
    lat: String(file.lat),
    lon: String(file.lon),
    legal_name: file.legal_name ?? "",
    credit_code: file.credit_code ?? "",
    prices: file.price_list.map((one) => ({
      service_id: one.service_id,
      unit: one.unit,
      min: String(one.price_min),
      max: String(one.price_max),
    })),
  };
}

export type ProblemKey =
  | "required"
  | "districts"
  | "capacity"
  | "creditCode"
  | "position"
  | "prices"
  | "priceOrder"
  | "priceTwice";

/** What is wrong, by field; the service checks the rest. */
export function problemsOf(draft: VendorDraft, isNew: boolean): Record<string, ProblemKey> {
  const found: Record<string, ProblemKey> = {};
  const needed = ["name", "category", "contact", "hours", "address"] as const;
  for (const field of needed) if (!draft[field].trim()) found[field] = "required";
  if (isNew && !draft.phone.trim()) found["phone"] = "required";
  if (isNew && !draft.legal_name.trim()) found["legal_name"] = "required";
  if (!draft.districts.length) found["districts"] = "districts";
  if (!/^[1-9]\d{0,2}$/.test(draft.capacity.trim())) found["capacity"] = "capacity";
  const hasCode = isNew || draft.credit_code.trim() !== "";
  if (hasCode && draft.credit_code.trim().length !== 18) found["credit_code"] = "creditCode";
  if (!isPlace(draft)) found["lat"] = "position";
  const wrong = problemOfPrices(draft.prices);
  if (wrong) found["price_list"] = wrong;
  return found;
}

/** A firm that applies. */
export function applicationOf(draft: VendorDraft): VendorIn {
  const place = draft.lat.trim() ? { lat: Number(draft.lat), lon: Number(draft.lon) } : {};
  return {
    ...shared(draft),
    ...place,
    phone: draft.phone.trim(),
    legal_name: draft.legal_name.trim(),
    credit_code: draft.credit_code.trim().toUpperCase(),
  };
}

/** Only what differs from the file; nothing where nothing was changed. */
export function changesOf(draft: VendorDraft, file: VendorFile): Omit<VendorPatch, "version"> {
  const before = draftOf(file);
  const wanted: Record<string, unknown> = {
    ...shared(draft),
    lat: Number(draft.lat),
    lon: Number(draft.lon),
    legal_name: draft.legal_name.trim() || null,
    credit_code: draft.credit_code.trim().toUpperCase() || null,
    phone: draft.phone.trim() || null,
  };
  const was: Record<string, unknown> = {
    ...shared(before),
    lat: file.lat,
    lon: file.lon,
    legal_name: file.legal_name,
    credit_code: file.credit_code,
    phone: null,
  };
  return Object.fromEntries(
    Object.entries(wanted).filter(([field, value]) => !isSame(value, was[field])),
  );
}

export interface Rebased {
  draft: VendorDraft;
  /** What both have changed, each their own way: the typed value stays. */
  clashes: (keyof VendorDraft)[];
}

/** Somebody else has changed the file meanwhile: what was typed stays, everything else is as they
 * left it. */
export function rebased(draft: VendorDraft, was: VendorFile, now: VendorFile): Rebased {
  const [before, after] = [draftOf(was), draftOf(now)];
  const fields = Object.keys(before) as (keyof VendorDraft)[];
  const theirs = fields.filter((field) => !isSame(before[field], after[field]));
  const own = fields.filter((field) => !isSame(before[field], draft[field]));
  return {
    draft: {
      ...draft,
      ...pick(
        after,
        theirs.filter((field) => !own.includes(field)),
      ),
    },
    clashes: theirs.filter((field) => own.includes(field) && !isSame(draft[field], after[field])),
  };
}

function pick(from: VendorDraft, fields: (keyof VendorDraft)[]): Partial<VendorDraft> {
  return Object.fromEntries(fields.map((field) => [field, from[field]]));
}

const isSame = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);

function shared(draft: VendorDraft) {
  return {
    name: draft.name.trim(),
    category: draft.category.trim(),
    districts: [...draft.districts],
    contact: draft.contact.trim(),
    channel: draft.channel,
    hours: draft.hours.trim(),
    capacity: Number(draft.capacity),
    address: draft.address.trim(),
    price_list: draft.prices.map((one) => ({
      service_id: one.service_id,
      unit: one.unit.trim(),
      price_min: Number(one.min),
      price_max: Number(one.max),
    })),
  };
}

function isPlace({ lat, lon }: VendorDraft): boolean {
  if (!lat.trim() && !lon.trim()) return true;
  const [north, east] = [Number(lat), Number(lon)];
  return Boolean(lat.trim() && lon.trim()) && Math.abs(north) <= 90 && Math.abs(east) <= 180;
}

function problemOfPrices(prices: readonly PriceDraft[]): ProblemKey | null {
  const isWhole = ({ service_id, unit, min, max }: PriceDraft) =>
    service_id && unit.trim() && isPrice(min) && isPrice(max);
  if (!prices.length || !prices.every(isWhole)) return "prices";
  if (prices.some(({ min, max }) => Number(max) < Number(min))) return "priceOrder";
  const ids = prices.map(({ service_id }) => service_id);
  return new Set(ids).size < ids.length ? "priceTwice" : null;
}

const isPrice = (typed: string) => /^\d{1,7}(\.\d{1,2})?$/.test(typed.trim());
