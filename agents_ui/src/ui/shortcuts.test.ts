import { mount } from "@vue/test-utils";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { defineComponent, h } from "vue";
import { listenForShortcuts, shortcuts, useShortcuts } from "./shortcuts";

let stop: () => void;
let isOn = true;

beforeEach(() => {
  isOn = true;
  stop = listenForShortcuts(() => isOn);
});
afterEach(() => stop());

function bind(keys: string) {
  const run = vi.fn();
  const page = mount(
    defineComponent({
      setup() {
        useShortcuts([{ keys, label: () => keys, run }]);
        return () => h("div", [h("input"), h("button")]);
      },
    }),
    { attachTo: document.body },
  );
  return { run, page };
}

function press(key: string, on: Element = document.body, more: KeyboardEventInit = {}): void {
  on.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true, ...more }));
}

describe("a shortcut", () => {
  it("runs, and is gone with its page", () => {
    const { run, page } = bind("j");
    press("j");
    expect(run).toHaveBeenCalledTimes(1);
    page.unmount();
    press("j");
    expect(run).toHaveBeenCalledTimes(1);
    expect(shortcuts).toHaveLength(0);
  });

  it("of two keys wants them one after the other", () => {
    const { run, page } = bind("g t");
    press("t");
    expect(run).not.toHaveBeenCalled();
    press("g");
    press("t");
    expect(run).toHaveBeenCalledTimes(1);
    page.unmount();
  });

  it("is silent while somebody types, composes, or holds Ctrl", () => {
    const { run, page } = bind("j");
    press("j", page.find("input").element);
    press("j", document.body, { isComposing: true });
    press("j", document.body, { ctrlKey: true });
    expect(run).not.toHaveBeenCalled();
    page.unmount();
  });

  it("can be turned off", () => {
    const { run, page } = bind("j");
    isOn = false;
    press("j");
    expect(run).not.toHaveBeenCalled();
    page.unmount();
  });

  it("leaves Enter to the button that has the focus", () => {
    const { run, page } = bind("Enter");
    press("Enter", page.find("button").element);
    expect(run).not.toHaveBeenCalled();
    press("Enter");
    expect(run).toHaveBeenCalledTimes(1);
    page.unmount();
  });
});
