// How numbers are written for people: well-known ones by name, mobile numbers masked.
import { has, t } from "./i18n.js";

export const HOTLINE = "114";

/** What is dialled: the hotline is the carrier's default, so its short number is left out. */
export function dialled(text) {
  const bare = bareNumber(text);
  return bare === HOTLINE ? "" : bare;
}

export function isNumber(text) {
  return /^\+?[0-9*#]{2,20}$/.test(bareNumber(text));
}

export function isAddress(text) {
  return isNumber(text) || /^(client:|sips?:)\S+$/i.test(text.trim());
}

/** Chinese mobile and local numbers get their country code; short ones stay as they are. */
export function international(text) {
  const bare = bareNumber(text);
  if (/^1[3-9]\d{9}$/.test(bare)) return `+86${bare}`;
  return /^0\d{9,11}$/.test(bare) ? `+86${bare.slice(1)}` : bare;
}

export function nameOf(address) {
  if (/^client:/i.test(address)) return t("party.agent");
  if (/^sips?:/i.test(address)) return t("party.extension");
  const local = address.replace(/^\+?86(?=\d)/, "").replace(/^\+/, "");
  const short = local.replace(/^0?473(?=\d{3,5}$)/, "");
  return has(`short.${short}`) ? t(`short.${short}`) : masked(local);
}

export function namesOf(addresses) {
  return [...new Set(addresses.map(nameOf))].join(t("party.join"));
}

/** 139****0109; landlines are written in full, they belong to offices and shops. */
export function masked(number) {
  const mobile = /^(?:\+?86)?(1[3-9]\d)\d{4}(\d{4})$/.exec(bareNumber(number));
  return mobile ? `${mobile[1]}****${mobile[2]}` : grouped(bareNumber(number));
}

export function grouped(number) {
  const local = number.replace(/^\+86(?=\d{5,})/, "");
  const mobile = /^(1[3-9]\d)(\d{4})(\d{4})$/.exec(local);
  if (mobile) return mobile.slice(1).join(" ");
  const land = /^0?(473)(\d{3})(\d{4})$/.exec(local);
  return land ? `0${land[1]} ${land[2]} ${land[3]}` : number;
}

export function bareNumber(text) {
  return text.trim().replace(/[\s().\-/]/g, "");
}
