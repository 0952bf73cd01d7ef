import type { session as source } from "../zh-CN/session";
import type { Text } from "../text";

export const session: Text<typeof source> = {
  title: "Sign in to the console",
  lead: "One number, and every call is followed up",
  username: "User name",
  password: "Password",
  showPassword: "Show the password",
  hidePassword: "Hide the password",
  totp: "One-time code",
  totpHint: "The 6 digits in your authenticator",
  submit: "Sign in",
  ended: "Your session has ended. Please sign in again.",
  missingUsername: "Please enter your user name",
  missingPassword: "Please enter your password",
};
