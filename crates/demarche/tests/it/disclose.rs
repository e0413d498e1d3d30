//! `demarche disclose`: packs hold for two verifiers, and what is withheld is nowhere in them.

use std::path::Path;
use std::process::Command;

use demarche_evidence::container::{self, Contents};
use demarche_evidence::hash::sha256;
use demarche_evidence::opening::{Opening, Piece};
use serde_json::Value;

use crate::bench::{Bench, anchor, json, read_records};

/// A case made from anchor case b.
fn case() -> Bench {
    let bench = Bench::new();
    let logs = anchor("b");
    bench
        .run(&["examine", &logs, "--case", "c", "-q"])
        .ends_with(0);
    bench
}

fn pack(bench: &Bench, name: &str) -> Contents {
    let archive = std::fs::read(bench.path(name)).unwrap();
    container::read(&archive).unwrap().1
}

/// The Python verifier's exit codes for archives; `None` if there is no Python here.
fn python(bench: &Bench, options: &[&str], names: &[String]) -> Option<Vec<i32>> {
    let script = bench.path("verify_pack.py");
    std::fs::write(&script, demarche_evidence::pack::VERIFIER).unwrap();
    let key = std::fs::read_to_string(bench.path("c.vkey")).unwrap();
    let code = "import sys, io, verify_pack\n\
        out = sys.stdout\n\
        for name in sys.argv[2:]:\n\
        \x20   sys.stdout = io.StringIO()\n\
        \x20   code = verify_pack.main(['--show', '--key', sys.argv[1], name])\n\
        \x20   print(code, file=out)\n";
    let run = Command::new("python3")
        .arg("-B")
        .args(options)
        .args(["-c", code, key.trim()])
        .args(names)
        .current_dir(script.parent().unwrap())
        .output();
    let Ok(run) = run else {
        println!("skipped: no python3 here");
        return None;
    };
    let error = String::from_utf8_lossy(&run.stderr).into_owned();
    assert!(run.status.success(), "{error}");
    let text = String::from_utf8(run.stdout).unwrap();
    Some(text.lines().map(|line| line.parse().unwrap()).collect())
}

#[test]
fn claim_is_disclosed_with_all_its_records_and_both_verifiers_hold() {
    let bench = case();
    let brief = json(&bench.path("c/brief.json"));
    let claim = &brief["claims"][0];
    let id = claim["id"].as_str().unwrap();
    bench
        .run(&["disclose", "c", "--claim", id, "--out", "p.zip"])
        .ends_with(0);
    let text = bench
        .run(&["verify", "p.zip", "--key", "c.vkey"])
        .ends_with(0)
        .out();
    assert!(
        text.contains("judgement  not re-run: a pack holds no sources"),
        "{text}"
    );
    let files = pack(&bench, "p.zip");
    for record in claim["records"].as_array().unwrap() {
        let path = format!("data/records/{}/{}.json", record["source"], record["leaf"]);
        assert!(files.contains_key(&path), "{path}");
    }
    let page = String::from_utf8(files["data/report.html"].clone()).unwrap();
    assert!(
        page.contains("was used by someone who should not have been"),
        "{page}"
    );
    assert!(!page.contains("<script") && !page.contains("http://") && !page.contains("src="));
    // The mark stands on the page, in bag-info and in the entry.
    assert!(page.contains("TLP:AMBER+STRICT"));
    let info = String::from_utf8(files["bag-info.txt"].clone()).unwrap();
    assert!(info.contains("TLP: TLP:AMBER+STRICT"), "{info}");
    let exports = files.values().filter(|bytes| {
        let entry: Value = serde_json::from_slice(bytes).unwrap_or_default();
        entry["type"] == "export.made" && entry["tlp"] == "TLP:AMBER+STRICT"
    });
    assert_eq!(exports.count(), 1);
    let custody = String::from_utf8(files["data/custody.csv"].clone()).unwrap();
    assert!(custody.contains("not stated"), "{custody}");
    // The case is as whole as before, and so is a second pack.
    bench.run(&["verify", "c", "--key", "c.vkey"]).ends_with(0);
    bench
        .run(&[
            "disclose", "c", "--claim", "1", "--tlp", "red", "--out", "q.zip",
        ])
        .ends_with(0);
    bench
        .run(&["verify", "q.zip", "--key", "c.vkey"])
        .ends_with(0);
    for options in [&[][..], &["-O"]] {
        if let Some(codes) = python(&bench, options, &["p.zip".into(), "q.zip".into()]) {
            assert_eq!(codes, [0, 0], "{options:?}");
        }
    }
    let again = bench.run(&["disclose", "c", "--claim", "1", "--out", "p.zip"]);
    assert_eq!(again.code(), 2, "a pack is never written over another one");
}

