import { reactive } from "vue";
import type { CannedText, CannedUse } from "@/api/canned";

/** A field that takes canned texts, for as long as it is on the page. */
export interface CannedPlace {
  texts: () => readonly CannedText[];
  insert: (one: CannedText) => void;
}

export interface Spliced {
  value: string;
  caret: number;
}

const TYPED = /(?:^|[^a-z0-9])[/、]([a-z0-9]{1,20})$/;
const DIGIT = /^Digit([1-9])$/;

/** Those on the page, the one used last at the end: it is what the keys and the palette mean. */
export const cannedPlaces = reactive<CannedPlace[]>([]);

export function enterPlace(place: CannedPlace): void {
  leavePlace(place);
  cannedPlaces.push(place);
}

export function leavePlace(place: CannedPlace): void {
  const at = cannedPlaces.findIndex(({ insert }) => insert === place.insert);
  if (at >= 0) cannedPlaces.splice(at, 1);
}

export function fitting(texts: readonly CannedText[], use: CannedUse): CannedText[] {
  return texts.filter(({ uses }) => uses.includes(use));
}

/** The digit of Alt and a digit; without other keys, whatever a keyboard writes for it. */
export function slotOf(event: KeyboardEvent): number | null {
  const isOurs = event.altKey && !event.ctrlKey && !event.metaKey && !event.shiftKey;
  const digit = isOurs ? DIGIT.exec(event.code)?.[1] : undefined;
  return digit ? Number(digit) : null;
}

/** Of the field used last that has such a digit; the nearest organization's text comes first. */
export function bySlot(slot: number): { place: CannedPlace; one: CannedText } | undefined {
  for (const place of cannedPlaces.toReversed()) {
    const one = place.texts().find((text) => text.slot === slot);
    if (one) return { place, one };
  }
  return undefined;
}

/** What stands before the caret as a slash and a key: "/ld". A Chinese keyboard writes "、ld". */
export function typedKey(value: string, caret: number): string | null {
  return TYPED.exec(value.slice(0, caret))?.[1] ?? null;
}

/** The key gives way to the words. */
export function expanded(value: string, caret: number, words: string): Spliced {
  const key = typedKey(value, caret);
  const start = key === null ? caret : caret - key.length - 1;
  return spliced(value, start, caret, words);
}

/** Between what is there already: on a line of its own, unless the field is empty. */
export function inserted(value: string, start: number, end: number, words: string): Spliced {
  const before = value.slice(0, start);
  const isInLine = before === "" || before.endsWith("\n");
  return spliced(value, start, end, isInLine ? words : `\n${words}`);
}

function spliced(value: string, start: number, end: number, words: string): Spliced {
  return {
    value: value.slice(0, start) + words + value.slice(end),
    caret: start + words.length,
  };
}
