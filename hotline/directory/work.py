"""Jobs that others ask for about an entry, by kind."""

NOTE_BRIDGE = "directory.note_bridge"
"""A caller was put through to an entry's number, or was not: `city_id`, `entry_key`, `number`,
`was_answered`."""

REPORT_WRONG = "directory.report_wrong"
"""A resident says that what an entry tells is wrong: `city_id`, `entry_key`, `note` (masked)."""
