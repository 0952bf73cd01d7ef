export const session = {
  title: "登录坐席台",
  lead: "一个号码，件件有着落",
  username: "用户名",
  password: "密码",
  showPassword: "显示密码",
  hidePassword: "隐藏密码",
  totp: "动态验证码",
  totpHint: "手机验证器上的 6 位数字",
  submit: "登录",
  ended: "登录已失效，请重新登录。",
  missingUsername: "请输入用户名",
  missingPassword: "请输入密码",
};
