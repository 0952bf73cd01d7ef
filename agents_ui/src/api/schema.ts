/** The shapes that the service speaks. */
export interface components {
  schemas: {
    OrganizationBrief: { id: string; name: string; tier: Tier; district: string | null };
    RoleOut: { role: Role; organization: components["schemas"]["OrganizationBrief"] };
    PresenceOut: { state: PresenceState; reason: string | null; since: string };
    Me: {
      account_id: string;
      username: string;
      display_name: string;
      roles: components["schemas"]["RoleOut"][];
      scopes: string[];
      organization: components["schemas"]["OrganizationBrief"];
      presence: components["schemas"]["PresenceOut"] | null;
    };
    SaidOut: {
      turn: number;
      at: string;
      speaker: "caller" | "hotline";
      text: string;
      decision: Decision | null;
    };
    ReasonOut: { channel: string; phrase: string; weight: number };
    CandidateOut: {
      entry_id: string;
      name: string;
      category: string;
      confidence: number;
      reasons: components["schemas"]["ReasonOut"][];
    };
    CallOut: {
      id: string;
      from_masked: string | null;
      to: string | null;
      district: string | null;
      status: CallStatus;
      emergency: string | null;
      started_at: string;
      queued_at: string | null;
      ended_at: string | null;
      said: components["schemas"]["SaidOut"][];
      candidates: components["schemas"]["CandidateOut"][];
      ticket_ids: string[];
      version: number;
    };
    TicketOut: {
      id: string;
      number: string;
      kind: TicketKind;
      subject: string | null;
      subject_code: string | null;
      title: string;
      description: string;
      district: string | null;
      address_masked: string | null;
      status: TicketStatus;
      urgency: Urgency;
      due_at: string | null;
      caller_masked: string | null;
      entry_id: string | null;
      entry_name: string | null;
      call_id: string | null;
      custody: { id: string; name: string; tier: Tier } | null;
      assignee: { id: string; name: string } | null;
      confidential: boolean;
      anonymous: boolean;
      created_at: string;
      updated_at: string;
      version: number;
      moves: string[];
    };
    TicketIn: {
      kind: TicketKind;
      title: string;
      description: string;
      district?: string | null;
      entry_id?: string | null;
      subject_code?: string | null;
      address?: string | null;
      caller_number?: string | null;
      call_id?: string | null;
      confidential?: boolean;
    };
    TimelineItemOut: {
      id: string;
      at: string;
      name: string;
      actor: { name: string; organization: string | null } | null;
      from_status: TicketStatus | null;
      to_status: TicketStatus | null;
      note: string | null;
    };
    EntryOut: {
      id: string;
      name: string;
      kind: string;
      category: string;
      summary: string;
      organization: { id: string; name: string; phone: string | null } | null;
      districts: string[];
      handoff: "answer" | "transfer" | "ticket" | "dispatch";
      fee: string | null;
      time_limit: string | null;
      documents: string[];
      procedure: string[];
      details: string | null;
      hours: string | null;
    };
    MatchOut: {
      decision: Decision;
      emergency: string | null;
      control: string | null;
      district: string | null;
      results: {
        entry_id: string;
        name: string;
        score: number;
        confidence: number;
        reasons: components["schemas"]["ReasonOut"][];
      }[];
    };
  };
}

type Tier = "city" | "district" | "unit";
type Role =
  | "agent"
  | "dispatcher"
  | "district_supervisor"
  | "city_supervisor"
  | "unit_handler"
  | "directory_editor"
  | "system_admin"
  | "security_admin"
  | "audit_admin";
type PresenceState = "ready" | "talking" | "wrap_up" | "break" | "offline";
type Decision = "answer" | "confirm" | "choose" | "agent" | "emergency" | "control";
type CallStatus = "conversing" | "waiting" | "talking" | "ended";
type TicketKind =
  | "consult"
  | "help"
  | "complaint"
  | "report"
  | "suggestion"
  | "praise"
  | "service"
  | "other";
type TicketStatus =
  | "draft"
  | "registered"
  | "not_accepted"
  | "emergency"
  | "direct"
  | "to_dispatch"
  | "to_sign"
  | "return_requested"
  | "in_progress"
  | "suspended"
  | "replied"
  | "to_visit"
  | "closed"
  | "redo"
  | "merged"
  | "cancelled"
  | "invalid"
  | "archived";
type Urgency = "normal" | "urgent" | "emergency";
