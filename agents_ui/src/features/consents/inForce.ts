import type { Consent } from "@/api/consents";

/** What a resident can take back; of a recording they are only told. */
const OPEN_TO_WITHDRAWAL: ReadonlySet<Consent["purpose"]> = new Set([
  "vendor_number",
  "proxy",
  "sms",
  "robot_call",
]);

/**
 * The lines that hold now and can be taken back: agreed to, and nothing newer about the same. Lines
 * come newest first, so whatever came after a line has been fetched before it.
 */
export function inForce(lines: readonly Consent[]): ReadonlySet<string> {
  const decided = new Set<string>();
  const held = new Set<string>();
  for (const line of lines) {
    const about = `${line.ticket_id ?? line.subject} ${line.purpose}`;
    if (decided.has(about)) continue;
    decided.add(about);
    const isOpen = line.ticket_id !== null && OPEN_TO_WITHDRAWAL.has(line.purpose);
    if (isOpen && line.answer === "given") held.add(line.id);
  }
  return held;
}
