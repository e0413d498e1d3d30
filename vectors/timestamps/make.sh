#!/usr/bin/env bash
# Makes the time stamps of this folder anew with OpenSSL 3: ./make.sh in an empty folder.
# Keys are thrown away; times of the tokens are those of the day they are made.
set -eu
here=$(cd "$(dirname "$0")" && pwd); out=${1:-$here}; mkdir -p "$out"; out=$(cd "$out" && pwd)
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"

ca() { # name, key arguments
    openssl req -x509 -newkey "$2" ${3:+-pkeyopt "$3"} -nodes -keyout "$1.key" -out "$1.pem" -days 36500 \
        -subj "/O=Example Stamps/CN=$1" -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign 2>/dev/null
}
issue() { # name, issuer, extensions, start, end, key arguments
    openssl req -newkey "$6" ${7:+-pkeyopt "$7"} -nodes -keyout "$1.key" -out "$1.csr" -subj "/O=Example Stamps/CN=$1" 2>/dev/null
    mkdir -p "db-$2"; touch "db-$2/index"; [ -f "db-$2/serial" ] || echo 1000 > "db-$2/serial"
    cat > "ca-$2.conf" <<CONF
[ca]
default_ca = own
[own]
database = db-$2/index
serial = db-$2/serial
new_certs_dir = db-$2
default_md = sha256
policy = any
unique_subject = no
[any]
organizationName = supplied
commonName = supplied
CONF
    printf '%b\n' "$3" > "$1.ext"
    openssl ca -batch -notext -config "ca-$2.conf" -cert "$2.pem" -keyfile "$2.key" -extfile "$1.ext" \
        -startdate "$4" -enddate "$5" -in "$1.csr" -out "$1.pem" 2>/dev/null
}
stamp="basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping"
ca root rsa:3072
ca other rsa:3072
issue middle root "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign" 20200101000000Z 21000101000000Z rsa:3072
issue rsa root "$stamp" 20200101000000Z 21000101000000Z rsa:3072
issue curve middle "$stamp" 20200101000000Z 21000101000000Z ec ec_paramgen_curve:P-256
issue ended root "$stamp" 20200101000000Z 20210101000000Z rsa:3072
issue mail root "basicConstraints=CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=emailProtection" 20200101000000Z 21000101000000Z rsa:3072

cat > tsa.conf <<CONF
[tsa]
default_tsa = own
[own]
serial = tsserial
default_policy = 1.2.3.4.1
digests = sha1, sha256, sha384, sha512
accuracy = secs:1
ordering = yes
tsa_name = yes
ess_cert_id_chain = no
CONF
echo 01 > tsserial
# What is stamped: the checkpoint of vectors/checkpoints: the one of 6 entries.
data=${DATA:-$here/../checkpoints/6}
cp "$data" "$out/checkpoint"
if [ -n "${REQUEST:-}" ]; then cp "$REQUEST" "$out/request.tsq"
else openssl ts -query -data "$data" -sha256 -cert -out "$out/request.tsq" 2>/dev/null; fi
openssl ts -query -data "$data" -sha512 -cert -no_nonce -out sha512.tsq 2>/dev/null
openssl ts -query -data "$data" -sha1 -cert -out sha1.tsq 2>/dev/null
openssl ts -query -data "$data" -sha256 -no_nonce -out bare.tsq 2>/dev/null
reply() { # name, query, signer, digest, chain
    openssl ts -reply -config tsa.conf -queryfile "$2" -signer "$3.pem" -inkey "$3.key" "-$4" ${5:+-chain "$5"} -out "$out/$1.tsr" 2>/dev/null
}
reply rsa "$out/request.tsq" rsa sha256
reply rsa-sha512 sha512.tsq rsa sha512
reply curve "$out/request.tsq" curve sha256 middle.pem
reply ended "$out/request.tsq" ended sha256
reply sha1-imprint sha1.tsq rsa sha256
reply no-certificate bare.tsq rsa sha256
cat root.pem > "$out/root.pem"
cat other.pem > "$out/other.pem"
# A token by a certificate for mail: openssl ts refuses to make one, openssl cms does not.
openssl ts -reply -in "$out/rsa.tsr" -token_out -out token.der 2>/dev/null
openssl cms -verify -noverify -inform DER -in token.der -binary -out info.der 2>/dev/null
openssl cms -sign -binary -nodetach -econtent_type 1.2.840.113549.1.9.16.1.4 -in info.der -signer mail.pem -inkey mail.key -cades -outform DER -out mail.der 2>/dev/null
# A response is the status "granted" and the token.
python3 - "$out/mail.tsr" <<'PY'
import sys
token = open("mail.der", "rb").read()
body = bytes.fromhex("3003020100") + token
size = len(body).to_bytes(2, "big")
open(sys.argv[1], "wb").write(b"\x30\x82" + size + body)
PY
for name in rsa rsa-sha512 curve; do
    openssl ts -verify -data "$data" -in "$out/$name.tsr" -CAfile root.pem
done
