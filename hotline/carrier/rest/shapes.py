"""The JSON of each resource, field by field as documented."""

from typing import Any

from hotline.carrier import addresses
from hotline.carrier.conferences import Conference, Participant
from hotline.carrier.exchange import API_VERSION, Exchange
from hotline.carrier.legs import CallStatus, Leg
from hotline.carrier.messages import Message, segment_count
from hotline.carrier.moments import shown
from hotline.carrier.numbers import Number
from hotline.carrier.opt_outs import UNSUBSCRIBED, UNSUBSCRIBED_MESSAGE
from hotline.carrier.post import UNREACHABLE
from hotline.carrier.queues import Member, Queue
from hotline.carrier.recordings import Recording, RecordingStatus

_CALL_PARTS = {
    "events": "Events",
    "notifications": "Notifications",
    "payments": "Payments",
    "recordings": "Recordings",
    "siprec": "Siprec",
    "streams": "Streams",
    "transcriptions": "Transcriptions",
    "user_defined_message_subscriptions": "UserDefinedMessageSubscriptions",
    "user_defined_messages": "UserDefinedMessages",
}
_PARTICIPANT_STATUSES = {
    CallStatus.QUEUED: "queued",
    CallStatus.INITIATED: "connecting",
    CallStatus.RINGING: "ringing",
    CallStatus.IN_PROGRESS: "connected",
    CallStatus.FAILED: "failed",
}
_ERROR_MESSAGES = {
    UNREACHABLE: "Unreachable destination handset",
    UNSUBSCRIBED: UNSUBSCRIBED_MESSAGE,
}


def call_json(exchange: Exchange, leg: Leg) -> dict[str, Any]:
    base = exchange.settings.resource_path(f"/Calls/{leg.sid}")
    is_being_set_up = leg.status is CallStatus.INITIATED
    return {
        "sid": leg.sid,
        "date_created": shown(leg.created_at),
        "date_updated": shown(leg.updated_at or leg.created_at),
        "parent_call_sid": leg.parent_sid,
        "account_sid": exchange.settings.account_sid,
        "to": leg.to,
        "to_formatted": addresses.formatted(leg.to),
        "from": leg.from_,
        "from_formatted": addresses.formatted(leg.from_),
        "phone_number_sid": leg.number_sid,
        "status": (CallStatus.QUEUED if is_being_set_up else leg.status).value,
        "start_time": shown(leg.started_at),
        "end_time": shown(leg.ended_at),
        "duration": None if leg.duration is None else str(leg.duration),
        "price": None,
        "price_unit": "USD",
        "direction": leg.direction.value,
        "answered_by": leg.answered_by,
        "api_version": API_VERSION,
        "forwarded_from": None,
        "group_sid": None,
        "caller_name": None,
        "queue_time": "0",
        "trunk_sid": None,
        "uri": f"{base}.json",
        "subresource_uris": {name: f"{base}/{part}.json" for name, part in _CALL_PARTS.items()},
    }


def queue_json(exchange: Exchange, queue: Queue) -> dict[str, Any]:
    return {
        "account_sid": exchange.settings.account_sid,
        "average_wait_time": queue.average_wait(exchange.clock.now()),
        "current_size": len(queue.members),
        "date_created": shown(queue.created_at),
        "date_updated": shown(queue.updated_at),
        "friendly_name": queue.name,
        "max_size": queue.max_size,
        "sid": queue.sid,
        "uri": exchange.settings.resource_path(f"/Queues/{queue.sid}.json"),
    }


def member_json(exchange: Exchange, queue: Queue, member: Member) -> dict[str, Any]:
    path = f"/Queues/{queue.sid}/Members/{member.leg.sid}.json"
    return {
        "queue_sid": queue.sid,
        "call_sid": member.leg.sid,
        "date_enqueued": shown(member.enqueued_at),
        "position": queue.position(member),
        "wait_time": int(exchange.clock.now() - member.since),
        "uri": exchange.settings.resource_path(path),
    }


def conference_json(exchange: Exchange, room: Conference) -> dict[str, Any]:
    """The reason of the end is an enumeration without null: it is there once there is one."""
    ended = {"reason_conference_ended": room.why_ended.value} if room.why_ended else {}
    base = exchange.settings.resource_path(f"/Conferences/{room.sid}")
    return {
        "account_sid": exchange.settings.account_sid,
        "api_version": API_VERSION,
        "call_sid_ending_conference": room.ended_by_sid,
        "date_created": shown(room.created_at),
        "date_updated": shown(room.updated_at),
        "friendly_name": room.name,
        "region": room.region,
        "sid": room.sid,
        "status": room.status.value,
        "subresource_uris": {
            "participants": f"{base}/Participants.json",
            "recordings": f"{base}/Recordings.json",
        },
        "uri": f"{base}.json",
        **ended,
    }


