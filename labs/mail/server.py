"""The mail server of the lab: Dovecot on loopback, which checks tokens by the issuer's public key."""

import os
import pwd
import socket

from lab import needs
from lab.house import wait_for

CONFIGURATION = """
base_dir = {run}
state_dir = {run}
log_path = {log}
info_log_path = {log}
log_timestamp = "%Y-%m-%dT%H:%M:%S%z "
protocols = imap
listen = 127.0.0.1
ssl = no
disable_plaintext_auth = no
auth_mechanisms = oauthbearer xoauth2
auth_failure_delay = 0 secs
mail_location = maildir:~/Maildir
mail_fsync = never
mail_max_userip_connections = 0
first_valid_uid = 1
first_valid_gid = 1
login_log_format_elements = user=<%u> method=%m rip=%r lip=%l mpid=%e %c session=<%{{session}}> token=<%{{passdb:token_id}}> client=<%{{passdb:client_id}}>
passdb {{
  driver = oauth2
  mechanisms = oauthbearer xoauth2
  args = {oauth2}
}}
userdb {{
  driver = prefetch
}}
event_exporter log {{
  format = json
  format_args = time-rfc3339
  transport = log
}}
metric signed_in {{
  filter = event=auth_request_finished
  exporter = log
}}
metric command {{
  filter = event=imap_command_finished
  exporter = log
}}
metric opened {{
  filter = event=mail_opened
  exporter = log
}}
service stats {{
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
service auth {{
  client_limit = 4000
}}
service imap-login {{
  service_count = 0
  process_min_avail = 1
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service imap {{
  service_count = 1000
  process_min_avail = 4
}}
service anvil {{
  chroot =
}}
{own}
"""

OAUTH2 = """
introspection_mode = local
local_validation_key_dict = fs:posix:prefix={keys}/
username_attribute = sub
pass_attrs = token_id=%{{oauth2:jti}} client_id=%{{oauth2:azp}} userdb_uid={uid} userdb_gid={gid} userdb_home={homes}/%{{oauth2:sub}}
"""

# Without root everything runs as who started the lab.
OWN = """
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {user}
"""


class Server:
    """A running Dovecot, its port and its log."""

    def __init__(self, house, key, clients, people):
        self.house = house
        self.log = house.folder / "dovecot.log"
        self.port = _free_port()
        self.log.touch()
        folders = {name: house.folder / name for name in ("run", "keys", "homes")}
        for folder in folders.values():
            folder.mkdir(mode=0o755)
        for client in clients:
            place = folders["keys"] / client / "RS256"
            place.mkdir(parents=True)
            (place / key.name).write_text(key.public_pem())
        entry = pwd.getpwnam("nobody") if os.getuid() == 0 else pwd.getpwuid(os.getuid())
        for person in people:
            _deliver(folders["homes"] / person.name / "Maildir", person.folders)
        if os.getuid() == 0:
            for path in [folders["homes"], *folders["homes"].rglob("*")]:
                os.chown(path, entry.pw_uid, entry.pw_gid)
        oauth2 = house.folder / "oauth2.conf"
        oauth2.write_text(
            OAUTH2.format(
                keys=folders["keys"], homes=folders["homes"], uid=entry.pw_uid, gid=entry.pw_gid
            )
        )
        configuration = house.folder / "dovecot.conf"
        configuration.write_text(
            CONFIGURATION.format(
                run=folders["run"], log=self.log, oauth2=oauth2, port=self.port, own=_own()
            )
        )
        program = needs.program("dovecot", "dovecot-imapd", ["usr/sbin", "usr/local/sbin"])
        self.child = house.start([program, "-F", "-c", str(configuration)])
        wait_for("the mail server", self._answers)

    def _answers(self):
        if self.child.poll() is not None:
            raise RuntimeError(f"the mail server ended: {self.log.read_text()[-500:]}")
        try:
            socket.create_connection(("127.0.0.1", self.port), 1).close()
        except OSError:
            return False
        return True

    def stop(self):
        """Ends the server, so that its log is whole."""
        self.house.stop(self.child)


class Tail:
    """Follows a log, to know that what was done is written before the next thing is done."""

    def __init__(self, path):
        self.path, self.file = path, open(path, "rb")
        self.counts, self.rest, self.offset = {}, b"", 0

    def read(self):
        """Takes in what was written since."""
        data = self.file.read()
        self.offset += len(data)
        *lines, self.rest = (self.rest + data).split(b"\n")
        for line in lines:
            for mark in (b'"event":"imap_command_finished"', b" Login: ", b"Disconnected"):
                if mark in line:
                    self.counts[mark] = self.counts.get(mark, 0) + 1
            if b" Login: " in line:
                self.last_login = line.decode(errors="replace")

    def wait(self, mark, count):
        """Waits until so many lines with the mark are there."""

        def holds():
            self.read()
            return self.counts.get(mark, 0) >= count

        wait_for(f"{count} lines with {mark.decode()}", holds)


def _deliver(maildir, folders):
    """Puts messages where a delivery agent would."""
    for folder, n_messages in folders.items():
        place = maildir if folder == "INBOX" else maildir / f".{folder}"
        for part in ("cur", "new", "tmp"):
            (place / part).mkdir(parents=True)
        for nth in range(1, n_messages + 1):
            text = f"From: a@lab.test\nSubject: {folder} {nth}\n\nmessage {nth} of {folder}\n"
            (place / "new" / f"{1_700_000_000 + nth}.M{nth}P1.lab").write_text(text)


def _own():
    if os.getuid() == 0:
        return ""
    import grp

    user, group = pwd.getpwuid(os.getuid()).pw_name, grp.getgrgid(os.getgid()).gr_name
    return OWN.format(user=user, group=group)


def _free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


