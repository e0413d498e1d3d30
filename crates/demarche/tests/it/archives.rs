//! Packs whose archive was cut, zipped again or played with: two verifiers say the same.

use std::process::Command;

use crate::bench::{Bench, anchor};

/// Writes altered archives of `p.zip` and prints the name of each with the codes that are right.
const ZIPS: &str = r#"
import io, struct, sys, zipfile, zlib
good = open("p.zip", "rb").read()
honest = zipfile.ZipFile("p.zip")
files = [(info.filename, honest.read(info)) for info in honest.infolist()]
def put(name, data, right):
    open(name + ".zip", "wb").write(data)
    print(name, right)
def zipped(name, right, files=files, method=zipfile.ZIP_STORED, comment=b"", change=lambda info: None):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as made:
        for path, data in files:
            info = zipfile.ZipInfo(path)
            info.compress_type = method
            change(info)
            made.writestr(info, data)
        made.comment = comment
    put(name, out.getvalue(), right)
put("honest", good, "0")
for n in (0, 1, 29, 200, len(good) // 2, len(good) - 40, len(good) - 1):
    put("cut-%d" % n, good[:n], "3")
first = honest.infolist()[0]
boundary = 30 + len(first.filename) + first.file_size
put("cut-after-a-file", good[:boundary], "3")
put("byte-after", good + b"\0", "3")
put("byte-before", b"\0" + good, "3")
put("no-archive", b"this is no archive\n", "3")
zipped("zipped-again", "3")
zipped("compressed", "3", method=zipfile.ZIP_DEFLATED)
zipped("with-comment", "3", comment=b"read me first")
def dated(info): info.date_time = (2026, 1, 1, 0, 0, 0)
zipped("dated", "3", change=dated)
def link(info): info.external_attr = 0o120777 << 16
zipped("links", "3", change=link)
zipped("out-of-it", "3", files=files + [("../../evil", b"x")])
zipped("absolute", "3", files=files + [("/etc/evil", b"x")])
zipped("twice", "3", files=files + [files[-1]])
zipped("huge", "3", files=files + [("zz/huge", b"\0" * (64 << 20))], method=zipfile.ZIP_DEFLATED)
def long_form(info): info.extra = struct.pack("<HHQQ", 1, 16, 1 << 62, 1 << 62)
zipped("long-form", "3", change=long_form)
# In the very form packs are written in, with a file twice, out of order, or leading out.
def stored(files):
    body, directory = b"", b""
    for path, data in files:
        name = path.encode()
        shared = struct.pack("<HHHHHIIIHH", 10, 0x800, 0, 0, 0x21, zlib.crc32(data), len(data), len(data), len(name), 0)
        directory += b"PK\1\2\x14\3" + shared + bytes(6) + struct.pack("<II", 0o100644 << 16, len(body)) + name
        body += b"PK\3\4" + shared + name + data
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, len(files), len(files), len(directory), len(body), 0)
    return body + directory + end
put("same-form", stored(files), "0")
put("same-form-empty", stored([]), "3")
top = files[0][0].split("/")[0]
put("same-form-twice", stored(files[:1] + files), "3")
put("same-form-unsorted", stored(files[::-1]), "3")
put("same-form-two-folders", stored(files + [("zz/x", b"x")]), "3")
put("same-form-leading-out", stored(sorted(files + [(top + "/../../x", b"x")])), "3")
put("same-form-stranger", stored(sorted(files + [(top + "/data/x", b"x")])), "1")
put("same-form-tag", stored(sorted(files + [(top + "/x", b"x")])), "1")
put("same-form-one-less", stored(files[:-1]), "3")
changed = [(path, data.replace(b"TLP", b"TLp", 1)) for path, data in files]
put("same-form-changed", stored(changed), "1")
at = good.index(b"TLP")
put("bit-in-a-file", good[:at] + bytes([good[at] ^ 1]) + good[at + 1:], "1")
put("bit-in-a-check-sum", good[:14] + bytes([good[14] ^ 1]) + good[15:], "1")
for at in (4, 6, 8, 10, 18, 22, 26, 28, 31):
    put("bit-around-%d" % at, good[:at] + bytes([good[at] ^ 1]) + good[at + 1:], "13")
