import { computed } from "vue";
import { useText } from "@/i18n";
import { useCannedLabel } from "@/records/canned";
import type { Command } from "@/ui/commands";
import { cannedPlaces } from "./canned";

/** What the fields on this page take, the field used last first. */
export function useCannedCommands() {
  const text = useText();
  const label = useCannedLabel();
  return computed<Command[]>(() => {
    const commands = cannedPlaces.toReversed().flatMap((place) =>
      place.texts().map((one) => ({
        id: `canned-${one.id}`,
        label: label.value(one),
        group: text.value.canned.title,
        icon: "comment" as const,
        also: `${one.key} ${one.text}`,
        ...(one.slot ? { keys: `Alt ${one.slot}` } : {}),
        run: () => place.insert(one),
      })),
    );
    return commands.filter(({ id }, at) => commands.findIndex((one) => one.id === id) === at);
  });
}
