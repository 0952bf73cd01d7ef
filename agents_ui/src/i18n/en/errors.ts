import type { errors as source } from "../zh-CN/errors";
import type { Text } from "../text";

export const errors: Text<typeof source> = {
  unknown: "That did not work. Please try again.",
  withReference: (text, reference) => `${text} (reference ${reference})`,
  byCode: {
    not_signed_in: "Your session has ended. Please sign in again.",
    bad_credentials: "Wrong user name or password.",
    totp_needed: "Please enter the one-time code.",
    scope_missing: "This account may not do that.",
    foreign_origin: "The request came from another site. Please use this site's pages.",
    not_found: "Not found. It may have moved to another organization.",
    stale_version: "Someone has just changed this. You now see the newest; please try again.",
    illegal_move: "This cannot be done in the current status.",
    invalid_input: "Some fields are not right. Please check them.",
    too_many_attempts: "Too many attempts. Please wait a while.",
    conflict: "This conflicts with the current state. Please look again.",
    unit_conflicted: "A unit that is complained about may not handle the ticket.",
    parent_not_open: "The ticket to merge into has ended or is merged itself.",
    duties_apart: "The three administrators' duties must stay apart.",
    internal_error: "Something went wrong. It has been recorded.",
    http_error: "The request did not succeed.",
    presence_not_choosable: "You cannot change to that right now.",
    idempotency_key_reused:
      "This differs from what was sent before. Please fill the form in again.",
    number_taken: "That number belongs to another organization.",
    roles_in_two_places:
      "The roles of one account belong to one organization. Please make another account.",
    username_taken: "That user name is taken.",
    busy: "The service is busy. Please try again soon.",
    unreachable: "The service cannot be reached. Please check the network.",
    timed_out: "The service did not answer in time. Please try again.",
    service_failed: "The service failed. Please try again.",
    refused: "The request was refused.",
  },
};