/// The bytes of a kept record.
fn kept(bench: &Bench, source: &str, leaf: &str) -> Vec<u8> {
    let path = format!("c/evidence/records/{source}/{leaf}.json");
    let opening = Opening::parse(&std::fs::read(bench.path(&path)).unwrap()).unwrap();
    let bytes = opening.pieces().into_iter().map(|piece| match piece {
        Piece::Bytes(bytes) => bytes.to_vec(),
        Piece::Withheld => Vec::new(),
    });
    bytes.collect::<Vec<_>>().concat()
}

/// Base64 without any padding, by the book.
fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut out = String::new();
    let bit = |at: usize| {
        bytes
            .get(at / 8)
            .is_some_and(|byte| byte >> (7 - at % 8) & 1 == 1)
    };
    for start in (0..bytes.len() * 8).step_by(6) {
        let index = (0..6).fold(0, |index, at| index * 2 + usize::from(bit(start + at)));
        out.push(char::from(LETTERS[index]));
    }
    out
}

/// Everything one might look for of a withheld value.
fn needles(value: &str) -> Vec<Vec<u8>> {
    let mut needles = Vec::new();
    for text in [
        value.to_owned(),
        value.to_lowercase(),
        value.to_uppercase(),
        format!("\"{value}\""),
        format!("{value}\n"),
    ] {
        let digest = sha256(text.as_bytes());
        needles.extend([
            digest.0.to_vec(),
            digest.to_string().into_bytes(),
            digest.to_base64().into_bytes(),
            digest.to_base64().trim_end_matches('=').as_bytes().to_vec(),
        ]);
        let hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        needles.push(hex.into_bytes());
        needles.push(text.encode_utf16().flat_map(u16::to_le_bytes).collect());
        for before in 0..3 {
            let shifted = [vec![b'"'; before], text.as_bytes().to_vec()].concat();
            let letters = base64(&shifted);
            needles.push(letters.as_bytes()[(before * 8).div_ceil(6)..letters.len() - 1].to_vec());
        }
        needles.push(text.into_bytes());
    }
    needles
}

