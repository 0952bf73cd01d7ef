import type { DraftState, EntryImportRow } from "@/api/types";
import type { Tone } from "@/ui/tone";

export const STATE_TONES: Record<DraftState, Tone> = {
  draft: "neutral",
  in_review: "accent",
  returned: "warning",
  published: "success",
  discarded: "neutral",
};

export const IMPORT_TONES: Record<EntryImportRow["state"], Tone> = {
  checking: "neutral",
  faulty: "danger",
  checked: "success",
  submitted: "accent",
  applying: "accent",
  applied: "success",
  discarded: "neutral",
};
