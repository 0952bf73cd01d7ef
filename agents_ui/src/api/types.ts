import type { components } from "./schema";

type Schemas = components["schemas"];

export type Me = Schemas["Me"];
export type Presence = Schemas["PresenceOut"];
export type PresenceState = Presence["state"];
export type Role = Schemas["RoleOut"]["role"];
export type Call = Schemas["CallOut"];
export type CallStatus = Call["status"];
export type Said = Schemas["SaidOut"];
export type Decision = NonNullable<Said["decision"]>;
export type Reason = Schemas["ReasonOut"];
export type Candidate = Schemas["CandidateOut"];
export type Ticket = Schemas["TicketOut"];
export type TicketIn = Schemas["TicketIn"];
export type TicketStatus = Ticket["status"];
export type TicketKind = Ticket["kind"];
export type Urgency = Ticket["urgency"];
export type TimelineItem = Schemas["TimelineItemOut"];
export type Entry = Schemas["EntryOut"];
export type Understanding = Schemas["MatchOut"];
export type Organization = Schemas["OrganizationBrief"] & { parent_id: string | null };
export type District = (typeof DISTRICTS)[number];

export const DISTRICTS = ["海勃湾区", "乌达区", "海南区"] as const;

export interface Page<T> {
  items: T[];
  next: string | null;
}

export interface Session {
  id: string;
  created_at: string;
  last_seen_at: string | null;
  user_agent: string | null;
  current: boolean;
}

export interface Alarm {
  id: string;
  kind: string;
  call_id: string | null;
  ticket_id: string | null;
  district: string | null;
  text: string;
  at: string;
}

export interface PresenceChange extends Presence {
  account_id: string;
  display_name: string;
}
