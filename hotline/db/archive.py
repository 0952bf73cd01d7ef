"""Base backups and the archived log of changes: from them the embedded database goes to a moment.

`HOTLINE_ARCHIVE_DIR` holds `wal/`, to which the server copies each finished piece of its log (every
minute at the latest), and `base-<UTC>/`, one for each base backup. Files in it are as they are in
the cluster: personal data is sealed, and the folder is for the server's account only.
"""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from hotline.db.backup import BackupError
from hotline.db.embedded import DATABASE, EmbeddedPostgres
from hotline.db.postgres_binaries import EmbeddedDatabaseError
from hotline.db.postgres_cluster import PORT, SUPERUSER, WAL, Cluster

_STAMP = "base-%Y%m%dT%H%M%SZ"
_LONGEST_REPLAY = 1_800.0
_RECOVERY = """
restore_command = 'cp "{wal}/%f" "%p"'
recovery_target_action = 'promote'
"""
_NEW_EPOCH = "UPDATE event_position SET epoch = gen_random_uuid()"


def take_base(server: EmbeddedPostgres, archive: Path) -> Path:
    """A base backup of the running server, checked; it appears whole or not at all."""
    if server.cluster.query("SHOW archive_mode", database="postgres") != "on":
        raise BackupError("正在运行的数据库没有归档：请先重启 hotline。")
    fresh = archive / datetime.now(UTC).strftime(f".{_STAMP}")
    socket = str(server.cluster.socket_dir)
    _run(server.program("pg_basebackup"), "-h", socket, "-p", str(PORT), "-U", SUPERUSER,
         "-D", str(fresh), "-X", "stream", "--checkpoint=fast")  # fmt: skip
    _run(server.program("pg_verifybackup"), "-q", str(fresh))
    target = archive / datetime.now(UTC).strftime(_STAMP)  # its end: nothing before leads there
    fresh.rename(target)
    return target


def restore_to(server: EmbeddedPostgres, archive: Path, moment: datetime | None) -> Path:
    """Put the database back to how it was at `moment`, or to the end of the archive.

    The server must not run for anybody else. Gives the folder in which the cluster of before lies;
    when recovery fails, that one is put back. Raises BackupError.
    """
    base = _base_before(archive, moment)
    with server.alone() as cluster:
        _finish_log(cluster)
        before = cluster.directory.with_name(f"postgres.before-{datetime.now(UTC):%Y%m%dT%H%M%SZ}")
        cluster.directory.rename(before)
        try:
            _lay_out(cluster, base, archive / WAL, moment, account_of=before)
            _replay(cluster)
        except (BackupError, EmbeddedDatabaseError, OSError):
            cluster.end()
            shutil.rmtree(cluster.directory, ignore_errors=True)
            before.rename(cluster.directory)
            raise
    _put_aside(archive, moment)
    return before


def _base_before(archive: Path, moment: datetime | None) -> Path:
    """The newest base backup that had ended by then."""
    found = [(made, path) for made, path in _bases(archive) if moment is None or made <= moment]
    if not found:
        raise BackupError("归档目录里没有早于这个时刻的基础备份。")
    return max(found)[1]


def _put_aside(archive: Path, moment: datetime | None) -> None:
    """What was saved after the moment: no way leads from it to what comes from now on."""
    for made, path in list(_bases(archive)):
        if moment is not None and made > moment:
            path.rename(path.with_name(f"left-{path.name}"))


def _bases(archive: Path) -> Iterator[tuple[datetime, Path]]:
    for path in archive.glob("base-*"):
        yield datetime.strptime(path.name, _STAMP).replace(tzinfo=UTC), path


def _finish_log(cluster: Cluster) -> None:
    """An orderly end archives the last piece; a cluster that cannot start has none to give."""
    if not (cluster.directory / "global" / "pg_control").exists():
        return
    try:
        cluster.launch()
    except EmbeddedDatabaseError:
        return
    cluster.end()


def _lay_out(
    cluster: Cluster, base: Path, wal: Path, moment: datetime | None, *, account_of: Path
) -> None:
    owner = account_of.stat()
    shutil.copytree(base, cluster.directory)
    aim = _RECOVERY.format(wal=wal.absolute())
    if moment is not None:
        aim += f"recovery_target_time = '{moment.astimezone(UTC).isoformat()}'\n"
    with (cluster.directory / "postgresql.auto.conf").open("a", encoding="utf-8") as file:
        file.write(aim)
    (cluster.directory / "recovery.signal").touch(mode=0o600)
    for path in (cluster.directory, *cluster.directory.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid, follow_symlinks=False)
    cluster.directory.chmod(0o700)


def _replay(cluster: Cluster) -> None:
    """Until the server takes writes; then what led it here is taken out of its settings."""
    cluster.launch()
    deadline = time.monotonic() + _LONGEST_REPLAY
    while cluster.query("SELECT pg_is_in_recovery()", database="postgres") != "f":
        if time.monotonic() > deadline:
            raise BackupError("半小时内没有恢复完。")
        time.sleep(0.2)
    for name in ("restore_command", "recovery_target_action", "recovery_target_time"):
        cluster.query(f"ALTER SYSTEM RESET {name}", database="postgres")
    # Consoles that saw more than there is now must not go on from there.
    if cluster.query("SELECT to_regclass('event_position') IS NOT NULL", database=DATABASE) == "t":
        cluster.query(_NEW_EPOCH, database=DATABASE)


def _run(program: Path, *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 (our own programs)
        [str(program), *arguments], capture_output=True, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        said = done.stderr.decode(errors="replace").strip().splitlines()
        raise BackupError(said[-1] if said else f"{program.name} ended with {done.returncode}")
