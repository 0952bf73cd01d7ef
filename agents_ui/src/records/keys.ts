import type { EntryFilter, TicketFilter } from "@/api/hotline";
import type { SuggestIn } from "@/api/types";

/** Where each thing lies in the cache: the only place that spells a query key. */
export const keys = {
  me: ["me"] as const,
  sessions: ["sessions"] as const,
  calls: ["calls"] as const,
  liveCalls: ["calls", "live"] as const,
  call: (id: string) => ["calls", "one", id] as const,
  tickets: ["tickets"] as const,
  latestTickets: ["tickets", "latest"] as const,
  ticketLists: ["tickets", "list"] as const,
  ticketList: (filter: TicketFilter) => ["tickets", "list", filter] as const,
  ticket: (id: string) => ["tickets", "one", id] as const,
  timeline: (id: string) => ["tickets", "timeline", id] as const,
  suggestions: (about: SuggestIn) => ["suggestions", about] as const,
  alarms: ["alarms"] as const,
  entries: ["entries"] as const,
  entryList: (filter: EntryFilter) => ["entries", "list", filter] as const,
  entry: (id: string) => ["entries", "one", id] as const,
  match: (text: string, district: string | null) => ["entries", "match", text, district] as const,
  subjects: ["subjects"] as const,
  organizations: ["organizations"] as const,
};
