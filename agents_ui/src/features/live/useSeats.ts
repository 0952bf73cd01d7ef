import { useQueryClient } from "@tanstack/vue-query";
import { hall } from "@/api/phone";
import type { Page, PresenceState, Seat, Skill } from "@/api/types";
import { useText } from "@/i18n";
import { useAction } from "@/records/actions";
import { keys } from "@/records/keys";
import { toast } from "@/ui/toasts";

/** What a supervisor changes at somebody's seat. */
export function useSeats() {
  const text = useText();
  const client = useQueryClient();

  function put(seat: Seat): void {
    client.setQueryData<Page<Seat>>(
      keys.agents,
      (page) =>
        page && {
          ...page,
          items: page.items.map((one) => (one.account_id === seat.account_id ? seat : one)),
        },
    );
  }

  const forcing = useAction<{ seat: Seat; state: PresenceState }, Seat>({
    run: ({ seat, state }) => hall.force(seat.account_id, state, null),
    done(seat) {
      put(seat);
      toast("success", text.value.live.agents.forced);
    },
  });
  const teaching = useAction<{ seat: Seat; skills: Skill[] }, Seat>({
    run: ({ seat, skills }) => hall.setSkills(seat.account_id, skills),
    done(seat) {
      put(seat);
      toast("success", text.value.live.agents.saved);
    },
  });
  return {
    force: (seat: Seat, state: PresenceState) => forcing.mutate({ seat, state }),
    skills(seat: Seat, skills: Skill[]): void {
      if (skills.length === 0) toast("warning", text.value.live.agents.oneSkill);
      else teaching.mutate({ seat, skills });
    },
  };
}
