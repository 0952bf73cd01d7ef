import type { errors as source } from "../zh-CN/errors";
import type { Text } from "../text";

export const errors: Text<typeof source> = {
  unknown: "That did not work. Please try again.",
  withReference: (text, reference) => `${text} (reference ${reference})`,
  byCode: {
    not_signed_in: "Your session has ended. Please sign in again.",
    wrong_credentials: "Wrong user name or password.",
    totp_required: "Please enter the one-time code.",
    wrong_totp: "The one-time code is wrong or has expired.",
    scope_missing: "This account may not do that.",
    foreign_origin: "The request came from another site. Please use this site's pages.",
    not_found: "Not found. It may have moved to another organization.",
    stale_version: "Someone has just changed this. You now see the newest; please try again.",
    illegal_move: "This cannot be done in the current status.",
    ticket_closed: "The ticket is closed and cannot be changed.",
    invalid_input: "Some fields are not right. Please check them.",
    too_many_attempts: "Too many attempts. Please wait a while.",
    busy: "The service is busy. Please try again soon.",
    unreachable: "The service cannot be reached. Please check the network.",
    timed_out: "The service did not answer in time. Please try again.",
    service_failed: "The service failed. Please try again.",
    refused: "The request was refused.",
  },
};
