import type { PresenceState } from "@/api/types";
import type { IconName } from "@/ui/icons";
import type { Tone } from "@/ui/tone";

export const PRESENCE_MARKS: Record<PresenceState, { tone: Tone; icon: IconName }> = {
  ready: { tone: "success", icon: "check" },
  talking: { tone: "accent", icon: "phone" },
  wrap_up: { tone: "warning", icon: "clock" },
  break: { tone: "warning", icon: "pause" },
  offline: { tone: "neutral", icon: "off" },
};
