"""The database: the only package that opens and commits transactions.

`Database.transaction()` gives one session and commits at its end; `Tx` is the same for a request.
`Base` and `Record` are the rows' parents. `embedded.py` runs PostgreSQL inside the data directory.
No network call belongs inside a transaction. Start in `database.py`.
"""

from hotline.db.appending import hold_logs
from hotline.db.base import Base, Record, uuid7
from hotline.db.database import Database, Role, open_database
from hotline.db.request import ReportTx, Tx, open_transaction

__all__ = [
    "Base", "Database", "Record", "ReportTx", "Role", "Tx", "hold_logs", "open_database",
    "open_transaction", "uuid7",
]  # fmt: skip
