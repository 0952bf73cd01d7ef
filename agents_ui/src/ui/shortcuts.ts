import { onBeforeUnmount, onMounted, reactive } from "vue";

export interface Shortcut {
  /** As shown: "j", "?", "Enter", or a sequence "g d". */
  keys: string;
  label: () => string;
  /** Works on every page. */
  everywhere?: boolean;
  /** Bound, but told by another line of the sheet. */
  hidden?: boolean;
  run: (key: string) => void;
}

const SEQUENCE_MS = 1_200;
const TYPING = "input:not([type=checkbox]):not([type=radio]), textarea, select, [contenteditable]";
const PRESSABLE = "button, a, summary, [role=button], [role=option], [role=menuitem]";

export const shortcuts = reactive<Shortcut[]>([]);

let pending = "";
let pendingUntil = 0;

/** Binds keys for as long as the component is on the page. */
export function useShortcuts(list: Shortcut[]): void {
  onMounted(() => shortcuts.push(...list));
  onBeforeUnmount(() => {
    for (const one of list) {
      const at = shortcuts.findIndex((other) => other.run === one.run && other.keys === one.keys);
      if (at >= 0) shortcuts.splice(at, 1);
    }
  });
}

/** Listens for all of them. `enabled` answers whether single keys are wanted by this person. */
export function listenForShortcuts(enabled: () => boolean): () => void {
  const onKey = (event: KeyboardEvent) => {
    if (!enabled() || !isForUs(event)) return;
    const found = match(event.key, event.timeStamp);
    if (!found) return;
    event.preventDefault();
    found.run(event.key);
  };
  document.addEventListener("keydown", onKey);
  return () => document.removeEventListener("keydown", onKey);
}

function match(key: string, now: number): Shortcut | undefined {
  const sequence = pending && now < pendingUntil ? `${pending} ${key}` : key;
  pending = "";
  const found = latest(sequence) ?? (sequence === key ? undefined : latest(key));
  if (!found && shortcuts.some((one) => one.keys.startsWith(`${key} `))) {
    pending = key;
    pendingUntil = now + SEQUENCE_MS;
  }
  return found;
}

function latest(keys: string): Shortcut | undefined {
  return shortcuts.findLast((one) => one.keys === keys);
}

function isForUs(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.isComposing || (event.repeat && event.key.length > 1))
    return false;
  if (event.ctrlKey || event.metaKey || event.altKey) return false;
  const target = event.target instanceof Element ? event.target : null;
  if (target?.closest(TYPING) || document.querySelector("dialog[open]")) return false;
  return !(event.key === "Enter" && target?.closest(PRESSABLE));
}
