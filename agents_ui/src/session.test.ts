import { afterEach, describe, expect, it, vi } from "vitest";
import { HotlineError } from "@/api/errors";
import type { Me } from "@/api/types";
import { homeOf } from "./screens";
import { createSession } from "./session";

const me = { account_id: "a1", scopes: ["calls:read"] } as Me;

afterEach(() => vi.unstubAllGlobals());

function rig(answer: () => Promise<Me>) {
  const begin = vi.fn();
  const end = vi.fn();
  const ended = vi.fn();
  const session = createSession({ begin, end, me: answer });
  session.onEnded(ended);
  return { session, begin, end, ended };
}

describe("a session", () => {
  it("begins once, however many pages ask who is there", async () => {
    const { session, begin } = rig(() => Promise.resolve(me));
    await session.current();
    await session.current();
    expect(begin).toHaveBeenCalledTimes(1);
  });

  it("is nobody's when the service knows nobody", async () => {
    const { session, begin } = rig(() => Promise.reject(new HotlineError(401, "not_signed_in")));
    expect(await session.current()).toBeNull();
    expect(begin).not.toHaveBeenCalled();
  });

  it("is not over because the service is away", async () => {
    const { session } = rig(() => Promise.reject(new HotlineError(0, "unreachable")));
    await expect(session.current()).rejects.toMatchObject({ code: "unreachable" });
  });

  it("ends once, though every query finds out", async () => {
    const { session, end, ended } = rig(() => Promise.resolve(me));
    await session.current();
    session.ended();
    session.ended();
    expect(end).toHaveBeenCalledTimes(1);
    expect(ended).toHaveBeenCalledTimes(1);
  });

  it("that was refused at sign-in ends nothing", () => {
    const { session, ended } = rig(() => Promise.resolve(me));
    session.ended();
    expect(ended).not.toHaveBeenCalled();
  });
});

describe("the first screen", () => {
  it.each([
    [["calls:read", "tickets:read"], "desk"],
    [["tickets:read", "directory:read"], "tickets"],
    [["directory:read"], "directory"],
    [["accounts:read"], "accounts"],
    [["account:self"], undefined],
  ])("of %j is %s", (scopes, home) => {
    expect(homeOf({ scopes })).toBe(home);
  });
});
