import type { Call, Candidate, Entry, TicketKind } from "@/api/types";
import type { TicketSeed } from "@/parts/useTicketDraft";

const KIND_OF_ENTRY: Readonly<Record<string, TicketKind>> = {
  government: "consult",
  assistance: "help",
  complaint: "complaint",
  convenience: "service",
};

/** What the new ticket already knows from the call and the chosen entry. */
export function seedFrom(
  call: Call | null,
  candidate: Candidate | null,
  entry: Entry | null,
): TicketSeed {
  const spoken =
    call?.said.filter(({ speaker }) => speaker === "caller").map(({ text }) => text) ?? [];
  return {
    kind: KIND_OF_ENTRY[entry?.kind ?? ""] ?? "help",
    title: candidate?.name ?? "",
    description: spoken.join("\n"),
    district: call?.district ?? null,
    entryId: candidate?.entry_id ?? null,
    entryName: candidate?.name ?? null,
    callId: call?.id ?? null,
  };
}
