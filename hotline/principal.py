"""Who acts, with which rights, for which organization: a plain value that every service takes."""

from dataclasses import dataclass, field
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Principal:
    """`subtree` holds the ids of every organization at or below those the roles are bound to.

    `account_id` is None for the hotline itself (webhooks, jobs).
    """

    account_id: UUID | None
    name: str
    scopes: frozenset[str]
    organization_id: UUID
    subtree: frozenset[UUID]
    session_id: UUID | None = None
    roles: frozenset[str] = field(default_factory=frozenset)

    @property
    def addresses(self) -> frozenset[UUID]:
        """What an event may be addressed to for this principal: its subtree, and itself."""
        return self.subtree if self.account_id is None else self.subtree | {self.account_id}

    def has(self, scope: str) -> bool:
        return scope in self.scopes
