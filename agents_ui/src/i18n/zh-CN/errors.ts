/** By the code of the refusal. */
export const errors = {
  unknown: "操作没有成功，请重试。",
  withReference: (text: string, reference: string) => `${text}（编号 ${reference}）`,
  byCode: {
    not_signed_in: "登录已失效，请重新登录。",
    wrong_credentials: "用户名或密码不对。",
    totp_required: "请输入动态验证码。",
    wrong_totp: "动态验证码不对或已过期。",
    scope_missing: "此账号没有这项权限。",
    foreign_origin: "请求来源不受信任，请从本站页面操作。",
    not_found: "没有找到，可能已移交其他单位。",
    stale_version: "内容刚被别人修改，已更新为最新，请再试一次。",
    illegal_move: "当前状态不能这样办理。",
    ticket_closed: "工单已办结，不能再修改。",
    invalid_input: "有内容填写不正确，请检查。",
    too_many_attempts: "尝试次数过多，请稍后再试。",
    busy: "系统繁忙，请稍后再试。",
    unreachable: "连不上服务，请检查网络。",
    timed_out: "服务没有及时响应，请重试。",
    service_failed: "服务出错了，请重试。",
    refused: "请求被拒绝。",
  },
};
