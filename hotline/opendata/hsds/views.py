"""Rows nested as the API of HSDS has them: a service with its places, an organization. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from hotline.opendata.hsds.book import Book, Row

View: TypeAlias = dict[str, Any]

# Child table → the name of its list in whatever it hangs on.
_OF_SERVICE = {
    "phone": "phones",
    "schedule": "schedules",
    "service_area": "service_areas",
    "cost_option": "cost_options",
    "required_document": "required_documents",
}
_OF_LOCATION = {"address": "addresses", "phone": "phones", "schedule": "schedules"}
_OF_ORGANIZATION = {
    "phone": "phones",
    "organization_identifier": "organization_identifiers",
}


class Views:
    """Indexes over one book."""

    def __init__(self, book: Book) -> None:
        self.book = book
        self._by_id = {
            table: {str(row["id"]): row for row in rows} for table, rows in book.rows.items()
        }
        self._children: dict[tuple[str, str], dict[str, list[Row]]] = {}

    def row(self, table: str, row_id: str) -> Row | None:
        return self._by_id[table].get(row_id)

    def listed_service(self, row: Row) -> View:
        """Its own fields and its organization's, no lists."""
        owner = self._by_id["organization"][str(row["organization_id"])]
        return {**row, "organization": dict(owner)}

    def full_service(self, row: Row) -> View:
        own = str(row["id"])
        places = self._below("service_at_location", "service_id", own)
        return self.listed_service(row) | _present(
            {
                **self._lists(_OF_SERVICE, "service_id", own),
                "service_at_locations": [self._place_of_service(one) for one in places],
                "attributes": self.attributes(own),
            }
        )

    def listed_place(self, row: Row) -> View:
        """A service at a location with both, no lists."""
        location = self._by_id["location"][str(row["location_id"])]
        service = self._by_id["service"][str(row["service_id"])]
        return {**row, "location": dict(location), "service": self.listed_service(service)}

    def full_place(self, row: Row) -> View:
        location = self._by_id["location"][str(row["location_id"])]
        service = self._by_id["service"][str(row["service_id"])]
        return {
            **row,
            "location": self.full_location(location),
            "service": self.listed_service(service),
        }

    def full_location(self, row: Row) -> View:
        return dict(row) | _present(self._lists(_OF_LOCATION, "location_id", str(row["id"])))

    def full_organization(self, row: Row, *, has_full_services: bool) -> View:
        own = str(row["id"])
        services = self._below("service", "organization_id", own)
        locations = self._below("location", "organization_id", own)
        shown = self.full_service if has_full_services else _named
        return dict(row) | _present(
            {
                **self._lists(_OF_ORGANIZATION, "organization_id", own),
                "locations": [self.full_location(one) for one in locations],
                "services": [shown(one) for one in services],
            }
        )

    def attributes(self, link_id: str) -> list[View]:
        terms = self._by_id["taxonomy_term"]
        return [
            {
                **_without(row, ("link_id", "taxonomy_term_id")),
                "taxonomy_term": dict(terms[str(row["taxonomy_term_id"])]),
            }
            for row in self._below("attribute", "link_id", link_id)
        ]

    def term_ids(self, service_id: str) -> frozenset[str]:
        """The terms of a service and those above them."""
        rows = self._below("attribute", "link_id", service_id)
        own = [str(row["taxonomy_term_id"]) for row in rows]
        above = [str(self._by_id["taxonomy_term"][one].get("parent_id", "")) for one in own]
        return frozenset([*own, *above])

    def has_children(self, term_id: str) -> bool:
        return bool(self._below("taxonomy_term", "parent_id", term_id))

    def addresses(self, location_id: str) -> Sequence[Row]:
        return self._below("address", "location_id", location_id)

    def _place_of_service(self, row: Row) -> View:
        location = self._by_id["location"][str(row["location_id"])]
        return {**_without(row, ("service_id",)), "location": self.full_location(location)}

    def _lists(self, tables: Mapping[str, str], column: str, parent_id: str) -> View:
        """What is nested in its parent does not name it again."""
        return {
            name: [_without(row, (column,)) for row in self._below(table, column, parent_id)]
            for table, name in tables.items()
        }

    def _below(self, table: str, column: str, parent_id: str) -> Sequence[Row]:
        key = (table, column)
        if key not in self._children:
            self._children[key] = _grouped(self.book.of(table), column)
        return self._children[key].get(parent_id, ())


def _grouped(rows: Iterable[Row], column: str) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        if column in row:
            groups[str(row[column])].append(row)
    return dict(groups)


def _named(row: Row) -> View:
    return {name: row[name] for name in ("id", "name", "status") if name in row}


def _present(lists: View) -> View:
    return {name: rows for name, rows in lists.items() if rows}


def _without(row: Row, columns: Sequence[str]) -> View:
    return {name: value for name, value in row.items() if name not in columns}