end = len(good) - 22
for at in (0, 4, 8, 10, 12, 16, 20):
    put("bit-at-the-end-%d" % at, good[:end + at] + bytes([good[end + at] ^ 1]) + good[end + at + 1:], "3")
"#;

#[test]
fn archives_cut_or_zipped_again_are_undecided_and_wrong_bytes_altered_for_both_verifiers() {
    let bench = Bench::new();
    bench
        .run(&["examine", &anchor("b"), "--case", "c", "-q"])
        .ends_with(0);
    bench
        .run(&["disclose", "c", "--claim", "1", "--out", "p.zip"])
        .ends_with(0);
    bench.file("zips.py", ZIPS);
    let folder = bench.path("");
    let made = Command::new("python3")
        .args(["-B", "zips.py"])
        .current_dir(&folder)
        .output();
    let Ok(made) = made else {
        println!("skipped: no python3 here");
        return;
    };
    let error = String::from_utf8_lossy(&made.stderr).into_owned();
    assert!(made.status.success(), "{error}");
    std::fs::write(
        bench.path("verify_pack.py"),
        demarche_evidence::pack::VERIFIER,
    )
    .unwrap();
    let made = String::from_utf8(made.stdout).unwrap();
    let mut n_archives = 0;
    for line in made.lines() {
        let (name, right) = line.split_once(' ').unwrap();
        let file = format!("{name}.zip");
        let ran = bench.run(&["verify", &file, "--key", "c.vkey"]);
        // Where a length was changed, what is read as a file may be found altered too.
        assert!(
            right.contains(&ran.code().to_string()),
            "{name}: {}{}",
            ran.out(),
            ran.err()
        );
        for options in [&["-B"][..], &["-B", "-O"]] {
            let theirs = Command::new("python3")
                .args(options)
                .args(["verify_pack.py", "--key", "c.vkey", &file])
                .current_dir(&folder)
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&theirs.stdout).into_owned();
            assert_eq!(theirs.status.code(), Some(ran.code()), "{name}: {said}");
        }
        n_archives += 1;
    }
    assert!(n_archives > 40, "{n_archives}");
}

#[test]
fn script_takes_a_file_with_the_key_but_none_from_the_pack() {
    let bench = Bench::new();
    bench
        .run(&["examine", &anchor("b"), "--case", "c", "-q"])
        .ends_with(0);
    bench
        .run(&["disclose", "c", "--claim", "1", "--out", "p.zip"])
        .ends_with(0);
    let archive = std::fs::read(bench.path("p.zip")).unwrap();
    for (path, bytes) in demarche_evidence::container::read(&archive).unwrap().1 {
        let path = bench.path(&format!("open/{path}"));
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let key = std::fs::read_to_string(bench.path("c.vkey")).unwrap();
    std::fs::write(bench.path("open/stray.vkey"), &key).unwrap();
    let run = |key: &str| {
        let ran = Command::new("python3")
            .args([
                "-B",
                "open/data/verify/verify_pack.py",
                "--key",
                key,
                "open",
            ])
            .current_dir(bench.path(""))
            .output();
        ran.map(|ran| ran.status.code())
    };
    let Ok(code) = run("open/stray.vkey") else {
        println!("skipped: no python3 here");
        return;
    };
    assert_eq!(code, Some(2));
    std::fs::remove_file(bench.path("open/stray.vkey")).unwrap();
    assert_eq!(run("c.vkey").unwrap(), Some(0));
    assert_eq!(run(key.trim()).unwrap(), Some(0));
    assert_eq!(run("nowhere.vkey").unwrap(), Some(2));
}
