"""Outgoing webhooks: subscriptions, their deliveries, tests and redelivery."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Request

from hotline.accounts.auth import WebhookReader, WebhookWriter
from hotline.db import Tx
from hotline.organizations.queries import organizations_by_id
from hotline.subscriptions import queries, service
from hotline.subscriptions.event_types import EVENT_TYPES
from hotline.subscriptions.models import Delivery, DeliveryState, Subscription
from hotline.subscriptions.schemas import (
    DeliveryDetail,
    DeliveryOut,
    DeliveryPage,
    EventTypes,
    RedeliveryIn,
    RedeliveryOut,
    SubscriptionIn,
    SubscriptionList,
    SubscriptionMade,
    SubscriptionOut,
    SubscriptionPatch,
)
from hotline.subscriptions.seen import SeenSubscription
from hotline.telephony.public_hosts import Reach, networks

router = APIRouter(prefix="/api/v1", tags=["subscriptions"])


@router.get("/subscription-event-types")
async def list_event_types(_principal: WebhookReader) -> EventTypes:
    """可以订阅的事件。"""
    return EventTypes(items=list(EVENT_TYPES))


@router.get("/subscriptions")
async def list_subscriptions(session: Tx, principal: WebhookReader) -> SubscriptionList:
    """本机构及下级的事件订阅。"""
    rows = list(await session.scalars(queries.page(principal)))
    return SubscriptionList(items=await _present(session, rows))


@router.post("/subscriptions", status_code=201)
async def subscribe(
    request: Request, session: Tx, principal: WebhookWriter, body: SubscriptionIn
) -> SubscriptionMade:
    """订阅事件：此后发生的、该机构看得到的事件都会签名后送往这个地址。密钥只显示这一次。"""
    one, secret = await service.subscribe(session, principal, body, _reach(request))
    return await _made(session, one, secret)


@router.get("/subscriptions/{subscription_id}")
async def read_subscription(
    subscription_id: SeenSubscription, principal: WebhookReader, session: Tx
) -> SubscriptionOut:
    """一个订阅。"""
    one = await queries.subscription(session, principal, subscription_id)
    return (await _present(session, [one]))[0]


@router.patch("/subscriptions/{subscription_id}")
async def change_subscription(
    request: Request, subscription_id: SeenSubscription, principal: WebhookWriter, session: Tx,
    body: SubscriptionPatch,
) -> SubscriptionOut:  # fmt: skip
    """修改名称、地址、事件，停用或启用；重新启用后只送此后的事件。"""
    reach = _reach(request)
    one = await service.change(session, principal, subscription_id, body, reach)
    return (await _present(session, [one]))[0]


@router.delete("/subscriptions/{subscription_id}", status_code=204)
async def unsubscribe(
    subscription_id: SeenSubscription, principal: WebhookWriter, session: Tx
) -> None:
    """删除订阅和它的送达记录。"""
    await service.unsubscribe(session, principal, subscription_id)


@router.post("/subscriptions/{subscription_id}/secret")
async def replace_secret(
    subscription_id: SeenSubscription, principal: WebhookWriter, session: Tx
) -> SubscriptionMade:
    """更换密钥：旧密钥一天内同时有效。"""
    one, secret = await service.replace_secret(session, principal, subscription_id)
    return await _made(session, one, secret)


@router.post("/subscriptions/{subscription_id}/test", status_code=202)
async def test_subscription(
    subscription_id: SeenSubscription, principal: WebhookWriter, session: Tx
) -> DeliveryOut:
    """送出一条测试通知；结果见送达记录。"""
    return DeliveryOut.of(await service.send_test(session, principal, subscription_id))


@router.get("/subscriptions/{subscription_id}/deliveries")
async def list_deliveries(
    subscription_id: SeenSubscription,
    _principal: WebhookReader,
    session: Tx,
    *,
    state: DeliveryState | None = None,
    after: UUID | None = None,
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
) -> DeliveryPage:
    """送达记录，新的在前；保留三十天。"""
    chosen = queries.deliveries(subscription_id, state=state, after=after, limit=limit + 1)
    rows: list[Delivery] = list(await session.scalars(chosen))
    items = [DeliveryOut.of(row) for row in rows[:limit]]
    return DeliveryPage(items=items, next=str(rows[limit - 1].id) if len(rows) > limit else None)


@router.get("/subscriptions/{subscription_id}/deliveries/{delivery_id}")
async def read_delivery(
    subscription_id: SeenSubscription, _principal: WebhookReader, session: Tx, delivery_id: UUID
) -> DeliveryDetail:
    """一条通知：内容和每次尝试。"""
    delivery = await queries.delivery_of(session, subscription_id, delivery_id)
    attempts = list(await queries.attempts_of(session, delivery_id))
    return DeliveryDetail.with_attempts(delivery, attempts)


@router.post(
    "/subscriptions/{subscription_id}/deliveries/{delivery_id}/redelivery", status_code=202
)
async def redeliver(
    subscription_id: SeenSubscription, principal: WebhookWriter, session: Tx, delivery_id: UUID
) -> DeliveryOut:
    """重新送一次：编号和内容不变。"""
    again = await service.redeliver(session, principal, subscription_id, delivery_id)
    return DeliveryOut.of(again)


@router.post("/subscriptions/{subscription_id}/redelivery", status_code=202)
async def redeliver_failed(
    subscription_id: SeenSubscription, principal: WebhookWriter, session: Tx, body: RedeliveryIn
) -> RedeliveryOut:
    """把某时以来没有送到的全部重新送一次，一次最多 500 条。"""
    count = await service.redeliver_failed(session, principal, subscription_id, body.since)
    return RedeliveryOut(count=count)


def _reach(request: Request) -> Reach:
    settings = request.state.settings
    return Reach(networks(settings.webhook_networks), may_be_clear=not settings.is_https)


async def _present(session: Tx, rows: list[Subscription]) -> list[SubscriptionOut]:
    nodes = await organizations_by_id(session, {row.organization_id for row in rows})
    return [SubscriptionOut.of(row, nodes[row.organization_id].name) for row in rows]


async def _made(session: Tx, one: Subscription, secret: str) -> SubscriptionMade:
    shown = (await _present(session, [one]))[0]
    return SubscriptionMade(**shown.model_dump(), secret=secret)
