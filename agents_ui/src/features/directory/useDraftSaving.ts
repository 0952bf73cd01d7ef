import { ref, watch, type Ref } from "vue";
import { drafts } from "@/api/editing";
import { isCode } from "@/api/errors";
import type { Draft, DraftPatch } from "@/api/types";
import { useAction } from "@/records/actions";
import { usePutDraft } from "@/records/editing";
import { contentOf, type DraftForm } from "./draftForm";

const PAUSE_MS = 900;

export interface Extras {
  note: string;
  verify_by: string;
  expires_on: string;
}

export function isWritable(draft: Draft): boolean {
  return draft.state === "draft" || draft.state === "returned";
}

/** What is typed is saved a moment after the typing pauses, one request after the other. */
export function useDraftSaving(
  draft: () => Draft | undefined,
  form: Ref<DraftForm | null>,
  extras: Ref<Extras>,
  reload: () => void,
) {
  const put = usePutDraft();
  const isDirty = ref(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const save = useAction<DraftPatch, Draft>({
    run: (patch) => drafts.revise(draft()?.id ?? "", patch),
    done(saved) {
      put(saved);
      if (isDirty.value) plan();
    },
    failed(error) {
      isDirty.value = true;
      if (isCode(error, "stale_version")) reload();
    },
    showsInvalid: false,
  });

  function flush(): Promise<Draft> | undefined {
    clearTimeout(timer);
    const now = draft();
    if (!now || !isWritable(now) || !form.value || save.isPending.value) return undefined;
    isDirty.value = false;
    return save.mutateAsync({
      version: now.version,
      content: contentOf(form.value),
      note: extras.value.note,
      verify_by: extras.value.verify_by || null,
      expires_on: extras.value.expires_on || null,
    });
  }

  function plan(): void {
    clearTimeout(timer);
    timer = setTimeout(() => void flush()?.catch(() => undefined), PAUSE_MS);
  }

  function touched(): void {
    const now = draft();
    if (!now || !isWritable(now)) return;
    isDirty.value = true;
    plan();
  }

  watch([form, extras], (_, [before]) => before && touched(), { deep: true });
  return { isDirty, isSaving: save.isPending, flush };
}
