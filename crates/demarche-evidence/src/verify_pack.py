#!/usr/bin/env python3
"""Checks a pack made by demarche. Python 3.8 or later, standard library only.

    python3 verify_pack.py --key VKEY PACK        (or --policy FILE; both may be given)

PACK is the zip file or the folder it was unpacked to. VKEY is the key or a file with it; take it from
whoever holds the case, by a way of its own: a key inside the pack proves nothing and is refused.

Exit code: 0 holds, 1 altered (something present is not what was sealed), 3 cannot decide (something
needed is missing, or a key is not known), 2 wrong use. What this cannot show: that the provider wrote
these records, that nothing was changed before intake, or that something is absent.

How it works, from the bottom up:
  record  -> commitment (SHA-256 over salt and bytes) -> leaf -> root of the source   (open_record)
  root    -> entry "source.sealed" of the case log -> leaf -> root of the case log    (check_entries)
  root    -> checkpoint -> Ed25519 signature of the case key, cosignatures            (open_checkpoint)
  pages   -> manifest -> entry "export.made"                                          (check_pages)
  cut     -> entry "record.cut": bound when it was made, after intake                 (open_cut)
  reveals -> salted digests that stand in an entry for names and sentences            (open_reveals)
"""
import base64
import hashlib
import json
import os
import re
import stat
import struct
import sys
import zlib

FILE_MAX = 1 << 30          # bytes of one file
PACK_MAX = (1 << 32) - 1    # bytes of all files
FILES_MAX = 1000000
NOTE_MAX = 256 * 1024
DIGEST = 32
LOG, RECORDS, CHECKPOINT = "data/log/", "data/records/", "data/log/checkpoint"
CUTS, REVEALS = "data/cuts/", "data/reveals/"


class Altered(Exception):
    """Something present is not what was sealed."""


class Missing(Exception):
    """Something needed is not there."""


faults = []                 # (exit code, text)


def fault(error, where=""):
    code = 3 if isinstance(error, Missing) else 1
    faults.append((code, (where + ": " if where else "") + str(error)))


