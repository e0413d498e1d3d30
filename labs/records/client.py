"""Programs that use the records server: the protocol over real connections from any address."""

import select
import socket
import struct
import threading

PROTOCOL = 196608


class Connection:
    """One connection (PostgreSQL, "Frontend/Backend Protocol", 55.2 and 55.7)."""

    def __init__(self, address, port, about, password):
        self.socket = socket.create_connection(("127.0.0.1", port), 30, (address, 0))
        self.buffer = b""
        pairs = b"".join(f"{name}\0{value}\0".encode() for name, value in about.items())
        body = struct.pack("!I", PROTOCOL) + pairs + b"\0"
        self.socket.sendall(struct.pack("!I", len(body) + 4) + body)
        self.process = 0
        while True:
            kind, content = self._message()
            if kind == b"R" and struct.unpack("!I", content[:4])[0] == 3:
                self._send(b"p", password.encode() + b"\0")
            elif kind == b"K":
                self.process = struct.unpack("!I", content[:4])[0]
            elif kind == b"E":
                self.socket.close()
                raise PermissionError(_reason(content))
            elif kind == b"Z":
                return

    def query(self, statement):
        """Runs a statement as text; how many rows or copied lines came."""
        self._send(b"Q", statement.encode() + b"\0")
        return self._count()

    def prepared(self, statement, *values):
        """Runs a statement with parameters, as most applications do."""
        self._send(b"P", b"\0" + statement.encode() + b"\0" + struct.pack("!H", 0))
        parts = b"".join(struct.pack("!I", len(v := str(value).encode())) + v for value in values)
        self._send(b"B", b"\0\0" + struct.pack("!HH", 0, len(values)) + parts + struct.pack("!H", 0))
        self._send(b"E", b"\0" + struct.pack("!I", 0))
        self._send(b"S", b"")
        return self._count()

    def close(self):
        """Says goodbye."""
        self._send(b"X", b"")
        self.socket.close()

    def _count(self):
        n_rows = 0
        error = None
        while True:
            kind, content = self._message()
            if kind in (b"D", b"d"):
                n_rows += 1
            elif kind == b"E":
                error = _reason(content)
            elif kind == b"Z":
                if error:
                    raise RuntimeError(error)
                return n_rows

    def _send(self, kind, content):
        self.socket.sendall(kind + struct.pack("!I", len(content) + 4) + content)

    def _message(self):
        head = self._bytes(5)
        return head[:1], self._bytes(struct.unpack("!I", head[1:])[0] - 4)

    def _bytes(self, n_bytes):
        while len(self.buffer) < n_bytes:
            data = self.socket.recv(65536)
            if not data:
                raise ConnectionError("the records server hung up")
            self.buffer += data
        head, self.buffer = self.buffer[:n_bytes], self.buffer[n_bytes:]
        return head


def _reason(content):
    fields = {part[:1]: part[1:].decode(errors="replace") for part in content.split(b"\0") if part}
    return fields.get(b"M", "no reason given")


class Relay:
    """Lets a program that cannot choose its address come from one: a port that passes everything on."""

    def __init__(self, address, port):
        self.address, self.target, self.far_port = address, port, 0
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", self.target), 30, (self.address, 0))
            self.far_port = far.getsockname()[1]
            threading.Thread(target=_pass_on, args=(near, far), daemon=True).start()

    def close(self):
        self.listener.close()


def _pass_on(near, far):
    other = {near: far, far: near}
    while True:
        for ready in select.select([near, far], [], [])[0]:
            data = ready.recv(65536)
            if not data:
                near.close()
                far.close()
                return
            other[ready].sendall(data)
