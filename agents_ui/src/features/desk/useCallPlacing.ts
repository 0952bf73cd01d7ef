import { inHand } from "@/api/phone";
import type { Call } from "@/api/types";
import { usePhone } from "@/phone/usePhone";
import { useCallFold } from "@/phone/useCallCommands";
import { useAction } from "@/records/actions";

/** Taking a waiting call out of its turn, and calling a resident back. */
export function useCallPlacing() {
  const phone = usePhone();
  const fold = useCallFold();
  const rings = (call: Call) => {
    fold.put(call);
    void phone.driver.answer();
  };
  const pick = useAction<string, Call>({
    run: async (id) => (await inHand.accept(id)).call as Call,
    done: rings,
    failed: (_, id) => fold.again(id),
  });
  const back = useAction<string, Call>({ run: inHand.callBack, done: rings });
  return {
    pick: (id: string | null) => id && pick.mutate(id),
    callBack: (id: string | null) => id && back.mutate(id),
  };
}