def participant_json(exchange: Exchange, room: Conference, person: Participant) -> dict[str, Any]:
    path = f"/Conferences/{room.sid}/Participants/{person.leg.sid}.json"
    return {
        "account_sid": exchange.settings.account_sid,
        "call_sid": person.leg.sid,
        "call_sid_to_coach": person.coached_sid,
        "coaching": person.is_coaching,
        "conference_sid": room.sid,
        "date_created": shown(person.joined_at),
        "date_updated": shown(person.updated_at),
        "end_conference_on_exit": person.ends,
        "hold": person.is_held,
        "label": person.label,
        "muted": person.is_muted,
        "queue_time": None,
        "start_conference_on_enter": person.starts,
        "status": _PARTICIPANT_STATUSES.get(person.leg.status, "complete"),
        "uri": exchange.settings.resource_path(path),
    }


def recording_json(exchange: Exchange, recording: Recording) -> dict[str, Any]:
    base = exchange.settings.resource_path(f"/Recordings/{recording.sid}")
    is_measured = recording.status is not RecordingStatus.IN_PROGRESS
    return {
        "account_sid": exchange.settings.account_sid,
        "api_version": API_VERSION,
        "call_sid": recording.call_sid,
        "channels": recording.channels,
        "conference_sid": recording.conference_sid,
        "date_created": shown(recording.started_at),
        "date_updated": shown(recording.updated_at),
        "duration": str(round(recording.seconds)) if is_measured else None,
        "encryption_details": None,
        "error_code": None,
        "media_url": exchange.recording_url(recording),
        "price": None,
        "price_unit": "USD",
        "sid": recording.sid,
        "source": recording.source.value,
        "start_time": shown(recording.started_at),
        "status": recording.status.value,
        "subresource_uris": {
            "add_on_results": f"{base}/AddOnResults.json",
            "transcriptions": f"{base}/Transcriptions.json",
        },
        "uri": f"{base}.json",
    }


def call_recording_json(exchange: Exchange, recording: Recording) -> dict[str, Any]:
    """The same recording below its call or conference."""
    whole = recording_json(exchange, recording)
    for name in ("media_url", "subresource_uris"):
        del whole[name]
    if recording.call_sid:
        path = f"/Calls/{recording.call_sid}/Recordings/{recording.sid}.json"
        whole["track"] = recording.track
    else:
        path = f"/Conferences/{recording.conference_sid}/Recordings/{recording.sid}.json"
    return whole | {"uri": exchange.settings.resource_path(path)}


def message_json(exchange: Exchange, message: Message) -> dict[str, Any]:
    base = exchange.settings.resource_path(f"/Messages/{message.sid}")
    return {
        "account_sid": exchange.settings.account_sid,
        "api_version": API_VERSION,
        "body": message.body,
        "date_created": shown(message.created_at),
        "date_sent": shown(message.sent_at),
        "date_updated": shown(message.updated_at),
        "direction": message.direction.value,
        "error_code": message.error_code,
        "error_message": _ERROR_MESSAGES.get(message.error_code or 0),
        "from": message.from_,
        "messaging_service_sid": message.service_sid,
        "num_media": "0",
        "num_segments": str(segment_count(message.body)),
        "price": None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status.value,
        "subresource_uris": {"media": f"{base}/Media.json"},
        "to": message.to,
        "uri": f"{base}.json",
    }


def number_json(exchange: Exchange, number: Number) -> dict[str, Any]:
    return {
        "account_sid": exchange.settings.account_sid,
        "address_requirements": "none",
        "address_sid": None,
        "api_version": API_VERSION,
        "beta": False,
        "bundle_sid": None,
        "capabilities": {"fax": False, "mms": False, "sms": True, "voice": True},
        "date_created": shown(number.created_at),
        "date_updated": shown(number.updated_at),
        "emergency_address_sid": None,
        "emergency_address_status": "unregistered",
        "emergency_status": "Inactive",
        "friendly_name": number.friendly_name,
        "identity_sid": None,
        "origin": "hosted",
        "phone_number": number.phone_number,
        "sid": number.sid,
        "sms_application_sid": None,
        "sms_fallback_method": number.sms_fallback_method,
        "sms_fallback_url": number.sms_fallback_url,
        "sms_method": number.sms_method,
        "sms_url": number.sms_url,
        "status": "in-use",
        "status_callback": number.status_callback,
        "status_callback_method": number.status_callback_method,
        "trunk_sid": None,
        "type": "local",
        "uri": exchange.settings.resource_path(f"/IncomingPhoneNumbers/{number.sid}.json"),
        "voice_application_sid": None,
        "voice_caller_id_lookup": number.voice_caller_id_lookup,
        "voice_fallback_method": number.voice_fallback_method,
        "voice_fallback_url": number.voice_fallback_url,
        "voice_method": number.voice_method,
        "voice_receive_mode": "voice",
        "voice_url": number.voice_url,
    }
