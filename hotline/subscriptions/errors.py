"""What may be wrong with a wish about a subscription."""

from hotline.errors import Conflict


class SubscriptionOff(Conflict):
    code, detail = "subscription_off", "订阅已停用，请先启用。"


class TooManySubscriptions(Conflict):
    code, detail = "too_many_subscriptions", "本机构的订阅已达上限。"
