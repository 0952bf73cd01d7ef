import { describe, expect, it } from "vitest";
import type { Queue } from "@/api/types";
import { linesShown } from "./lines";
import { isBelowTarget } from "./target";

const makeLine = (skill: string, waiting: number, share: number | null = null) =>
  ({ skill, waiting, callbacks: 0, service_level: { counted: 0, share } }) as Queue;

describe("the lines on the strip", () => {
  it("are every desk's Mandarin line, and others once somebody is in them", () => {
    const [quiet, used] = [makeLine("mongolian", 0), makeLine("mongolian", 1)];
    const main = makeLine("mandarin", 0);
    expect(linesShown([main, quiet, used])).toEqual([main, used]);
  });
});

describe("the service level", () => {
  it.each([
    [0.79, true],
    [0.8, false],
    [null, false],
  ])("of %s is below the target: %s", (share, below) => {
    expect(isBelowTarget(makeLine("mandarin", 0, share))).toBe(below);
  });
});
