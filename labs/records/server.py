"""The records server of the lab: PostgreSQL with an audit trail, on loopback."""

import os
import socket
import subprocess
from pathlib import Path

from lab import needs
from lab.house import wait_for

CONFIGURATION = """
listen_addresses = '127.0.0.1'
port = {port}
unix_socket_directories = ''
fsync = off
max_connections = 60
shared_buffers = 16MB
log_timezone = 'UTC'
timezone = 'UTC'
logging_collector = on
log_directory = 'log'
log_filename = 'postgresql'
log_file_mode = 0644
log_destination = 'csvlog,jsonlog'
log_connections = on
log_disconnections = on
shared_preload_libraries = 'pgaudit'
pgaudit.log = 'read, write, ddl, role'
pgaudit.log_rows = on
pgaudit.log_relation = on
"""

# Programs of PostgreSQL lie beside each other, seldom on the path.
FOLDERS = ["usr/lib/postgresql/*/bin"]


class Server:
    """A running PostgreSQL, its port and its logs."""

    def __init__(self, house, tables, accounts):
        self.house = house
        postgres = Path(needs.program("postgres", "postgresql", FOLDERS)).resolve()
        self.programs = postgres.parent
        _need_audit(postgres)
        self.data, self.port = house.folder / "data", _free_port()
        self.data.mkdir()
        house.give(self.data, "postgres")
        self.user = "postgres" if os.getuid() == 0 else None
        self._run("initdb", "-D", str(self.data), "-U", "postgres", "-A", "trust", "--no-sync")
        configuration = self.data / "postgresql.conf"
        configuration.write_text(CONFIGURATION.format(port=self.port))
        self._fill(tables, accounts)
        access = "local all all trust\nhost all all 127.0.0.0/8 password\n"
        (self.data / "pg_hba.conf").write_text(access)
        self.child = house.start(
            [str(self.programs / "postgres"), "-D", str(self.data)],
            user=self.user, cwd="/", stderr=subprocess.DEVNULL,
        )
        wait_for("the records server", self._answers)

    def _run(self, name, *arguments, **options):
        if self.user:
            options.update(user=self.user, group=self.user, extra_groups=[])
        done = subprocess.run(
            [str(self.programs / name), *arguments], cwd="/", capture_output=True, text=True, **options
        )
        if done.returncode != 0:
            raise RuntimeError(f"{name}: {done.stderr.strip()[-500:]}")
        return done.stdout

    def _fill(self, tables, accounts):
        """Tables and accounts, made before the server is open to anyone."""
        statements = ["create extension pgaudit"]
        for name, (columns, n_rows, values) in tables.items():
            statements.append(f"create table {name} ({columns})")
            statements.append(f"insert into {name} select {values} from generate_series(1, {n_rows}) n")
        for name, password in accounts.items():
            statements.append(f"create role {name} login password '{password}'")
        statements.append("grant select, insert, update on all tables in schema public to public")
        for database, lines in (("postgres", ["create database lab"]), ("lab", statements)):
            text = "".join(f"{line}\n" for line in lines)
            self._run("postgres", "--single", "-D", str(self.data), database, input=text)

    def _answers(self):
        if self.child.poll() is not None:
            raise RuntimeError("the records server ended")
        log = self.data / "log" / "postgresql.json"
        return log.exists() and b"ready to accept connections" in log.read_bytes()

    def stop(self):
        """Ends the server, so that its logs are whole."""
        self.house.stop(self.child)


def _need_audit(postgres):
    """The audit trail is an extension of its own."""
    library = Path(str(postgres.parent.parent / "lib")) / "pgaudit.so"
    if not library.exists():
        version = postgres.parent.parent.name
        needs.install(f"postgresql-{version}-pgaudit")
        if not library.exists():
            raise needs.NotRun(f"pgaudit for PostgreSQL {version} cannot be had")


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]
