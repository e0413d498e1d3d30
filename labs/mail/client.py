"""Mail programs: IMAP over real connections from an address of one's choice."""

import imaplib
import re
import socket


class Program(imaplib.IMAP4):
    """An IMAP program that comes from the address it is given."""

    def __init__(self, address, port):
        self.address = address
        super().__init__("127.0.0.1", port, 30)

    def _create_socket(self, timeout):
        return socket.create_connection((self.host, self.port), timeout, (self.address, 0))

    def enter(self, account, token, mechanism):
        """Shows a bearer token (RFC 7628 §3.1, or the older XOAUTH2)."""
        if mechanism == "OAUTHBEARER":
            text = f"n,a={account},\1host=127.0.0.1\1port={self.port}\1auth=Bearer {token}\1\1"
        else:
            text = f"user={account}\1auth=Bearer {token}\1\1"
        self.authenticate(mechanism, lambda _: text.encode())

    def choose(self, folder, examine):
        """Opens a folder; its UIDVALIDITY."""
        self.select(folder, readonly=examine)
        return int(self.response("UIDVALIDITY")[1][0])

    def fetch_uids(self, uids, what):
        """Fetches messages; the UIDs of those whose content came over the wire."""
        _, answer = self.uid("FETCH", ",".join(map(str, uids)), f"({what})")
        contents = [part[0] for part in answer if isinstance(part, tuple)]
        found = (re.search(rb"UID (\d+)", head) for head in contents)
        return sorted({int(match.group(1)) for match in found if match})
