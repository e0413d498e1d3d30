"""The issuer's signing key, and what someone with a copy of it can make."""

import base64
import hashlib
import json

# RFC 8017 §9.2, note 1: the DER prefix of a SHA-256 digest.
SHA256_PREFIX = bytes.fromhex("3031300d060960864801650304020105000420")
# rsaEncryption with no parameters (RFC 8017, appendix C).
RSA_ENCRYPTION = bytes.fromhex("300d06092a864886f70d0101010500")


class Key:
    """An RSA key from its JWK (RFC 7517)."""

    def __init__(self, jwk):
        self.jwk, self.name = jwk, jwk["kid"]
        self.modulus, self.public, self.private = (_number(jwk[part]) for part in "ned")

    def public_pem(self):
        """The public half as mail servers read it."""
        key = _der(0x30, _integer(self.modulus) + _integer(self.public))
        whole = _der(0x30, RSA_ENCRYPTION + _der(0x03, b"\0" + key))
        text = base64.b64encode(whole).decode()
        lines = [text[start : start + 64] for start in range(0, len(text), 64)]
        return "\n".join(["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----", ""])

    def forge(self, claims):
        """A token that the issuer never saw (RFC 7515 §3.1, RFC 8017 §8.2.1)."""
        head = {"alg": "RS256", "typ": "JWT", "kid": self.name}
        text = f"{_base64url(json.dumps(head).encode())}.{_base64url(json.dumps(claims).encode())}"
        n_bytes = (self.modulus.bit_length() + 7) // 8
        digest = SHA256_PREFIX + hashlib.sha256(text.encode()).digest()
        padded = b"\0\1" + b"\xff" * (n_bytes - len(digest) - 3) + b"\0" + digest
        signature = pow(int.from_bytes(padded, "big"), self.private, self.modulus)
        return f"{text}.{_base64url(signature.to_bytes(n_bytes, 'big'))}"


def claims_of(token):
    """What a token says of itself."""
    return json.loads(_bytes(token.split(".")[1]))


def _bytes(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def _base64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _number(text):
    return int.from_bytes(_bytes(text), "big")


def _der(tag, content):
    """One value in DER (X.690 §8.1)."""
    if len(content) < 128:
        return bytes([tag, len(content)]) + content
    length = len(content).to_bytes((len(content).bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(length)]) + length + content


def _integer(number):
    return _der(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))
