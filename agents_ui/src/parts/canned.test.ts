import { beforeEach, describe, expect, it } from "vitest";
import type { CannedText, CannedUse } from "@/api/canned";
import {
  bySlot,
  cannedPlaces,
  enterPlace,
  expanded,
  inserted,
  leavePlace,
  slotOf,
  typedKey,
  type CannedPlace,
} from "./canned";

function text(key: string, uses: CannedUse[], slot: number | null = null): CannedText {
  const labels = { label_zh: key, label_en: key, text: key, organization: "市", is_own: true };
  return {
    id: key,
    key,
    slot,
    uses,
    ...labels,
    kind: null,
    subject_code: null,
    urgency: null,
    version: 1,
  };
}

function place(texts: CannedText[]): CannedPlace {
  return { texts: () => texts, insert: () => undefined };
}

beforeEach(() => void cannedPlaces.splice(0));

describe("a key that is typed", () => {
  it("stands after a slash, at the beginning or after other words", () => {
    expect(typedKey("/ld", 3)).toBe("ld");
    expect(typedKey("路口/ld 后", 5)).toBe("ld");
    expect(typedKey("来电人说、ld", 7)).toBe("ld");
  });

  it("is nothing in an address or in the middle of a date", () => {
    expect(typedKey("a/b", 3)).toBeNull();
    expect(typedKey("11/25", 5)).toBeNull();
    expect(typedKey("路灯", 2)).toBeNull();
  });

  it("gives way to the words, and the caret stands behind them", () => {
    expect(expanded("前/ld后", 4, "路灯不亮。")).toEqual({ value: "前路灯不亮。后", caret: 6 });
  });
});

describe("words that are inserted", () => {
  it("fill an empty field", () => {
    expect(inserted("", 0, 0, "路灯")).toEqual({ value: "路灯", caret: 2 });
  });

  it("begin a line of their own after others, and replace what was selected", () => {
    expect(inserted("已有", 2, 2, "路灯")).toEqual({ value: "已有\n路灯", caret: 5 });
    expect(inserted("已有旧", 2, 3, "路灯").value).toBe("已有\n路灯");
  });
});

describe("the place that is meant", () => {
  const near = text("near", ["description"], 1);
  const far = text("far", ["description"], 1);
  const remark = text("lx", ["comment"], 1);

  it("is the one used last that has such a digit", () => {
    const description = place([near, far]);
    const comment = place([remark]);
    enterPlace(description);
    enterPlace(comment);
    expect(bySlot(1)?.one.key).toBe("lx");
    enterPlace(description);
    expect(bySlot(1)?.one.key).toBe("near");
    expect(bySlot(2)).toBeUndefined();
  });

  it("is left with the field, and its digits mean nothing then", () => {
    const description = place([near]);
    enterPlace(description);
    leavePlace(description);
    expect(cannedPlaces).toEqual([]);
    expect(bySlot(1)).toBeUndefined();
  });

  it("is meant by Alt and a digit alone", () => {
    const pressed = (more: KeyboardEventInit) => slotOf(new KeyboardEvent("keydown", more));
    expect(pressed({ code: "Digit3", altKey: true })).toBe(3);
    expect(pressed({ code: "Digit0", altKey: true })).toBeNull();
    expect(pressed({ code: "Digit3" })).toBeNull();
    expect(pressed({ code: "Digit3", altKey: true, ctrlKey: true })).toBeNull();
  });
});
