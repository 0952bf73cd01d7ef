"""From tickets, their history, replies and visits to facts, in one statement for many tickets."""

# `:off_days` are the days that are not worked. A part of a ticket (协办、下派) is not counted by
# itself. Whatever another hotline took over was neither handled nor answered at once by this one,
# also after it was closed with what that one reports. A kept limit is read from the history, since
# the ticket's own column moves on.
TICKET_FACTS = """
WITH RECURSIVE above AS (
    SELECT id, id AS scope FROM organization
    UNION ALL
    SELECT above.id, o.parent_id FROM above JOIN organization o ON o.id = above.scope
    WHERE o.parent_id IS NOT NULL
), chosen AS (
    SELECT * FROM ticket
    WHERE id = ANY(:ids) AND parent_id IS NULL AND status <> 'draft'
), told AS (
    SELECT h.ticket_id,
        (array_agg(h.actor_id ORDER BY h.id) FILTER (WHERE h.name = 'ticket.opened'))[1] AS agent,
        bool_or(h.to_status = 'direct') AS was_direct,
        min(h.at) FILTER (WHERE h.to_status = 'to_visit' AND h.from_status <> 'to_visit')
            AS visit_at,
        max(h.at) FILTER (WHERE h.move IN ('accept_reply', 'accept_and_close', 'accept_part'))
            AS accepted_at,
        (array_agg(h.before ->> 'step_due_at' ORDER BY h.id) FILTER
            (WHERE h.move = 'dispatch'))[1]::timestamptz AS dispatch_limit,
        min(h.at) FILTER (WHERE h.move = 'dispatch') AS first_dispatch,
        (array_agg(h.after ->> 'step_due_at' ORDER BY h.id DESC) FILTER
            (WHERE h.move = 'dispatch'))[1]::timestamptz AS sign_limit,
        (array_agg(h.move ORDER BY h.id DESC) FILTER
            (WHERE h.move IN ('sign', 'auto_sign')))[1] AS signing,
        bool_or(h.move = 'request_return') AS is_returned,
        bool_or(h.move = 'grant_return') AS is_return_granted,
        (array_agg(h.move ORDER BY h.id DESC) FILTER
            (WHERE h.move IN ('refer', 'revert')))[1] AS referral
    FROM ticket_history h JOIN chosen ON chosen.id = h.ticket_id GROUP BY h.ticket_id
), answered AS (
    SELECT DISTINCT ON (r.ticket_id) r.ticket_id, r.organization_id, r.contacted_at
    FROM ticket_reply r JOIN chosen ON chosen.id = r.ticket_id ORDER BY r.ticket_id, r.id DESC
), visits AS (
    SELECT v.ticket_id, count(*) AS tries, bool_or(v.reached) AS reached,
        min(v.created_at) FILTER (WHERE v.level <= 2) AS bad_at,
        max(v.created_at) FILTER (WHERE v.level >= 3) AS good_at
    FROM ticket_visit v JOIN chosen ON chosen.id = v.ticket_id GROUP BY v.ticket_id
), said AS (
    SELECT DISTINCT ON (v.ticket_id) v.ticket_id, v.created_at, v.resolved, v.level, v.channel
    FROM ticket_visit v JOIN chosen ON chosen.id = v.ticket_id
    WHERE v.reached ORDER BY v.ticket_id, v.id DESC
), known AS (
    SELECT t.*, told.agent, coalesce(told.was_direct, FALSE) AS was_direct, told.visit_at,
        told.accepted_at, told.sign_limit, told.signing,
        coalesce(told.first_dispatch, t.dispatched_at) AS first_dispatch,
        coalesce(told.dispatch_limit, CASE WHEN t.status = 'to_dispatch' THEN t.step_due_at END)
            AS dispatch_limit,
        coalesce(told.is_returned, FALSE) AS is_returned,
        coalesce(told.is_return_granted, FALSE) AS is_return_granted,
        t.status IN ('closed', 'archived') AS is_closed,
        coalesce(told.referral = 'refer', FALSE) AS is_referred,
        t.dispatched_at IS NOT NULL AND told.referral IS DISTINCT FROM 'refer'
            AND t.status NOT IN ('merged', 'cancelled', 'invalid', 'not_accepted') AS is_handled,
        t.status IN ('to_visit', 'closed', 'archived') AS is_settled,
        coalesce(t.replied_at, t.closed_at) AS done_at,
        CASE WHEN holder.tier <> 'city' THEN holder.id END AS holder_id
    FROM chosen t
    JOIN organization holder ON holder.id = t.custody_id
    LEFT JOIN told ON told.ticket_id = t.id
)
INSERT INTO stat_ticket (
    ticket_id, scopes, district_id, custody_id, unit_id, agent_id, vendor_id, kind, channel,
    subject_code, entry_key, opened_at, opened_on, dispatched_on, dispatch_limit_on, due_on,
    closed_on, assessed_on, visit_on, told_on, bad_on, is_valid, is_merged, is_direct, is_final,
    is_dispatched_in_time, is_signed_in_time, is_returned, is_return_granted, is_handled,
    is_settled, is_in_time, is_early, is_extended, is_redone, is_responded, is_visited,
    is_reached, is_resolved, is_unasked, is_rectified, level, handled_seconds)
SELECT k.id,
    (SELECT array_agg(DISTINCT scope) FROM above WHERE above.id IN (k.district_id, k.custody_id)),
    k.district_id, k.custody_id,
    CASE WHEN k.dispatched_at IS NOT NULL THEN coalesce(k.holder_id, answered.organization_id) END,
    k.agent, ordered.vendor_id, k.kind,
    CASE WHEN k.call_id IS NOT NULL OR k.need LIKE 'incident:%' THEN 'phone'
         WHEN k.need LIKE 'portal:%' THEN 'portal'
         WHEN k.need LIKE 'open311:%' THEN 'open311'
         ELSE 'desk' END,
    k.subject_code, k.entry_key, k.created_at, {day:k.created_at}, {day:k.dispatched_at},
    {day:k.dispatch_limit}, {day:k.due_at}, CASE WHEN k.is_closed THEN {day:k.closed_at} END,
    CASE WHEN k.is_settled AND k.dispatched_at IS NOT NULL THEN {day:k.accepted_at} END,
    {day:k.visit_at}, {day:said.created_at}, {day:visits.bad_at},
    k.status NOT IN ('invalid', 'cancelled'), k.status = 'merged',
    k.is_closed AND k.dispatched_at IS NULL AND NOT k.is_referred,
    NOT EXISTS (
        SELECT 1 FROM ticket again WHERE k.caller_blind IS NOT NULL
            AND again.caller_blind = k.caller_blind AND again.id <> k.id
            AND again.subject_code IS NOT DISTINCT FROM k.subject_code
            AND again.created_at > k.created_at
            AND again.created_at <= k.created_at + interval '7 days'),
    coalesce(k.first_dispatch <= k.dispatch_limit, FALSE),
    coalesce(k.signing = 'sign' AND k.signed_at <= k.sign_limit, FALSE),
    k.is_returned, k.is_return_granted, k.is_handled, k.is_settled,
    coalesce(k.is_settled AND k.done_at <= k.due_at, FALSE),
    coalesce(k.is_settled AND k.done_at <= k.due_at AND {day:k.due_at} - {day:k.done_at}
        > (SELECT count(*) FROM unnest(CAST(:off_days AS date[])) off
           WHERE off > {day:k.done_at} AND off <= {day:k.due_at}), FALSE),
    k.extension_count > 0, k.redo_count > 0,
    coalesce(answered.contacted_at <= k.due_at, FALSE),
    coalesce(visits.reached OR visits.tries >= 3, FALSE), coalesce(visits.reached, FALSE),
    said.resolved, coalesce(said.channel IN ('link', 'portal'), FALSE),
    coalesce(visits.good_at > visits.bad_at, FALSE), said.level,
    CASE WHEN k.is_closed THEN extract(epoch FROM k.closed_at - k.dispatched_at)::bigint END
FROM known k
LEFT JOIN answered ON answered.ticket_id = k.id
LEFT JOIN visits ON visits.ticket_id = k.id
LEFT JOIN said ON said.ticket_id = k.id
LEFT JOIN work_order ordered ON ordered.ticket_id = k.id AND ordered.state <> 'cancelled'
"""

# A new ticket may take the "final" from an earlier one of the same caller and subject.
EARLIER_OF_SAME_CALLER = """
SELECT earlier.id FROM ticket earlier JOIN ticket t ON t.caller_blind = earlier.caller_blind
WHERE t.id = ANY(:ids) AND t.caller_blind IS NOT NULL AND earlier.id <> t.id
    AND earlier.created_at BETWEEN t.created_at - interval '7 days' AND t.created_at
"""

# The vendor is a fact of the ticket: what happens to a work order is looked at there.
TICKETS_OF_ORDERS = "SELECT ticket_id FROM work_order WHERE id = ANY(:ids)"