def sha256(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


def b64(text, size=None):
    """Strict base64: one spelling for each value."""
    if not isinstance(text, str) or not re.fullmatch(r"[A-Za-z0-9+/]*={0,2}", text):
        raise Altered("not base64")
    try:
        value = base64.b64decode(text.encode(), validate=True)
    except ValueError:
        raise Altered("not base64")
    if base64.b64encode(value).decode() != text or (size is not None and len(value) != size):
        raise Altered("not base64 of the right length")
    return value


def decimal(text):
    if not re.fullmatch(r"0|[1-9][0-9]{0,19}", text) or int(text) >= 1 << 64:
        raise Altered("not a number: %r" % text[:30])
    return int(text)


# ---- Ed25519 (RFC 8032), slow and plain; small-order and non-canonical points are refused ----

P = 2 ** 255 - 19
Q = 2 ** 252 + 27742317777372353535851937790883648493
D = -121665 * pow(121666, P - 2, P) % P
ROOT_OF_MINUS_1 = pow(2, (P - 1) // 4, P)


def add(a, b):
    e = (a[1] - a[0]) * (b[1] - b[0]) % P
    f = (a[1] + a[0]) * (b[1] + b[0]) % P
    g, h = 2 * a[3] * b[3] * D % P, 2 * a[2] * b[2] % P
    e, f, g, h = f - e, h - g, h + g, f + e
    return (e * f % P, g * h % P, f * g % P, e * h % P)


def multiply(scalar, point):
    result = (0, 1, 1, 0)
    while scalar:
        if scalar & 1:
            result = add(result, point)
        point = add(point, point)
        scalar >>= 1
    return result


def equal(a, b):
    return (a[0] * b[2] - b[0] * a[2]) % P == 0 and (a[1] * b[2] - b[1] * a[2]) % P == 0


def point(encoded):
    """The point of 32 bytes, or None if they are no point, not canonical, or of small order."""
    y = int.from_bytes(encoded, "little")
    sign, y = y >> 255, y & ((1 << 255) - 1)
    if y >= P:
        return None
    square = (y * y - 1) * pow(D * y * y + 1, P - 2, P) % P
    x = pow(square, (P + 3) // 8, P)
    if (x * x - square) % P:
        x = x * ROOT_OF_MINUS_1 % P
    if (x * x - square) % P or (x == 0 and sign):
        return None
    if x & 1 != sign:
        x = P - x
    found = (x, y, 1, x * y % P)
    return None if equal(multiply(8, found), (0, 1, 1, 0)) else found


BASE = point(bytes([0x58]) + bytes([0x66]) * 31)


def ed25519(public, message, signature):
    if len(public) != 32 or len(signature) != 64:
        return False
    a, r = point(public), point(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if a is None or r is None or s >= Q:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % Q
    return equal(multiply(s, BASE), add(r, multiply(h, a)))


# ---- signed notes, checkpoints, policies (C2SP) ----

def is_name(name):
    return bool(name) and not any(c.isspace() or ord(c) < 32 or 127 <= ord(c) < 160 or c == "+"
                                  for c in name)


def parse_key(vkey):
    """A verifier key: (name, id, type, 32 bytes)."""
    parts = vkey.split("+", 2)
    if len(parts) != 3 or not is_name(parts[0]):
        raise Altered("not a verifier key: %r" % vkey[:100])
    key = b64(parts[2], 33)
    kind, public = key[0], key[1:]
    identity = sha256(parts[0].encode(), b"\n", key)[:4]
    if kind not in (1, 4) or parts[1] != identity.hex() or point(public) is None:
        raise Altered("not a verifier key that can be used: %r" % vkey[:100])
    return (parts[0], identity, kind, public)


class Policy:
    """Logs, witnesses and the quorum; text of a C2SP tlog-policy file, or log keys alone."""

    def __init__(self):
        self.logs, self.members, self.quorum, self.grouped = [], {}, None, set()

    def read(self, data):
        for line in data.split(b"\n"):
            if any((c < 32 and c != 9) or c == 127 for c in line):
                raise Altered("policy: control character")
            words = [word for word in re.split(rb"[ \t]+", line) if word]
            if words and not words[0].startswith(b"#"):
                self.line(words)
        if self.quorum is None:
            raise Altered("policy: no quorum line")

    def line(self, words):
        if words[0] == b"log" and len(words) in (2, 3):
            key = self.key(words[1], 1)
            if any(key[3] == other[3] for other in self.logs):
                raise Altered("policy: log key given twice")
            self.logs.append(key)
        elif words[0] == b"witness" and len(words) in (3, 4):
            key = self.key(words[2], 4)
            if any(m[0] == "witness" and m[1][3] == key[3] for m in self.members.values()):
                raise Altered("policy: witness key given twice")
            self.define(words[1], ("witness", key))
        elif words[0] == b"group" and len(words) > 3:
            members = words[3:]
            if words[2] in (b"any", b"all"):
                needed = 1 if words[2] == b"any" else len(members)
            else:
                needed = decimal(words[2].decode("ascii", "replace"))
            if not 1 <= needed <= len(members):
                raise Altered("policy: threshold")
            for member in members:
                if member not in self.members or member in self.grouped:
                    raise Altered("policy: member")
                self.grouped.add(member)
            self.define(words[1], ("group", needed, members))
        elif words[0] == b"quorum" and len(words) == 2 and self.quorum is None:
            if words[1] != b"none" and words[1] not in self.members:
                raise Altered("policy: quorum is not defined above")
            self.quorum = words[1]
        else:
            raise Altered("policy: expected log, witness, group or one quorum")

    def key(self, vkey, kind):
        key = parse_key(vkey.decode("utf-8", "replace"))
        if key[2] != kind:
            raise Altered("policy: key of another type")
        return key

    def define(self, name, member):
        if name == b"none" or name in self.members:
            raise Altered("policy: name is taken")
        self.members[name] = member

    def keys(self):
        return self.logs + [m[1] for m in self.members.values() if m[0] == "witness"]

    def met(self, name, cosigners):
        member = self.members[name]
        if member[0] == "witness":
            return member[1] in cosigners
        return sum(self.met(other, cosigners) for other in member[2]) >= member[1]


def parse_note(data):
    """A signed note: (text, [(name, id, payload)])."""
    if len(data) > NOTE_MAX:
        raise Altered("note too long")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Altered("note is not UTF-8")
    if any(ord(c) < 32 and c != "\n" for c in whole):
        raise Altered("control character in a note")
    blank = whole.rfind("\n\n")
    if blank < 0 or not whole.endswith("\n") or blank + 2 >= len(whole):
        raise Altered("not a signed note")
    text, lines = whole[:blank + 1], whole[blank + 2:-1].split("\n")
    if len(lines) > 64:
        raise Altered("more than 64 signatures")
    signatures = []
    for line in lines:
        words = line.split(" ")
        if len(words) != 3 or words[0] != "\u2014" or not is_name(words[1]):
            raise Altered("not a signature line")
        payload = b64(words[2])
        if len(payload) < 5:
            raise Altered("signature too short")
        signatures.append((words[1], payload[:4], payload[4:]))
    return text, signatures


def open_checkpoint(data, policy):
    """Checks a checkpoint's signatures; gives its size, its root and its cosigners."""
    text, signatures = parse_note(data)
    lines = text[:-1].split("\n")
    if len(lines) < 3 or "" in lines:
        raise Altered("not a checkpoint")
    origin, size, root = lines[0], decimal(lines[1]), b64(lines[2], DIGEST)
    if size == 0 and root != sha256():
        raise Altered("root of the empty tree")
    by_log, cosigners, known = False, [], False
    for name, identity, payload in signatures:
        same = [key for key in policy.keys() if key[:2] == (name, identity)]
        if not same:
            continue
        if any(key != same[0] for key in same):
            raise Missing("two keys are named %s with one id" % name)
        key, message, known = same[0], text, True
        if key[2] == 4:
            if len(payload) < 8:
                raise Altered("signature by %s does not verify" % name)
            time, payload = struct.unpack(">Q", payload[:8])[0], payload[8:]
            if time >= 1 << 63:
                raise Altered("signature by %s does not verify" % name)
            message = "cosignature/v1\ntime %d\n%s" % (time, text)
        if not ed25519(key[3], message.encode(), payload):
            raise Altered("signature by %s does not verify" % name)
        if key[2] == 4:
            cosigners.append(key)
        elif name == origin:
            by_log = True
    if not known:
        raise Missing("no signature is by a key that was given")
    if not by_log:
        raise Missing("no signature by a log key named %s" % origin)
    return size, root, cosigners


# ---- trees (RFC 6962, RFC 9162 section 2.1.3.2) ----

def check_inclusion(index, size, leaf, path, root):
    if index >= size:
        raise Altered("leaf %d is not in a tree of %d leaves" % (index, size))
    fn, sn, r = index, size - 1, leaf
    for p in path:
        if sn == 0:
            raise Altered("proof too long")
        if fn & 1 or fn == sn:
            r = sha256(b"\1", p, r)
            while not fn & 1 and fn:
                fn, sn = fn >> 1, sn >> 1
        else:
            r = sha256(b"\1", r, p)
        fn, sn = fn >> 1, sn >> 1
    if sn:
        raise Altered("proof too short")
    if r != root:
        raise Altered("proof leads to another root")


def parse_proof(data):
    """A C2SP tlog-proof: (index, path, checkpoint)."""
    head, blank, checkpoint = data.partition(b"\n\n")
    try:
        lines = head.decode("utf-8").split("\n")
    except UnicodeDecodeError:
        raise Altered("not a tlog proof")
    if not blank or lines[0] != "c2sp.org/tlog-proof@v1":
        raise Altered("not a tlog proof")
    lines = lines[1:]
    if lines and lines[0].startswith("extra "):
        b64(lines[0][6:])
        lines = lines[1:]
    if not lines or not lines[0].startswith("index ") or len(lines) > 65:
        raise Altered("not a tlog proof")
    return decimal(lines[0][6:]), [b64(line, DIGEST) for line in lines[1:]], checkpoint


# ---- the pack as files: the zip has one spelling, a folder is read without following links ----

def is_safe(path):
    return (len(path.encode()) <= 1024
            and all(part not in ("", ".", "..") and part[-1] not in ". " for part in path.split("/"))
            and not any(ord(c) < 32 or 127 <= ord(c) < 160 or c in "\\:*?" for c in path))


def read_zip(data):
    """Every byte that is no file's must be the one the writer puts there: nothing hides.

    Nothing seals the bytes around files, so an archive of another form, or one that is cut off,
    cannot be decided; a file whose bytes do not have the check sum before them is altered.
    """
    files, directory, at, before, folder = {}, [], 0, "", ""
    while data[at:at + 4] == b"PK\3\4":
        if at + 30 > len(data):
            raise Missing("archive is incomplete: it ends at byte %d" % len(data))
        check_sum, size = struct.unpack("<II", data[at + 14:at + 22])
        length, = struct.unpack("<H", data[at + 26:at + 28])
        start = at + 30 + length
        name, body = data[at + 30:start], data[start:start + size]
        if len(name) != length or len(body) != size:
            raise Missing("archive is incomplete: it ends at byte %d" % len(data))
        shared = (struct.pack("<HHHHHIIIHH", 10, 0x800, 0, 0, 0x21, check_sum, size, size, length, 0))
        other = Missing("archive is not in the form packs are written in, from byte %d; unpack it "
                        "and give the folder" % at)
        try:
            path = name.decode("utf-8")
        except UnicodeDecodeError:
            raise other
        top, slash, inside = path.partition("/")
        if (data[at:start] != b"PK\3\4" + shared + name or not slash or not is_safe(path)
                or (files and (path <= before or top != folder)) or len(files) == FILES_MAX):
            raise other
        if zlib.crc32(body) != check_sum:
            raise Altered("bytes of %r are not those that were written" % inside)
        directory.append(b"PK\1\2\x14\3" + shared + bytes(6)
                         + struct.pack("<II", 0o100644 << 16, at) + name)
        files[inside], before, folder, at = body, path, top, start + size
    central = b"".join(directory)
    end = b""
    short = min(len(files), 0xffff)
    if short == 0xffff:
        end += struct.pack("<4sQHHIIQQQQ", b"PK\6\6", 44, 0x032d, 45, 0, 0, len(files), len(files),
                           len(central), at)
        end += struct.pack("<4sIQI", b"PK\6\7", 0, at + len(central), 1)
    end += struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, short, short, len(central), at, 0)
    if data[at:] != central + end or not files:
        raise Missing("archive is incomplete, or not in the form packs are written in, after byte "
                      "%d; unpack it and give the folder" % at)
    return files


def read_folder(root):
    files, total = {}, 0
    for folder, folders, names in os.walk(root, followlinks=False):
        for name in names + folders:
            place = os.path.join(folder, name)
            mode = os.lstat(place).st_mode
            if stat.S_ISDIR(mode):
                continue
            path = os.path.relpath(place, root).replace(os.sep, "/")
            if not stat.S_ISREG(mode):
                raise Missing("%r is no plain file" % path)
            total += os.lstat(place).st_size
            if os.lstat(place).st_size > FILE_MAX or total > PACK_MAX or len(files) == FILES_MAX:
                raise Missing("pack is too large for this verifier")
            with open(place, "rb") as file:
                files[path] = file.read()
    return files


def read_pack(path):
    if os.path.isdir(path):
        files = read_folder(path)
        tops = {name.split("/")[0] for name in files}
        if "bagit.txt" not in files and len(tops) == 1:
            top = tops.pop() + "/"
            files = {name[len(top):]: data for name, data in files.items()}
        return files
    if os.path.getsize(path) > PACK_MAX:
        raise Missing("pack is too large for this verifier")
    with open(path, "rb") as file:
        return read_zip(file.read())


# ---- the bag (RFC 8493) ----

def manifest(files, name):
    """The paths and digests of a manifest, or None if it cannot be read."""
    if name not in files:
        fault(Missing("%r is missing" % name))
        return None
    try:
        text = files[name].decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    if not text.endswith("\n"):
        fault(Altered("%s is not lines of text" % name))
        return None
    listed, folded = {}, set()
    for line in text[:-1].split("\n"):
        digest, space, path = line.partition("  ")
        bad = re.search(r"%(?!25|0[AaDd])", path)
        path = re.sub(r"%(25|0[AaDd])", lambda found: chr(int(found.group(1), 16)), path)
        if not re.fullmatch(r"[0-9a-f]{64}", digest) or bad or not space or not is_safe(path):
            fault(Altered("%s has a line that is no digest and safe path" % name))
            return None
        if path.lower() in folded:
            fault(Altered("%s lists %r twice" % (name, path)))
            return None
        folded.add(path.lower())
        listed[path] = digest
    return listed


def check_bag(files):
    declaration = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
    if "bagit.txt" not in files:
        fault(Missing("'bagit.txt' is missing"))
    elif files["bagit.txt"] != declaration:
        fault(Altered("bagit.txt is not that of BagIt 1.0 in UTF-8"))
    own = ("bagit.txt", "bag-info.txt", "manifest-sha256.txt", "tagmanifest-sha256.txt")
    for path in files:
        if not path.startswith("data/") and path not in own:
            fault(Altered("%r does not belong to a pack" % path))
    payload = manifest(files, "manifest-sha256.txt")
    tags = manifest(files, "tagmanifest-sha256.txt")
    if payload is None or tags is None:
        return {}
    if any(not path.startswith("data/") for path in payload):
        fault(Altered("manifest lists what is no payload"))
    if any(path.startswith("data/") or path == "tagmanifest-sha256.txt" for path in tags):
        fault(Altered("tag manifest lists payload or itself"))
    size = 0
    for path, digest in list(payload.items()) + list(tags.items()):
        if path not in files:
            fault(Missing("%r is missing" % path))
            continue
        if sha256(files[path]).hex() != digest:
            fault(Altered("%r is not what its manifest says" % path))
        if path.startswith("data/"):
            size += len(files[path])
    for path in files:
        if path not in payload and path not in tags and path != "tagmanifest-sha256.txt":
            fault(Altered("%r is in no manifest" % path))
    for name in ("bagit.txt", "bag-info.txt", "manifest-sha256.txt"):
        if name not in tags:
            fault(Altered("tag manifest does not list %s" % name))
    if "bag-info.txt" not in files:
        fault(Missing("'bag-info.txt' is missing"))
    elif not faults:
        lines = files["bag-info.txt"].decode("utf-8", "replace").split("\n")
        oxum = [line for line in lines if line.startswith("Payload-Oxum:")]
        if oxum != ["Payload-Oxum: %d.%d" % (size, len(payload))]:
            fault(Altered("bag-info.txt does not have the payload's size"))
    return payload


# ---- entries of the case log ----

def no_key_twice(pairs):
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError("key given twice")
    return dict(pairs)


def no_number(text):
    raise ValueError("number is not whole")


def parse_json(data):
    try:
        return json.loads(data.decode("utf-8"), object_pairs_hook=no_key_twice,
                          parse_float=no_number, parse_constant=no_number)
    except (ValueError, RecursionError):
        raise Altered("not JSON of the form expected")


def field(entry, name, kind):
    value = entry.get(name)
    if not isinstance(value, kind) or isinstance(value, bool):
        raise Altered("field %s is missing or wrong" % name)
    return value


def count(entry, name):
    value = field(entry, name, int)
    if not 0 <= value < 1 << 64:
        raise Altered("field %s is missing or wrong" % name)
    return value


def digest_field(entry, name):
    value = field(entry, name, str)
    if not re.fullmatch(r"[0-9a-f]{64}", value):
        raise Altered("field %s is missing or wrong" % name)
    return bytes.fromhex(value)


def index_of(path):
    found = re.fullmatch(r"data/log/(entries/([0-9]{6,20})\.json|proofs/([0-9]{6,20})\.tlog-proof)",
                         path)
    if not found:
        return None
    digits = found.group(2) or found.group(3)
    return int(digits) if digits == "%06d" % int(digits) else None


def read_entries(files, payload, opened):
    """The entries that a proof joins to the checkpoint; `opened` is its size and root, or its fault."""
    entries = []
    for path in sorted(payload):
        if not path.startswith(LOG) or path == CHECKPOINT:
            continue
        index = index_of(path)
        if index is None:
            fault(Altered("%r does not belong to a pack's log" % path))
            continue
        entry, proof = LOG + "entries/%06d.json" % index, LOG + "proofs/%06d.tlog-proof" % index
        if path == proof:
            if entry not in payload:
                fault(Missing("entry %d is missing, its proof is there" % index))
            continue
        if entry not in files or proof not in files:
            fault(Missing("entry %d or its proof is missing" % index))
            continue
        try:
            claimed, way, checkpoint = parse_proof(files[proof])
            if claimed != index or checkpoint != files.get(CHECKPOINT, b""):
                raise Altered("proof is of another entry or checkpoint")
            if isinstance(opened, Exception):
                raise opened
            size, root = opened
            check_inclusion(index, size, sha256(b"\0", files[entry]), way, root)
            entries.append((index, files[entry]))
        except (Altered, Missing) as error:
            fault(error, "entry %d" % index)
    return sorted(entries)


def check_entries(entries):
    """What entries say of each other; gives sealed sources, pages that exports bind, all read."""
    sealed, exports, salts, cites, read = {}, [], set(), [], {}
    for index, data in entries:
        try:
            entry = parse_json(data)
            if not isinstance(entry, dict):
                raise Altered("not an object")
            kind, salt = field(entry, "type", str), b64(field(entry, "salt", str), 16)
            tool = field(entry, "tool", dict)
            for owner, name in ((entry, "time"), (entry, "actor"), (tool, "version"), (tool, "build")):
                field(owner, name, str)
            if salt in salts:
                raise Altered("repeats the salt of an earlier entry")
            salts.add(salt)
            read[index] = entry
            if kind == "source.sealed":
                if field(entry, "suite", str) != "ro-sha256-1":
                    raise Altered("field suite is missing or wrong")
                source = field(entry, "source", str)
                if source in sealed:
                    raise Altered("seals %s again" % source)
                spans, size = count(entry, "spans"), count(entry, "decoded_size")
                if (count(entry, "records") > spans or spans > size
                        or count(entry, "filler_bytes") > size):
                    raise Altered("accounts of the source cannot add up")
                for name in ("decoded_commitment", "k_commitment"):
                    digest_field(entry, name)
                sealed[source] = (index, spans, size, digest_field(entry, "root"))
            if kind == "export.made":
                exports.append(entry.get("content"))
            for cite in field(entry, "cites", list) if "cites" in entry else []:
                if (not isinstance(cite, list) or len(cite) != 2 or not isinstance(cite[0], str)
                        or type(cite[1]) is not int or not 0 <= cite[1] < 1 << 64):
                    raise Altered("field cites is missing or wrong")
                cites.append((index, cite[0], cite[1]))
        except (Altered, Missing) as error:
            fault(error, "entry %d" % index)
    for index, source, leaf in cites:
        if source not in sealed:
            fault(Missing("entry %d cites %s, whose seal is not here" % (index, source)))
        elif sealed[source][0] >= index or leaf >= sealed[source][1]:
            fault(Altered("entry %d cites %s/%d, which was not sealed before" % (index, source, leaf)))
    return sealed, exports, read


# ---- records ----

def known_fields(value, names):
    if not isinstance(value, dict) or set(value) != set(names):
        raise Altered("a field is missing or unknown")


def commitment(opening):
    """The commitment that what is shown leads to, and how it is shown (None for a header)."""
    common = ["format", "source", "leaf", "entry", "kind", "mode", "offset", "length", "path"]
    mode = opening.get("mode")
    if mode not in ("whole", "split"):
        raise Altered("mode")
    if "commitment" in opening:
        known_fields(opening, common + ["commitment"])
        return b64(opening["commitment"], DIGEST), None
    if mode == "whole":
        known_fields(opening, common + ["salt", "bytes"])
        data = b64(opening["bytes"])
        if len(data) != opening["length"]:
            raise Altered("bytes are not as long as the span")
        return sha256(b"\x10", b64(opening["salt"], 16), data), [data]
    known_fields(opening, common + ["salt", "template", "values"])
    template, values = b64(opening["template"]), opening["values"]
    if len(template) < 4 or not isinstance(values, list):
        raise Altered("template")
    n, = struct.unpack(">I", template[:4])
    body = template[4 + 4 * n:]
    if not 1 <= n <= 4096 or len(template) < 4 + 4 * n or n != len(values):
        raise Altered("number of values")
    positions = struct.unpack(">%dI" % n, template[4:4 + 4 * n])
    if list(positions) != sorted(positions) or positions[-1] > len(body):
        raise Altered("template")
    digests, pieces, at, shown, withheld = [], [], 0, len(body), 0
    for position, value in zip(positions, values):
        pieces.append(body[at:position])
        at = position
        if isinstance(value, dict) and "digest" in value:
            known_fields(value, ["digest"])
            digests.append(b64(value["digest"], DIGEST))
            pieces.append(None)
            withheld += 1
        else:
            known_fields(value, ["salt", "bytes"])
            data = b64(value["bytes"])
            digests.append(sha256(b"\x12", b64(value["salt"], 16), data))
            pieces.append(data)
            shown += len(data)
    pieces.append(body[at:])
    if shown + withheld > opening["length"] or (not withheld and shown != opening["length"]):
        raise Altered("bytes are not as long as the span")
    first = sha256(b"\x11", b64(opening["salt"], 16), template)
    return sha256(b"\x13", struct.pack(">I", n), first, *digests), pieces


def open_record(opening, sealed):
    """Checks one opening; gives the pieces shown, None standing for a withheld value."""
    if not isinstance(opening, dict) or opening.get("format") != "demarche-opening/1":
        raise Altered("not an opening")
    source, kind = field(opening, "source", str), field(opening, "kind", str)
    leaf, offset, length = count(opening, "leaf"), count(opening, "offset"), count(opening, "length")
    entry, path = count(opening, "entry"), field(opening, "path", list)
    if len(source.encode()) > 4096 or kind not in ("record", "filler") or len(path) > 64:
        raise Altered("not an opening")
    digest, pieces = commitment(opening)
    way = [b64(step, DIGEST) for step in path]
    if source not in sealed:
        raise Missing("the entry that sealed its source is not in the pack")
    sealing, spans, size, root = sealed[source]
    if sealing != entry:
        raise Altered("its source was sealed by entry %d" % sealing)
    if length == 0 or offset + length > size or (kind == "filler" and length > 65536):
        raise Altered("span beyond the end of the source")
    data = (b"ROS1" + bytes([kind == "filler", opening["mode"] == "split"])
            + struct.pack(">QQ", offset, length) + digest)
    check_inclusion(leaf, spans, sha256(b"\0", data), way, root)
    return pieces


def open_cut(cut, entries, shown):
    """Checks a record that was cut after intake; `shown` are the places of the records opened."""
    if not isinstance(cut, dict) or cut.get("format") != "demarche-opening/1":
        raise Altered("not an opening")
    source, kind = field(cut, "source", str), field(cut, "kind", str)
    place = (source, count(cut, "leaf"), kind, count(cut, "offset"), count(cut, "length"))
    if len(source.encode()) > 4096 or kind not in ("record", "filler"):
        raise Altered("not an opening")
    if field(cut, "path", list):
        raise Altered("a cut has no path to a root")
    digest, pieces = commitment(cut)
    entry = entries.get(count(cut, "entry"))
    if entry is None:
        raise Missing("entry %d, which binds it, is not in the pack" % cut["entry"])
    leaf = entry.get("leaf")
    if (entry["type"] != "record.cut" or entry.get("source") != source or type(leaf) is not int
            or leaf != cut["leaf"] or entry.get("commitment") != digest.hex()):
        raise Altered("entry %d does not bind it" % cut["entry"])
    if place not in shown:
        raise Missing("the record that was cut is not in the pack")
    return pieces


def canonical(value):
    """JSON in the one form of RFC 8785; whole numbers only, keys sorted by UTF-16."""
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be", "surrogatepass"))
        return "{%s}" % ",".join(canonical(key) + ":" + canonical(value[key]) for key in keys)
    if isinstance(value, list):
        return "[%s]" % ",".join(canonical(item) for item in value)
    if type(value) is int and abs(value) > (1 << 53) - 1:
        raise Altered("number is not exact")
    return json.dumps(value, ensure_ascii=False)


def open_reveals(path, data, entries):
    """Checks the values and salts shown for fields that an entry conceals."""
    found = re.fullmatch(r"data/reveals/([0-9]{6,20})\.json", path)
    if not found or found.group(1) != "%06d" % int(found.group(1)):
        raise Altered("is no name for what an entry reveals")
    if not data.endswith(b"\n"):
        raise Altered("is not in its one form")
    fields = parse_json(data[:-1])
    try:
        text = canonical(fields).encode()
    except (UnicodeEncodeError, RecursionError):
        raise Altered("is not in its one form")
    if not isinstance(fields, dict) or text != data[:-1]:
        raise Altered("is not in its one form")
    entry = entries.get(int(found.group(1)))
    if entry is None:
        raise Missing("its entry is not in the pack")
    for name, shown in fields.items():
        known_fields(shown, ["salt", "value"])
        if not isinstance(shown["salt"], str) or not re.fullmatch(r"[0-9a-f]{32}", shown["salt"]):
            raise Altered("field of another form")
        value = canonical(shown["value"]).encode()
        digest = sha256(b"\x15", bytes.fromhex(shown["salt"]), value).hex()
        if entry.get(name) != {"salted": digest}:
            raise Altered("field %s is not what its entry conceals" % name)
    return fields


def check_pages(files, exports):
    if not exports:
        fault(Missing("no export entry in the pack: nothing vouches for its pages"))
        return
    lines = files.get("manifest-sha256.txt", b"").splitlines(True)
    pages = b"".join(line for line in lines if line[66:75] != LOG.encode())
    if sha256(pages).hex() not in exports:
        fault(Altered("pages are not those that the export entry binds"))


def check(files, policy, show):
    payload = check_bag(files)
    try:
        if CHECKPOINT not in files:
            raise Missing("%r is missing" % CHECKPOINT)
        size, root, cosigners = open_checkpoint(files[CHECKPOINT], policy)
        opened = (size, root)
        print("checkpoint: %d entries, root %s" % (size, root.hex()))
        if policy.quorum not in (None, b"none") and not policy.met(policy.quorum, cosigners):
            fault(Missing("checkpoint is not cosigned by the policy's quorum"))
    except (Altered, Missing) as error:
        opened = error
        fault(error, "checkpoint")
    entries = read_entries(files, payload, opened) if CHECKPOINT in files else []
    sealed, exports, read = check_entries(entries)
    places = set()
    records = [path for path in sorted(payload) if path.startswith(RECORDS) and path in files]
    for path in records:
        try:
            opening = parse_json(files[path])
            pieces = open_record(opening, sealed)
            places.add(tuple(opening[name] for name in ("source", "leaf", "kind", "offset", "length")))
            if show:
                shown = ["\u2588\u2588\u2588" if piece is None else ascii(piece)[2:-1]
                         for piece in pieces or []]
                print("%s  %s" % (path, "".join(shown)))
        except (Altered, Missing) as error:
            fault(error, path)
    for path in sorted(payload):
        try:
            if path.startswith(CUTS) and path in files:
                pieces = open_cut(parse_json(files[path]), read, places)
                if show:
                    shown = ["\u2588\u2588\u2588" if piece is None else ascii(piece)[2:-1]
                             for piece in pieces or []]
                    print("%s  cut after intake  %s" % (path, "".join(shown)))
            elif path.startswith(REVEALS) and path in files:
                fields = open_reveals(path, files[path], read)
                if show:
                    for name, shown in sorted(fields.items()):
                        print("%s  %s: %s" % (path, name, ascii(shown["value"])))
        except (Altered, Missing) as error:
            fault(error, path)
    check_pages(files, exports)
    print("records opened: %d" % len(records))


def from_elsewhere(path, pack):
    """A key or policy file, which must not lie inside what is checked."""
    if os.path.realpath(path).startswith(os.path.realpath(pack) + os.sep):
        raise Altered("a key or policy inside the pack proves nothing; take it from elsewhere")
    with open(path, "rb") as file:
        return file.read(NOTE_MAX)


def main(arguments):
    policy, packs, show, policies, keys = Policy(), [], False, [], []
    rest = list(arguments)
    try:
        while rest:
            word = rest.pop(0)
            if word == "--key" and rest:
                keys.append(rest.pop(0))
            elif word == "--policy" and rest:
                policies.append(rest.pop(0))
            elif word == "--show":
                show = True
            elif word.startswith("-"):
                raise Altered("unknown option %s" % word)
            else:
                packs.append(word)
        if len(packs) != 1 or len(policies) > 1:
            raise Altered("give one pack, and --key VKEY (or a file with it) or --policy FILE")
        for path in policies:
            policy.read(from_elsewhere(path, packs[0]))
        for text in keys:
            if os.path.isfile(text):
                text = from_elsewhere(text, packs[0]).decode("utf-8", "replace")
            key = parse_key(text.strip())
            if key[2] != 1:
                raise Altered("--key wants the case's key, not a witness's")
            policy.logs.append(key)
    except (Altered, OSError) as error:
        print("verify_pack.py: %s" % error, file=sys.stderr)
        return 2
    del faults[:]
    try:
        check(read_pack(packs[0]), policy, show)
    except (Altered, Missing) as error:
        fault(error)
    except OSError as error:
        fault(Missing(str(error)))
    for code, text in faults:
        print("%s: %s" % ("altered" if code == 1 else "cannot decide", ascii(text)[1:-1]))
    codes = {code for code, _ in faults}
    code = 1 if 1 in codes else 3 if 3 in codes else 0
    print({0: "holds", 1: "ALTERED", 3: "CANNOT DECIDE"}[code])
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
