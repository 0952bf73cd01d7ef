import { reactive } from "vue";
import type { Tone } from "./tone";

export interface Toast {
  id: number;
  tone: Tone;
  text: string;
  action?: { label: string; run: () => void };
}

const LASTS_MS = 6_000;
const KEPT = 4;
let last = 0;

export const toasts = reactive<Toast[]>([]);

/** Says something in the corner. Dangers stay until they are dismissed. */
export function toast(tone: Tone, text: string, action?: Toast["action"]): void {
  const id = ++last;
  toasts.push(action ? { id, tone, text, action } : { id, tone, text });
  if (toasts.length > KEPT) toasts.shift();
  if (tone !== "danger") setTimeout(() => dismiss(id), LASTS_MS);
}

export function dismiss(id: number): void {
  const at = toasts.findIndex((one) => one.id === id);
  if (at >= 0) toasts.splice(at, 1);
}
