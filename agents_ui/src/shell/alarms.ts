import type { Alarm } from "@/api/types";
import { textIn, wordFor } from "@/i18n";
import { usePreferences } from "@/preferences";
import { toast } from "@/ui/toasts";

/** Says an alarm aloud in the corner, on whatever screen the agent is. */
export function announce(alarm: Alarm): void {
  const { shell, ui, words } = textIn(usePreferences().locale);
  const kind = wordFor(shell.alarm, alarm.kind);
  const title = kind === alarm.kind ? shell.alarm.other : kind;
  const place = alarm.district ? wordFor(words.district, alarm.district) : "";
  const parts = [title, place, alarm.text].filter(Boolean);
  toast(alarm.kind === "emergency" ? "danger" : "warning", parts.join(" · ") || ui.none);
}
