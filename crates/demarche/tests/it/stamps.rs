//! Time stamps of a case: asked for, kept, checked, carried in packs.

use std::path::Path;
use std::process::Command;

use demarche_evidence::container;

use crate::bench::{Bench, anchor};

fn vectors() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/timestamps")
}

fn case() -> Bench {
    let bench = Bench::new();
    bench
        .run(&["examine", &anchor("b"), "--case", "c", "-q"])
        .ends_with(0);
    bench
        .run(&["witness", "stamp-request", "c", "--out", "c.tsq"])
        .ends_with(0);
    bench
}

/// Has OpenSSL's own authority answer the request of a case, where there is one.
fn answered(bench: &Bench) -> bool {
    let made = Command::new("bash")
        .arg(vectors().join("make.sh"))
        .arg(bench.path("tsa"))
        .env("DATA", bench.path("c/evidence/log/checkpoint"))
        .env("REQUEST", bench.path("c.tsq"))
        .output();
    let is_made = made.is_ok_and(|made| made.status.success());
    if !is_made {
        println!("skipped: no OpenSSL, bash or python3 here that makes time stamps");
    }
    is_made
}

fn stamp(bench: &Bench, more: &[&str]) -> crate::bench::Ran {
    bench.run(&[&["witness", "stamp", "c"], more].concat())
}

#[test]
fn token_over_other_bytes_or_of_another_request_is_not_kept() {
    let bench = case();
    let token = vectors().join("rsa.tsr");
    let token = token.to_str().unwrap();
    let said = stamp(&bench, &[token]).ends_with(1).err();
    assert!(said.contains("over other bytes"), "{said}");
    let checkpoint = vectors().join("checkpoint");
    let of_another_log = ["--checkpoint", checkpoint.to_str().unwrap()];
    stamp(&bench, &[&[token], &of_another_log[..]].concat()).ends_with(1);
    bench.run(&["verify", "c", "--key", "c.vkey"]).ends_with(0);
    // The request names the checkpoint, so it is written once and never over another.
    bench
        .run(&["witness", "stamp-request", "c", "--out", "c.tsq"])
        .ends_with(1);
}

#[test]
fn stamped_checkpoint_is_checked_by_whom_one_trusts() {
    let bench = case();
    if !answered(&bench) {
        return;
    }
    let before = bench.path("c/evidence/log/checkpoint");
    std::fs::copy(&before, bench.path("before")).unwrap();
    let own = bench.path("own.tsq");
    let data = std::fs::read(&before).unwrap();
    std::fs::write(&own, demarche_evidence::timestamp::request(&data, &[1; 8])).unwrap();
    let answer = ["tsa/rsa.tsr", "--authority", "tsa/root.pem"];
    let nonce = [&answer[..], &["--request", "own.tsq"]].concat();
    let said = stamp(&bench, &nonce).ends_with(1).err();
    assert!(said.contains("nonce"), "{said}");
    for wrong in ["tsa/ended.tsr", "tsa/mail.tsr", "tsa/sha1-imprint.tsr"] {
        stamp(&bench, &[wrong]).ends_with(1);
    }
    stamp(&bench, &["tsa/rsa.tsr", "--authority", "tsa/other.pem"]).ends_with(1);
    let said = stamp(&bench, &[&answer[..], &["--request", "c.tsq"]].concat());
    let said = said.ends_with(0).out();
    assert!(said.contains("traced to an authority you trust"), "{said}");
    // The log has gone on: a second authority's token needs the checkpoint that was stamped.
    stamp(&bench, &["tsa/curve.tsr"]).ends_with(1);
    stamp(&bench, &["tsa/curve.tsr", "--checkpoint", "before"]).ends_with(0);

    let verify = |more: &[&str]| bench.run(&[&["verify", "c", "--key", "c.vkey"], more].concat());
    let said = verify(&["--authority", "tsa/root.pem"]).ends_with(0).out();
    assert_eq!(said.matches("\nstamped ").count(), 2, "{said}");
    assert_eq!(
        said.matches(", traced to an authority you trust").count(),
        2
    );
    let said = verify(&[]).ends_with(0).out();
    assert_eq!(said.matches("not traced to an authority").count(), 2);
    let said = verify(&["--authority", "tsa/other.pem"]).ends_with(3).out();
    assert!(said.contains("no authority given vouches for"), "{said}");
    verify(&["--authority", "c/brief.json"]).ends_with(2);

    bench
        .run(&["disclose", "c", "--claim", "1", "--out", "p.zip"])
        .ends_with(0);
    let pack = ["verify", "p.zip", "--key", "c.vkey", "--authority"];
    let said = bench.run(&[&pack[..], &["tsa/root.pem"]].concat());
    assert_eq!(said.ends_with(0).out().matches("\nstamped ").count(), 2);
    bench
        .run(&[&pack[..], &["tsa/other.pem"]].concat())
        .ends_with(3);
    let files = container::read(&std::fs::read(bench.path("p.zip")).unwrap());
    let mut n_tokens = 0;
    for (path, bytes) in files.unwrap().1 {
        let Some(name) = path.strip_prefix("data/timestamps/") else {
            continue;
        };
        std::fs::write(bench.path(name), bytes).unwrap();
        let Some(stem) = name.strip_suffix(".tsr") else {
            continue;
        };
        let data = format!("data/timestamps/{stem}.checkpoint");
        let data = container::read(&std::fs::read(bench.path("p.zip")).unwrap())
            .unwrap()
            .1[&data]
            .clone();
        std::fs::write(bench.path("stamped"), data).unwrap();
        let judged = Command::new("openssl")
            .args(["ts", "-verify", "-data", "stamped", "-in", name])
            .args(["-CAfile", "tsa/root.pem"])
            .current_dir(bench.path(""))
            .output()
            .unwrap();
        assert!(judged.status.success(), "{judged:?}");
        n_tokens += 1;
    }
    assert_eq!(n_tokens, 2);
}
