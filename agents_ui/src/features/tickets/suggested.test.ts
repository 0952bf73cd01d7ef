import { describe, expect, it } from "vitest";
import type { Suggestions } from "@/api/types";
import { subjectFor, unitFor } from "./suggested";

const subject = (code: string, is_sure: boolean) => ({
  code,
  name: code,
  score: is_sure ? 0.9 : 0.4,
  reason: "暖气不热",
  is_sure,
});
const unit = (id: string, reason: "entry" | "subject") => ({
  id,
  name: id,
  tier: "unit",
  reason,
});
const of = (more: Partial<Suggestions>): Suggestions => ({ subjects: [], units: [], ...more });

describe("the suggested subject", () => {
  const unsure = of({ subjects: [subject("A01", false)] });

  it("is the nearest where none is set", () => {
    expect(subjectFor({ subject_code: null }, unsure)?.code).toBe("A01");
    expect(subjectFor({ subject_code: null }, of({}))).toBeUndefined();
  });

  it("stands against another only when it is sure", () => {
    const sure = of({ subjects: [subject("A01", true)] });
    expect(subjectFor({ subject_code: "B02" }, unsure)).toBeUndefined();
    expect(subjectFor({ subject_code: "B02" }, sure)?.code).toBe("A01");
    expect(subjectFor({ subject_code: "A01" }, sure)).toBeUndefined();
  });
});

describe("the suggested unit", () => {
  const both = of({ units: [unit("heat", "entry"), unit("water", "subject")] });

  it("is offered where the ticket may be dispatched", () => {
    const waiting = { moves: ["dispatch"], proposed: null, custody: null } as const;
    expect(unitFor({ ...waiting, moves: ["dispatch"] }, both)?.id).toBe("heat");
    expect(unitFor({ ...waiting, moves: ["send"] }, both)).toBeUndefined();
  });

  it("is the one that was proposed, and never the holder itself", () => {
    const proposed = { id: "water", name: "water", tier: "unit" };
    expect(unitFor({ moves: ["dispatch"], proposed, custody: null }, both)?.id).toBe("water");
    const custody = { id: "heat", name: "heat", tier: "unit" };
    expect(unitFor({ moves: ["dispatch"], proposed: null, custody }, both)?.id).toBe("water");
  });
});
