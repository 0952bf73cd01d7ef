import type { Call, Candidate, Entry, Said, TicketKind } from "@/api/types";
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
  const spoken = call?.said.filter(isAboutTheNeed).map(({ text }) => text) ?? [];
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

/** "A person, please" and other words to the machine do not belong into a ticket. */
function isAboutTheNeed({ speaker, decision }: Said): boolean {
  return speaker === "caller" && decision !== "control" && decision !== "agent";
}
