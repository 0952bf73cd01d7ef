import type { office as source } from "../zh-CN/office";
import type { Text } from "../text";

export const office: Text<typeof source> = {
  jobs: {
    title: "Parked jobs",
    lead: "Background jobs that failed too often. Run them again once the cause is gone.",
    kind: "Job",
    error: "Last failure",
    attempt: "Tries",
    parked: "Parked",
    about: "About",
    rerun: "Run again",
    rerunOf: (kind) => `Run ${kind} again`,
    done: "The job runs again",
    empty: "No parked jobs",
  },
  audit: {
    title: "Audit",
    at: "Time",
    who: "Who",
    action: "Did what",
    target: "To what",
    result: "Result",
    reason: "Reason",
    address: "From",
    verify: "Verify the chain",
    intact: (n) => `The chain is intact: ${n} entries`,
    head: (hash) => `Head ${hash}`,
    flaw: (seq) => `The chain breaks at entry ${seq}`,
    flaws: {
      missing: "an entry is missing",
      altered: "an entry was altered",
      unlinked: "not linked",
    },
    system: "System",
    results: { ok: "Done", refused: "Refused", failed: "Failed" },
    empty: "No entries yet",
  },
};
