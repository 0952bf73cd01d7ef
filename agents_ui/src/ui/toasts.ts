import { reactive } from "vue";
import type { Tone } from "./tone";

export interface Toast {
  id: number;
  tone: Tone;
  text: string;
  action?: { label: string; run: () => void };
}

const LASTS_MS = { neutral: 5_000, accent: 5_000, success: 5_000, warning: 12_000, danger: 12_000 };
const KEPT = 4;
let last = 0;

export const toasts = reactive<Toast[]>([]);

/** Says something in the corner; what must not be missed stays until it is dismissed. */
export function toast(
  tone: Tone,
  text: string,
  action?: Toast["action"],
  stays: boolean = false,
): void {
  const id = ++last;
  toasts.push(action ? { id, tone, text, action } : { id, tone, text });
  if (toasts.length > KEPT) toasts.shift();
  if (!stays) setTimeout(() => dismiss(id), LASTS_MS[tone]);
}

export function dismiss(id: number): void {
  const at = toasts.findIndex((one) => one.id === id);
  if (at >= 0) toasts.splice(at, 1);
}
