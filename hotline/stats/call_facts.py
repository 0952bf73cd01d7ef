"""From calls, places in the line, turns and ratings to facts; from changes of presence too."""

CALL_FACTS = """
WITH RECURSIVE above AS (
    SELECT id, id AS scope FROM organization
    UNION ALL
    SELECT above.id, o.parent_id FROM above JOIN organization o ON o.id = above.scope
    WHERE o.parent_id IS NOT NULL
), chosen AS (
    SELECT * FROM call WHERE id = ANY(:ids) AND direction = 'inbound'
), waited AS (
    SELECT e.call_id, min(e.entered_at) AS entered_at, min(e.answered_at) AS answered_at,
        max(e.ended_at) AS ended_at, bool_or(e.end_reason = 'abandoned') AS was_abandoned,
        (array_agg(q.target_seconds ORDER BY e.id))[1] AS target
    FROM queue_entry e JOIN chosen ON chosen.id = e.call_id JOIN queue q ON q.id = e.queue_id
    GROUP BY e.call_id
), asked AS (
    SELECT t.call_id, count(*) AS turns,
        count(*) FILTER (WHERE t.decision IN ('answer', 'confirm', 'choose')) AS hits
    FROM turn t JOIN chosen ON chosen.id = t.call_id
    WHERE t.decision IN ('answer', 'confirm', 'choose', 'agent') GROUP BY t.call_id
), known AS (
    SELECT c.*, waited.call_id IS NOT NULL OR c.queued_at IS NOT NULL AS is_queued,
        coalesce(waited.answered_at, c.answered_at) AS taken_at,
        coalesce(waited.entered_at, c.queued_at) AS waits_from,
        coalesce(waited.ended_at, c.ended_at) AS left_at,
        coalesce(waited.was_abandoned, FALSE) AS was_abandoned,
        coalesce(waited.target, 15) AS target
    FROM chosen c LEFT JOIN waited ON waited.call_id = c.id
)
INSERT INTO stat_call (
    call_id, scopes, district_id, agent_id, entry_key, started_at, started_on, is_emergency,
    is_ended, is_queued, is_answered, is_abandoned, target_ms, wait_ms, talk_ms, asked_count,
    hit_count, level)
SELECT k.id,
    (SELECT array_agg(DISTINCT scope) FROM above
     WHERE above.id IN (k.district_id, k.organization_id, k.city_id, k.desk_id)),
    k.district_id, k.agent_id, k.candidates -> 0 ->> 'entry_id', k.started_at, {day:k.started_at},
    k.emergency IS NOT NULL, k.status = 'ended', k.is_queued, k.taken_at IS NOT NULL,
    k.taken_at IS NULL AND k.was_abandoned, k.target * 1000,
    (1000 * extract(epoch FROM greatest(
        coalesce(k.taken_at, k.left_at) - k.waits_from, interval '0')))::bigint,
    (1000 * extract(epoch FROM greatest(k.ended_at - k.taken_at, interval '0')))::bigint,
    coalesce(asked.turns, 0), coalesce(asked.hits, 0), rating.level
FROM known k
LEFT JOIN asked ON asked.call_id = k.id
LEFT JOIN rating ON rating.call_id = k.id
"""

PRESENCE_FACTS = """
WITH RECURSIVE above AS (
    SELECT id, id AS scope FROM organization
    UNION ALL
    SELECT above.id, o.parent_id FROM above JOIN organization o ON o.id = above.scope
    WHERE o.parent_id IS NOT NULL
), stretches AS (
    SELECT p.id, p.account_id, p.state, p.created_at AS from_at,
        lead(p.created_at) OVER (PARTITION BY p.account_id ORDER BY p.created_at, p.id) AS until_at
    FROM presence_change p
    WHERE p.account_id IN (SELECT account_id FROM presence_change WHERE id = ANY(:ids))
)
INSERT INTO stat_presence (change_id, account_id, scopes, state, from_at, until_at)
SELECT s.id, s.account_id,
    (SELECT array_agg(DISTINCT scope) FROM above WHERE above.id = seat.organization_id),
    s.state, s.from_at, s.until_at
FROM stretches s JOIN seat ON seat.account_id = s.account_id
WHERE s.id = ANY(:ids)
"""

# What is not counted yet, or was still going on: the stretches that an account's event is about.
OPEN_STRETCHES = """
SELECT p.id FROM presence_change p LEFT JOIN stat_presence s ON s.change_id = p.id
WHERE p.account_id = ANY(:ids) AND (s.change_id IS NULL OR s.until_at IS NULL)
"""
