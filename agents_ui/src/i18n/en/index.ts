import { admin } from "./admin";
import { canned } from "./canned";
import { care } from "./care";
import { consents } from "./consents";
import { desk } from "./desk";
import { directory } from "./directory";
import { dispatch } from "./dispatch";
import { editing } from "./editing";
import { errors } from "./errors";
import { live } from "./live";
import { office } from "./office";
import { opendata } from "./opendata";
import { phone } from "./phone";
import { proxy } from "./proxy";
import { recording } from "./recording";
import { rules } from "./rules";
import { session } from "./session";
import { shell } from "./shell";
import { stats } from "./stats";
import { styleguide } from "./styleguide";
import { tickets } from "./tickets";
import { ui } from "./ui";
import { wording } from "./wording";
import { words } from "./words";

export const messages = {
  admin,
  canned,
  care,
  consents,
  desk,
  directory,
  dispatch,
  editing,
  errors,
  live,
  office,
  opendata,
  phone,
  proxy,
  recording,
  rules,
  session,
  shell,
  stats,
  styleguide,
  tickets,
  ui,
  wording,
  words,
};