#[test]
fn nothing_withheld_is_anywhere_in_the_pack() {
    let bench = case();
    let brief = json(&bench.path("c/brief.json"));
    let record = &brief["claims"][0]["records"][0];
    let (source, leaf) = (record["source"].to_string(), record["leaf"].to_string());
    let bytes = kept(&bench, &source, &leaf);
    let text = String::from_utf8_lossy(&bytes).replace("\"\"", "\"");
    let of = |name: &str| -> Option<String> {
        let (_, rest) = text.split_once(&format!("\"{name}\":\""))?;
        Some(rest.split('"').next()?.to_owned())
    };
    let (user, address) = (of("UserId").unwrap(), of("ClientIPAddress").unwrap());
    let run = bench.run(&[
        "disclose",
        "c",
        "--claim",
        "1",
        "--withhold",
        "UserId",
        "--withhold",
        "ClientIPAddress",
        "--out",
        "p.zip",
    ]);
    let said = run.ends_with(0).out();
    assert!(said.contains("cut after intake"), "{said}");
    let archive = std::fs::read(bench.path("p.zip")).unwrap();
    for value in [&user, &address] {
        assert!(value.len() > 6, "{value}");
        for needle in needles(value) {
            let occurs = archive.windows(needle.len()).any(|part| part == needle);
            assert!(!occurs, "{value}: {:?}", String::from_utf8_lossy(&needle));
        }
    }
    for secret in std::fs::read_dir(bench.path("c/evidence/sources")).unwrap() {
        let key = std::fs::read(secret.unwrap().path().join("key")).unwrap();
        assert!(!archive.windows(key.len()).any(|part| part == key));
    }
    let files = pack(&bench, "p.zip");
    let page = String::from_utf8(files["data/report.html"].clone()).unwrap();
    assert!(
        page.contains("███") && page.contains("Binding: cut after intake"),
        "{page}"
    );
    assert!(page.contains("values withheld"));
    bench
        .run(&["verify", "p.zip", "--key", "c.vkey"])
        .ends_with(0);
    bench.run(&["verify", "c", "--key", "c.vkey"]).ends_with(0);
    if let Some(codes) = python(&bench, &["-O"], &["p.zip".into()]) {
        assert_eq!(codes, [0]);
    }
    // The same values, withheld once more, have other digests.
    bench
        .run(&[
            "disclose",
            "c",
            "--claim",
            "1",
            "--withhold",
            "UserId",
            "--withhold",
            "ClientIPAddress",
            "--out",
            "q.zip",
        ])
        .ends_with(0);
    let digests = |name: &str| -> Vec<String> {
        let files = pack(&bench, name);
        let cuts = files
            .iter()
            .filter(|(path, _)| path.starts_with("data/cuts/"));
        let all = cuts.flat_map(|(_, bytes)| {
            let cut: Value = serde_json::from_slice(bytes).unwrap();
            let values = cut["values"].as_array().unwrap().clone();
            values
                .into_iter()
                .filter_map(|value| Some(value.get("digest")?.to_string()))
        });
        all.collect()
    };
    let (one, two) = (digests("p.zip"), digests("q.zip"));
    assert!(!one.is_empty() && one.len() == two.len());
    assert!(one.iter().all(|digest| !two.contains(digest)));
}

#[test]
fn wishes_that_cannot_be_granted_change_nothing() {
    let bench = case();
    let before = std::fs::read(bench.path("c/evidence/log/checkpoint")).unwrap();
    for wrong in [
        &["--claim", "C-NOTHERE0"][..],
        &["--claim", "0"],
        &["--leaf", "7"],
        &["--leaf", "7/99999999"],
        &["--leaf", "99/0"],
        &["--claim", "1", "--withhold", "NoSuchField"],
        &[],
    ] {
        let run = bench.run(&[&["disclose", "c", "--out", "p.zip"][..], wrong].concat());
        assert_eq!(run.code(), 2, "{wrong:?}\n{}", run.err());
    }
    assert!(!bench.path("p.zip").exists());
    let after = std::fs::read(bench.path("c/evidence/log/checkpoint")).unwrap();
    assert_eq!(before, after);
}

#[test]
fn record_that_no_claim_cites_is_opened_from_its_source() {
    let bench = Bench::new();
    let records: String = (0..600)
        .map(|n| crate::bench::read_record(n, "ana@example.org", "203.0.113.9") + "\n")
        .collect();
    bench.file("logs/audit.jsonl", &records);
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    bench
        .run(&[
            "disclose", "c", "--leaf", "1/300", "--leaf", "1/599", "--out", "p.zip",
        ])
        .ends_with(0);
    bench
        .run(&["verify", "p.zip", "--key", "c.vkey"])
        .ends_with(0);
    bench.run(&["verify", "c", "--key", "c.vkey"]).ends_with(0);
    assert!(read_records(1).len() < 10_000);
}

