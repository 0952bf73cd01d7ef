"""Rows of the carrier, in a schema of its own. They are read and written in `store.py`."""

from datetime import datetime

from sqlalchemy import func
from sqlalchemy.orm import Mapped, mapped_column

from hotline.db import Base

_SCHEMA = {"schema": "carrier"}


class ResourceRow(Base):
    """One call, queue, conference, message, recording, number, opt-out or ring plan, sealed."""

    __tablename__ = "resource"
    __table_args__ = _SCHEMA

    kind: Mapped[str] = mapped_column(primary_key=True)
    sid: Mapped[str] = mapped_column(primary_key=True)
    is_live: Mapped[bool]
    sealed: Mapped[bytes]
    made: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
    changed: Mapped[datetime] = mapped_column(server_default=func.now())


class ActRow(Base):
    """What a party experienced; its detail is sealed."""

    __tablename__ = "act"
    __table_args__ = _SCHEMA

    call_sid: Mapped[str] = mapped_column(primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[float]
    act: Mapped[str]
    sealed: Mapped[bytes]
    made: Mapped[datetime] = mapped_column(server_default=func.now())


class OwedCallbackRow(Base):
    """A callback that is not delivered yet, sealed."""

    __tablename__ = "owed_callback"
    __table_args__ = _SCHEMA

    id: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    made: Mapped[datetime] = mapped_column(server_default=func.clock_timestamp())
