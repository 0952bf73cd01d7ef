import { describe, expect, it } from "vitest";
import { makeCall } from "@/testing";
import { placeOf } from "./place";

describe("the place in the line", () => {
  const first = makeCall({ id: "a", status: "waiting", queued_at: "2026-11-25T08:00:00Z" });
  const second = makeCall({ id: "b", status: "waiting", queued_at: "2026-11-25T08:01:00Z" });
  const talking = makeCall({ id: "c", status: "talking", queued_at: "2026-11-25T07:00:00Z" });

  it("counts those who wait longer", () => {
    const calls = [second, talking, first];
    expect(placeOf(first, calls)).toBe(1);
    expect(placeOf(second, calls)).toBe(2);
  });

  it("is none for whoever does not wait", () => {
    expect(placeOf(talking, [first, talking])).toBeNull();
  });
});
