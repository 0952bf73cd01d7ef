import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { dismiss, toast, toasts } from "./toasts";

beforeEach(() => vi.useFakeTimers());
afterEach(() => {
  for (const { id } of [...toasts]) dismiss(id);
  vi.useRealTimers();
});

it("goes away by itself, but not when it must not be missed", () => {
  toast("success", "已保存");
  toast("danger", "紧急来电", undefined, true);
  vi.advanceTimersByTime(60_000);
  expect(toasts.map(({ text }) => text)).toEqual(["紧急来电"]);
});

it("never fills the screen", () => {
  for (const text of "abcdef") toast("success", text);
  expect(toasts.map(({ text }) => text)).toEqual(["c", "d", "e", "f"]);
});
