import type { components } from "./schema";

/** The names by which the console speaks of what the service describes. */
export type Schemas = components["schemas"];

/** What the service sends is whole: a field with a default is there too. */
export type Whole<T> = T extends readonly (infer Item)[]
  ? Whole<Item>[]
  : T extends object
    ? { [K in keyof T]-?: Whole<T[K]> }
    : T;

export type Me = Schemas["Me"];
export type Presence = Schemas["PresenceOut"];
export type PhoneToken = Schemas["PhoneTokenOut"];
export type Past = Schemas["PastOut"];
export type PresenceState = "ready" | "talking" | "wrap_up" | "break" | "offline";
export type Role = Schemas["RoleOut"]["role"];
export type Call = Omit<Schemas["CallOut"], "candidates"> & { candidates: Candidate[] };
export type CallStatus = Call["status"];
export type Said = Schemas["Said"];
export type Reason = Schemas["ReasonOut"];
export type Candidate = Required<Schemas["Candidate"]>;
export type Decision = "answer" | "confirm" | "choose" | "agent" | "emergency" | "control";
export type Ticket = Required<Schemas["TicketOut"]>;
/** As events carry it: what a viewer may do next depends on who looks. */
export type Recording = Schemas["RecordingOut"];
export type RecordingPage = Schemas["RecordingList"];
export type TicketEvent = Omit<Ticket, "moves">;
export type TicketIn = Schemas["TicketIn"];
export type TicketPatch = Schemas["TicketPatch"];
export type TicketStatus = Schemas["Status"];
export type TicketKind = Schemas["TicketKind"];
export type Urgency = Schemas["TicketOut"]["urgency"];
export type Move = Schemas["MoveIn"]["move"];
export type MoveIn = Schemas["MoveIn"];
export type TimelineItem = Schemas["TimelineItem"];
export type Entry = Schemas["EntryOut"];
export type Understanding = Schemas["UnderstandingOut"];
export type Organization = Schemas["OrganizationOut"];
export type Session = Schemas["SessionOut"];
export type SuggestIn = Schemas["SuggestIn"];
export type Suggestions = Schemas["SuggestionsOut"];
export type Subject = Schemas["SubjectOut"];
export type Party = Schemas["Party"];
export type Seat = Schemas["SeatOut"];
export type Skill = Schemas["Skill"];
export type Offer = Schemas["OfferPage"]["items"][number];
/** As an event tells it: the offer rings no more. */
export type OfferEnded = Schemas["OfferEnded"];
export type Outcome = Schemas["Outcome"];
export type Target = Schemas["TargetIn"];
export type MonitorMode = Schemas["MonitorIn"]["mode"];
export type Queue = Schemas["QueueOut"];
export type Incident = Schemas["IncidentOut"];
export type IncidentConfirm = Schemas["IncidentConfirm"];
export type IncidentPatch = Schemas["IncidentPatch"];
export type Job = Schemas["JobOut"];
export type AuditEntry = Schemas["AuditEntryOut"];
export type Verification = Schemas["VerificationOut"];
export type GapList = Schemas["GapList"];
export type SpokenText = Schemas["TextOut"];
export type TextVersion = Schemas["TextVersion"];
export type Draft = Schemas["DraftOut"];
export type DraftRow = Schemas["DraftRow"];
export type DraftContent = Schemas["DraftContent"];
export type DraftPatch = Schemas["DraftPatch"];
export type DraftMove = Schemas["DraftMove"]["move"];
export type DraftState = Schemas["DraftState"];
export type Difference = Schemas["DifferenceOut"];
export type Rehearsal = Schemas["RehearsalOut"];
export type EntryVersion = Schemas["VersionOut"];
export type Standing = Schemas["StandingOut"];
export type StandingWant = Schemas["Want"];
export type Coverage = Schemas["CoverageOut"];
export type Correction = Schemas["CorrectionOut"];
export type EntryImport = Schemas["ImportOut"];
export type EntryImportRow = Schemas["ImportRow"];
export type ImportMove = Schemas["ImportMove"];
export type Announcement = Schemas["AnnouncementOut"];
export type AnnouncementIn = Schemas["AnnouncementIn"];
export type District = (typeof DISTRICTS)[number];

export const DISTRICTS = ["海勃湾区", "乌达区", "海南区"] as const;

export interface Page<T> {
  items: T[];
  next: string | null;
}

export type Alarm = Schemas["AlarmOut"];

export type PresenceChange = Schemas["PresenceEvent"];
