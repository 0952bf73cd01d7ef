import { useRouter } from "vue-router";
import { createAttempts } from "@/api/attempts";
import { HotlineError, isCode } from "@/api/errors";
import { drafts, type DraftBegin } from "@/api/editing";
import type { Draft } from "@/api/types";
import { useAction } from "@/records/actions";
import { usePutDraft } from "@/records/editing";

/** Begin a draft and open it; the one that somebody began already, where there is one. */
export function useBeginDraft() {
  const router = useRouter();
  const put = usePutDraft();
  const attempts = createAttempts();
  return useAction<DraftBegin, Draft>({
    run: (body) => drafts.begin(body, attempts.keyFor(body)),
    done(draft) {
      attempts.settled();
      put(draft);
      void router.push({ name: "draft", params: { draftId: draft.id } });
    },
    failed(error) {
      attempts.settled();
      const standing = error instanceof HotlineError ? error.params["draft_id"] : undefined;
      if (isCode(error, "draft_open") && typeof standing === "string") {
        void router.push({ name: "draft", params: { draftId: standing } });
      }
    },
  });
}
