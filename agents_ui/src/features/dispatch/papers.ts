import type { VendorDocument } from "@/api/dispatch";
import type { Tone } from "@/ui/tone";

export const PAPER_TONES: Readonly<Record<VendorDocument["state"], Tone>> = {
  submitted: "accent",
  valid: "success",
  refused: "danger",
  replaced: "neutral",
};
