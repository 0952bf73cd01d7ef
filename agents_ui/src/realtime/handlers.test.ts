import { describe, expect, it } from "vitest";
import { applyEvent, handlers, type Cache } from "./handlers";

function recorder(): { cache: Cache; calls: unknown[][] } {
  const calls: unknown[][] = [];
  const cache = new Proxy({} as Cache, {
    get:
      (_, name) =>
      (...given: unknown[]) =>
        void calls.push([name, ...given]),
  });
  return { cache, calls };
}

describe("the table of events", () => {
  it("knows every name of the contract", () => {
    expect(Object.keys(handlers).sort()).toEqual([
      "account.disabled",
      "accounts.changed",
      "alarm.raised",
      "announcement.changed",
      "call.answered",
      "call.changed",
      "call.ended",
      "call.held",
      "call.merged",
      "call.offer_ended",
      "call.offered",
      "call.queued",
      "call.recorded",
      "call.resumed",
      "call.started",
      "call.transferred",
      "call.turned",
      "call.wrapped_up",
      "canned_text.changed",
      "correction.changed",
      "directory.published",
      "draft.moved",
      "inbox.added",
      "incident.closed",
      "incident.confirmed",
      "incident.proposed",
      "incident.updated",
      "message.received",
      "message.updated",
      "presence.changed",
      "proxy_matter.changed",
      "queue.changed",
      "ticket.commented",
      "ticket.moved",
      "ticket.opened",
      "ticket.updated",
      "ticket.withdrawn",
      "wording.changed",
      "work_order.moved",
      "work_order.opened",
      "work_order.updated",
    ]);
  });

  it("puts calls and tickets where they are shown", () => {
    const { cache, calls } = recorder();
    applyEvent(cache, "call.turned", { id: "c" });
    applyEvent(cache, "ticket.opened", { id: "t" });
    applyEvent(cache, "ticket.moved", { id: "t" });
    expect(calls).toEqual([
      ["putCall", { id: "c" }],
      ["putTicket", { id: "t" }, "opened"],
      ["putTicket", { id: "t" }, "changed"],
    ]);
  });

  it("takes a withdrawn ticket away", () => {
    const { cache, calls } = recorder();
    applyEvent(cache, "ticket.withdrawn", { ticket_id: "t" });
    expect(calls).toEqual([["removeTicket", "t"]]);
  });

  it.each(["vendor.invited", "toString", "constructor"])("changes nothing for %s", (name) => {
    const { cache, calls } = recorder();
    applyEvent(cache, name, {});
    expect(calls).toEqual([]);
  });
});
