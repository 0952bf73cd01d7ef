import { QueryClient } from "@tanstack/vue-query";
import { beforeEach, describe, expect, it, vi } from "vitest";
import type { Call, Page, Ticket } from "@/api/types";
import { makeCall, makeTicket } from "@/testing";
import { createCache } from "./cache";
import { keys } from "./keys";
import { deskKeys } from "./ticketDesk";

let client: QueryClient;

beforeEach(() => {
  client = new QueryClient();
});

function cache() {
  return createCache(client);
}

const liveIds = () => client.getQueryData<Page<Call>>(keys.liveCalls)?.items.map(({ id }) => id);
const latest = () => client.getQueryData<Page<Ticket>>(keys.latestTickets)?.items ?? [];

describe("calls", () => {
  beforeEach(() => client.setQueryData(keys.liveCalls, { items: [makeCall()], next: null }));

  it("are in the order in which they came, whatever order the events have", () => {
    cache().putCall(makeCall({ id: "c0", started_at: "2026-11-25T07:00:00Z" }));
    expect(liveIds()).toEqual(["c0", "c1"]);
  });

  it("leave the list when they end, and stay to be read", () => {
    cache().putCall(makeCall({ status: "ended", version: 2 }));
    expect(liveIds()).toEqual([]);
    expect(client.getQueryData<Call>(keys.call("c1"))?.status).toBe("ended");
  });

  it("are never set back by an older event", () => {
    cache().putCall(makeCall({ status: "waiting", version: 3 }));
    cache().putCall(makeCall({ status: "conversing", version: 2 }));
    expect(client.getQueryData<Call>(keys.call("c1"))?.status).toBe("waiting");
  });

  it("are left to the fetch where nothing has been fetched", () => {
    client.clear();
    cache().putCall(makeCall());
    expect(liveIds()).toBeUndefined();
  });
});

describe("tickets", () => {
  beforeEach(() => client.setQueryData(keys.latestTickets, { items: [makeTicket()], next: null }));

  it("appear in front when they are opened, once", () => {
    cache().putTicket(makeTicket({ id: "t2" }), "opened");
    cache().putTicket(makeTicket({ id: "t2" }), "opened");
    expect(latest().map(({ id }) => id)).toEqual(["t2", "t1"]);
  });

  it("change in place and do not jump into the list", () => {
    cache().putTicket(makeTicket({ status: "in_progress", version: 2 }), "changed");
    cache().putTicket(makeTicket({ id: "t9", version: 2 }), "changed");
    expect(latest().map(({ id, status }) => [id, status])).toEqual([["t1", "in_progress"]]);
  });

  it("keep what the viewer may do until the service says anew, but not in another status", () => {
    client.setQueryData(keys.ticket("t1"), makeTicket());
    const { moves: _, ...event } = makeTicket({ version: 2, title: "暖气还是不热" });
    cache().putTicket(event, "changed");
    expect(client.getQueryData<Ticket>(keys.ticket("t1"))).toMatchObject({
      version: 2,
      moves: ["answer", "send"],
    });
    cache().putTicket({ ...event, version: 3, status: "to_dispatch" }, "changed");
    expect(client.getQueryData<Ticket>(keys.ticket("t1"))?.moves).toEqual([]);
  });

  it("that come into view by a move are fetched into the list", async () => {
    vi.useFakeTimers();
    const fetch = vi.spyOn(client, "invalidateQueries");
    cache().putTicket(makeTicket({ id: "t9", created_at: "2026-11-25T09:00:00Z" }), "changed");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(fetch).toHaveBeenCalledWith({ queryKey: keys.latestTickets });
    vi.useRealTimers();
  });

  it("change the counts beside the lists", async () => {
    vi.useFakeTimers();
    client.setQueryData(deskKeys.counts, { by_status: {} });
    cache().putTicket(makeTicket({ id: "t9" }), "opened");
    await vi.advanceTimersByTimeAsync(1_000);
    expect(client.getQueryState(deskKeys.counts)?.isInvalidated).toBe(true);
    vi.useRealTimers();
  });

  it("that are withdrawn vanish", () => {
    cache().removeTicket("t1");
    expect(latest()).toEqual([]);
  });

  it("get a remark once, though both the answer and the event bring it", () => {
    client.setQueryData(keys.timeline("t1"), { items: [] });
    const item = {
      id: "i1",
      at: "",
      name: "ticket.commented",
      move: null,
      actor: null,
      from_status: null,
      to_status: null,
      note: "已联系",
    };
    cache().addTimelineItem("t1", item);
    cache().addTimelineItem("t1", item);
    expect(client.getQueryData<{ items: unknown[] }>(keys.timeline("t1"))?.items).toHaveLength(1);
  });
});

it("keeps an alarm, once", () => {
  const alarm = {
    id: "a",
    kind: "emergency",
    call_id: "c1",
    ticket_id: null,
    district: null,
    text: "",
    at: "",
  };
  cache().raiseAlarm(alarm);
  cache().raiseAlarm(alarm);
  expect(client.getQueryData(keys.alarms)).toEqual([alarm]);
});
