/** A vendor as tests of this folder see it. */
export const vendorFile = {
  id: "v",
  name: "通达管道",
  category: "综合修理",
  districts: ["乌达区"],
  contact: "王经理",
  channel: "sms_link",
  hours: "24/7",
  capacity: 3,
  address: "人民路1号",
  lat: 39.66,
  lon: 106.81,
  legal_name: null,
  credit_code: null,
};
