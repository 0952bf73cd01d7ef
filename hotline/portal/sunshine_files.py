"""The sunshine page as files: figures, turns, the meaning of each column, the seals. Pure."""

import csv
import io
import json
from collections.abc import Iterable, Sequence

from hotline.portal.models import LogDigest
from hotline.portal.rotation import Rotation
from hotline.portal.signing_key import as_pem
from hotline.portal.sunshine import Dimension, Figure, Measure
from hotline.portal.texts import Texts
from hotline.sheets import guarded

COLUMNS = ("month", "measure", "dimension", "part", "numerator", "denominator", "percent", "hidden")
TURN_COLUMNS = ("month", "category", "place", "offered", "accepted", "percent")


def figures_csv(found: Iterable[Figure], texts: Texts) -> str:
    """A number that is too small to be told is empty, and `hidden` says so."""
    return _csv(
        COLUMNS,
        (
            (one.month, one.measure, one.dimension, part_name(one, texts), one.numerator,
             one.denominator, one.percent, "yes" if one.is_hidden else "no")
            for one in found
        ),
    )  # fmt: skip


def turns_csv(found: Iterable[Rotation]) -> str:
    return _csv(
        TURN_COLUMNS,
        (
            (one.month, one.category, share.place, share.offered, share.accepted, share.percent)
            for one in found
            for share in one.shares
        ),
    )


def dictionary_csv(texts: Texts) -> str:
    """One line for each column, each measure and each dimension."""
    columns = [("column", name, texts.t(f"sunshine.column.{name}")) for name in COLUMNS]
    turns = [("turn_column", name, texts.t(f"sunshine.turn.{name}")) for name in TURN_COLUMNS]
    measures = [("measure", one, texts.t(f"sunshine.formula.{one}")) for one in Measure]
    dimensions = [("dimension", one, texts.t(f"sunshine.dimension.{one}")) for one in Dimension]
    return _csv(("kind", "name", "meaning"), [*columns, *turns, *measures, *dimensions])


def digests_json(rows: Sequence[LogDigest]) -> str:
    """What somebody needs who wants to check the seals with programs of their own."""
    shown = [
        {
            "month": row.month,
            "rows": row.row_count,
            "sha256": row.digest.hex(),
            "statement": row.statement,
            "signature": row.signature.hex(),
            "public_key": as_pem(row.public_key),
            "algorithm": "Ed25519",
        }
        for row in rows
    ]
    return json.dumps({"items": shown}, ensure_ascii=False)


def part_name(figure: Figure, texts: Texts) -> str:
    """A district by its name, a group by its words, the whole city where neither is meant."""
    if figure.dimension is Dimension.GROUP:
        return texts.t(f"sunshine.group.{figure.part}")
    return figure.part or texts.t("sunshine.whole_city")


def _csv(names: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    target = io.StringIO()
    target.write("\ufeff")
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(names)
    writer.writerows([["" if cell is None else guarded(str(cell)) for cell in row] for row in rows])
    return target.getvalue()
