import { QueryClient } from "@tanstack/vue-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Incident, Me, Offer, Page, Queue, Seat } from "@/api/types";
import { applyEvent } from "@/realtime/handlers";
import { makeCall } from "@/testing";
import { createCache } from "./cache";
import { keys } from "./keys";

const seat = { account_id: "me", state: "ready", call_id: null } as Seat;
const offer = (account_id: string): Offer => ({
  offer_id: "o1",
  leg_id: "l1",
  account_id,
  expires_at: "2026-11-25T08:00:20Z",
  call: makeCall({ id: "c9", status: "waiting" }),
});

describe("events of the hall", () => {
  let client: QueryClient;
  const apply = (name: string, payload: unknown) => applyEvent(createCache(client), name, payload);
  beforeEach(() => {
    client = new QueryClient();
    client.setQueryData<Partial<Me>>(keys.me, { account_id: "me" });
    client.setQueryData<Seat>(keys.seat, seat);
  });

  it("ring the agent who is asked, with the call at hand", () => {
    apply("call.offered", offer("me"));
    expect(client.getQueryData<Offer>(keys.offer)?.offer_id).toBe("o1");
    expect(client.getQueryData<Seat>(keys.seat)?.call_id).toBe("c9");
    expect(client.getQueryData(keys.call("c9"))).toMatchObject({ status: "waiting" });
  });

  it("do not ring for an offer to a colleague of the same desk", () => {
    apply("call.offered", offer("other"));
    expect(client.getQueryData(keys.offer)).toBeUndefined();
    expect(client.getQueryData<Seat>(keys.seat)?.call_id).toBeNull();
  });

  it("ask for the seat again when its call has moved on", () => {
    apply("call.offered", offer("me"));
    client.setQueryData<Seat>(keys.seat, { ...seat, call_id: "c9" });
    expect(client.getQueryState(keys.seat)?.isInvalidated).toBe(false);
    apply("call.ended", makeCall({ id: "c9", status: "ended", version: 5 }));
    expect(client.getQueryState(keys.seat)?.isInvalidated).toBe(true);
  });

  it("ask for the offer again when its call ends, however it ended", () => {
    apply("call.offered", offer("me"));
    apply("call.ended", makeCall({ id: "c2", status: "ended", version: 5 }));
    expect(client.getQueryState(keys.offer)?.isInvalidated).toBe(false);
    apply("call.ended", makeCall({ id: "c9", status: "ended", version: 5 }));
    expect(client.getQueryState(keys.offer)?.isInvalidated).toBe(true);
  });

  it("ask for the agents again, who show whom a call is offered to", async () => {
    vi.useFakeTimers();
    client.setQueryData<Page<Seat>>(keys.agents, { items: [seat], next: null });
    apply("call.offered", offer("other"));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.getQueryState(keys.agents)?.isInvalidated).toBe(true);
    vi.useRealTimers();
  });

  it("ask for the lines again when there is a new one", async () => {
    vi.useFakeTimers();
    client.setQueryData<Page<Queue>>(keys.queues, { items: [], next: null });
    apply("queue.changed", { id: "q1" });
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.getQueryState(keys.queues)?.isInvalidated).toBe(true);
    vi.useRealTimers();
  });

  it("leave the seat alone when somebody else's call moves", () => {
    apply("call.ended", makeCall({ id: "c2", status: "ended" }));
    expect(client.getQueryState(keys.seat)?.isInvalidated).toBe(false);
  });

  it("show a colleague's state at once", () => {
    const page: Page<Seat> = { items: [{ ...seat, account_id: "other" }], next: null };
    client.setQueryData(keys.agents, page);
    apply("presence.changed", {
      account_id: "other",
      state: "break",
      reason: "meal",
      since: "2026-11-25T08:00:00Z",
    });
    const [other] = client.getQueryData<Page<Seat>>(keys.agents)?.items ?? [];
    expect(other).toMatchObject({ state: "break", reason: "meal" });
  });

  it("put a line in its place", () => {
    const line = { id: "q1", waiting: 0 } as Queue;
    client.setQueryData<Page<Queue>>(keys.queues, { items: [line], next: null });
    apply("queue.changed", { ...line, waiting: 3 });
    expect(client.getQueryData<Page<Queue>>(keys.queues)?.items[0]?.waiting).toBe(3);
  });

  it("show an incident while it is open, and never an older state of it", () => {
    const incident = { id: "i1", version: 2, status: "proposed" } as Incident;
    const shown = () => client.getQueryData<Page<Incident>>(keys.incidents)?.items;
    client.setQueryData<Page<Incident>>(keys.incidents, { items: [], next: null });
    apply("incident.proposed", incident);
    apply("incident.confirmed", { ...incident, status: "active", version: 3 });
    apply("incident.updated", incident);
    expect(shown()).toMatchObject([{ status: "active", version: 3 }]);
    apply("incident.closed", { ...incident, status: "closed", version: 4 });
    expect(shown()).toEqual([]);
  });
});
