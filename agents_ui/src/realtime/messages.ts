import { isRecord } from "@/api/errors";

/** An event as it arrives: the payload is checked against its name by the table of handlers. */
export interface EventMessage {
  type: "event";
  seq: number;
  previous: number;
  name: string;
  at: string;
  subject: { type: string; id: string };
  payload: unknown;
}

/** The log has moved over events that are not for this console. */
export interface PositionMessage {
  type: "position";
  seq: number;
}

export interface ReadyMessage {
  type: "ready";
  position: number;
  epoch: string;
  /** False: what was missed cannot be replayed, everything must be fetched. */
  recovered: boolean;
}

export type ServerMessage =
  ReadyMessage | EventMessage | PositionMessage | { type: "bye"; reason: string };

export type ClientMessage = { type: "start" } | { type: "resume"; after: number; epoch: string };

/** Null for what this console does not know: a newer service may say more. */
export function readMessage(text: unknown): ServerMessage | null {
  const message = parsed(text);
  if (!isRecord(message)) return null;
  switch (message["type"]) {
    case "ready":
      return isNumber(message["position"]) ? (message as unknown as ReadyMessage) : null;
    case "event":
      return isNumber(message["seq"]) && isNumber(message["previous"])
        ? (message as unknown as EventMessage)
        : null;
    case "position":
      return isNumber(message["seq"]) ? (message as unknown as ServerMessage) : null;
    case "bye":
      return message as unknown as ServerMessage;
    default:
      return null;
  }
}

function parsed(text: unknown): unknown {
  try {
    return typeof text === "string" ? JSON.parse(text) : null;
  } catch {
    return null;
  }
}

function isNumber(value: unknown): boolean {
  return typeof value === "number" && Number.isFinite(value);
}
