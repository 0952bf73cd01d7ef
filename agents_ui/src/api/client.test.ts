import { afterEach, describe, expect, it, vi } from "vitest";
import { queryString, request } from "./client";
import { HotlineError } from "./errors";

afterEach(() => vi.unstubAllGlobals());

function answer(status: number, body: unknown): void {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  vi.stubGlobal(
    "fetch",
    vi.fn(() => Promise.resolve(new Response(status === 204 ? null : text, { status }))),
  );
}

const refusalOf = (run: Promise<unknown>) =>
  run.then(
    () => null,
    (error: unknown) => error as HotlineError,
  );

describe("a refusal", () => {
  it("carries the code, the parameters and the request's id", async () => {
    const errors = [{ field: "title", message: "必填" }];
    answer(422, {
      code: "invalid_input",
      detail: "填写的内容有误。",
      params: { errors },
      request_id: "r1",
    });
    const error = await refusalOf(request("POST", "/tickets", { body: {} }));
    expect(error).toBeInstanceOf(HotlineError);
    expect(error).toMatchObject({ status: 422, code: "invalid_input", requestId: "r1" });
    expect(error?.fields).toEqual(errors);
  });

  it.each([
    [502, "service_failed"],
    [401, "not_signed_in"],
    [404, "not_found"],
    [418, "refused"],
  ])("of a proxy with %i has a code all the same", async (status, code) => {
    answer(status, "<html>");
    expect(await refusalOf(request("GET", "/me"))).toMatchObject({ status, code });
  });

  it("by a dead network is a code of its own", async () => {
    vi.stubGlobal(
      "fetch",
      vi.fn(() => Promise.reject(new TypeError("failed"))),
    );
    expect(await refusalOf(request("GET", "/me"))).toMatchObject({
      status: 0,
      code: "unreachable",
    });
  });

  it("by whoever asked stays an abort", async () => {
    const stop = new AbortController();
    vi.stubGlobal(
      "fetch",
      vi.fn(() => Promise.reject(new DOMException("", "AbortError"))),
    );
    stop.abort();
    const error = await refusalOf(request("GET", "/me", { signal: stop.signal }));
    expect(error).not.toBeInstanceOf(HotlineError);
  });
});

it("answers undefined where there is nothing to say", async () => {
  answer(204, "");
  expect(await request("DELETE", "/sessions/current")).toBeUndefined();
});

it("leaves empty filters out of the address", () => {
  expect(queryString({ q: "", status: undefined, district: null, mine: true, limit: 50 })).toBe(
    "?mine=true&limit=50",
  );
  expect(queryString({ q: "暖气 & 水" })).toBe("?q=%E6%9A%96%E6%B0%94+%26+%E6%B0%B4");
  expect(queryString({})).toBe("");
});

describe("a request that was under way while the cookie was renewed", () => {
  const rig = () => {
    const answers: ((status: number) => void)[] = [];
    const asked = vi.fn(
      () =>
        new Promise<Response>((resolve) =>
          answers.push((status) => resolve(new Response("{}", { status }))),
        ),
    );
    vi.stubGlobal("fetch", asked);
    return { answers, asked };
  };

  it("is sent again with the new one", async () => {
    const { answers, asked } = rig();
    const list = request("GET", "/tickets");
    const renewal = request("POST", "/me/totp", { body: {}, renews: true });
    answers[0]?.(401);
    await Promise.resolve();
    expect(asked).toHaveBeenCalledTimes(2);
    answers[1]?.(200);
    await renewal;
    await vi.waitFor(() => expect(asked).toHaveBeenCalledTimes(3));
    answers[2]?.(200);
    expect(await list).toEqual({});
  });

  it("is refused where nothing was renewed", async () => {
    const { answers, asked } = rig();
    const refused = refusalOf(request("GET", "/tickets"));
    answers[0]?.(401);
    expect(await refused).toMatchObject({ code: "not_signed_in" });
    expect(asked).toHaveBeenCalledTimes(1);
  });
});