/// Altered packs: bits, files removed, emptied and exchanged.
fn altered(files: &Contents) -> Vec<(String, Vec<u8>)> {
    let archive = |files: &Contents| container::write("pack", files).unwrap();
    let good = archive(files);
    let mut cases = Vec::new();
    let mut state = 7u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..40 {
        let (at, bit) = (random(good.len()), random(8));
        let mut flipped = good.clone();
        flipped[at] ^= 1 << bit;
        cases.push((format!("archive byte {at} bit {bit}"), flipped));
    }
    for path in files.keys() {
        let mut removed = files.clone();
        removed.remove(path);
        cases.push((format!("{path} removed"), archive(&removed)));
        for _ in 0..9 {
            let (at, bit) = (random(files[path].len()), random(8));
            let mut flipped = files.clone();
            flipped.get_mut(path).unwrap()[at] ^= 1 << bit;
            cases.push((format!("{path} byte {at} bit {bit}"), archive(&flipped)));
            if path.starts_with("data/") {
                let name = format!("{path} byte {at} bit {bit}, manifests made again");
                cases.push((name, archive(&with_manifests(&flipped))));
            }
        }
    }
    cases
}

/// Makes the manifests fit again, as a forger would.
fn with_manifests(files: &Contents) -> Contents {
    use demarche_evidence::bag;
    let mut files = files.clone();
    let is_own = |path: &String, payload: bool| {
        path.starts_with("data/") == payload && path != "tagmanifest-sha256.txt"
    };
    let part = |files: &Contents, payload: bool| -> Contents {
        let own = files.iter().filter(|(path, _)| is_own(path, payload));
        own.map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect()
    };
    let manifest = bag::manifest(&part(&files, true));
    files.insert(bag::MANIFEST.into(), manifest.into());
    let tags = bag::manifest(&part(&files, false));
    files.insert("tagmanifest-sha256.txt".into(), tags.into());
    files
}

#[test]
fn python_and_verify_agree_on_more_than_200_altered_packs() {
    let bench = case();
    bench
        .run(&[
            "disclose",
            "c",
            "--claim",
            "1",
            "--withhold",
            "UserId",
            "--out",
            "p.zip",
        ])
        .ends_with(0);
    let mut cases = vec![(
        "honest".to_owned(),
        std::fs::read(bench.path("p.zip")).unwrap(),
    )];
    cases.extend(altered(&pack(&bench, "p.zip")));
    assert!(cases.len() > 200, "{}", cases.len());
    let mut names = Vec::new();
    let mut expected = Vec::new();
    for (at, (name, archive)) in cases.iter().enumerate() {
        let file = format!("{at}.zip");
        std::fs::write(bench.path(&file), archive).unwrap();
        let code = bench.run(&["verify", &file, "--key", "c.vkey"]).code();
        assert!(at == 0 || code != 0, "{name} holds");
        expected.push(code);
        names.push(file);
    }
    assert_eq!(expected[0], 0);
    for options in [&[][..], &["-O"]] {
        let Some(codes) = python(&bench, options, &names) else {
            return;
        };
        for (((name, _), ours), theirs) in cases.iter().zip(&expected).zip(&codes) {
            assert_eq!(ours, theirs, "{name} {options:?}");
        }
    }
    println!("{} packs, with and without -O: same answer", cases.len());
}

#[test]
fn custody_table_and_form_are_written_for_a_case() {
    let bench = case();
    let logs = anchor("b");
    let first = std::fs::read_dir(&logs).unwrap().next().unwrap().unwrap();
    let stated = format!(
        "[[acquired]]\npath = '{}'\nwho = 'Ana Example'\nwhen = '2026-04-01T09:00Z'\ntool = 'portal'\n",
        first.file_name().to_string_lossy()
    );
    bench.file("acquired.toml", &stated);
    bench
        .run(&[
            "examine",
            &logs,
            "--case",
            "d",
            "--acquired",
            "acquired.toml",
            "-q",
        ])
        .ends_with(0);
    bench.run(&["custody", "d", "--out", "papers"]).ends_with(0);
    let table = std::fs::read_to_string(bench.path("papers/custody.csv")).unwrap();
    assert!(table.starts_with("item,identification,action,person,role,contact,time"));
    assert!(
        table.contains("Ana Example") && table.contains("not stated"),
        "{table}"
    );
    let form = std::fs::read_to_string(bench.path("papers/certificate-902.txt")).unwrap();
    assert!(form.contains("902(13)") && form.contains("______"));
    assert_eq!(bench.run(&["custody", "d", "--out", "papers"]).code(), 1);
    assert!(Path::new(&logs).is_dir());
}
