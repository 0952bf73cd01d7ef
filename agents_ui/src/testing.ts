import type { Call, Ticket } from "@/api/types";

/** Records for tests, whole, with what the test does not care about filled in. */
export function makeTicket(given: Partial<Ticket> = {}): Ticket {
  return {
    id: "t1",
    number: "WH202611250001",
    kind: "help",
    subject: "室内温度不达标",
    subject_code: "A01-01-01",
    title: "暖气不热",
    description: "家里暖气不热",
    district: "海勃湾区",
    address_masked: null,
    status: "registered",
    urgency: "normal",
    due_at: null,
    resident_due_at: null,
    step_due_at: null,
    due_is_certain: true,
    caller_masked: "138****1234",
    entry_id: "svc-heat",
    entry_name: "暖气不热",
    call_id: null,
    parent_id: null,
    card: null,
    supervision_level: 0,
    urge_count: 0,
    custody: null,
    proposed: null,
    assignee: null,
    confidential: false,
    anonymous: false,
    created_at: "2026-11-25T08:00:00Z",
    updated_at: "2026-11-25T08:00:00Z",
    version: 1,
    moves: ["answer", "send"],
    ...given,
  };
}

export function makeCall(given: Partial<Call> = {}): Call {
  return {
    id: "c1",
    from_masked: "138****1234",
    to: "+86473114",
    direction: "inbound",
    district: null,
    status: "conversing",
    emergency: null,
    started_at: "2026-11-25T08:00:00Z",
    queued_at: null,
    ended_at: null,
    said: [],
    candidates: [],
    ticket_ids: [],
    answered_at: null,
    agent_id: null,
    parties: [],
    outcome: null,
    version: 1,
    ...given,
  };
}
