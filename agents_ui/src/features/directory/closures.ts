const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** The hours with days added on which it is closed (`2026 Dec 31-2027 Jan 02 off`). */
export function withClosure(hours: string, from: string, until: string): string {
  const [first, last] = from <= until ? [from, until] : [until, from];
  const days = first === last ? dayOf(first) : `${dayOf(first)}-${dayOf(last)}`;
  return `${hours.trim().replace(/;$/, "")}; ${days} off`;
}

function dayOf(date: string): string {
  const [year = "", month = "", day = ""] = date.split("-");
  return `${year} ${MONTHS[Number(month) - 1] ?? ""} ${day}`;
}
