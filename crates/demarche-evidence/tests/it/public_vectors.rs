//! Vectors nobody here wrote: kept in `vectors/public`, or read from `DEMARCHE_VECTORS`.
//!
//! `vectors/README.md` says which they are, where from, and under which licence. One set whose
//! text is long is not kept; without the variable its test prints that it was skipped.

use std::fs;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use demarche_evidence::checkpoint;
use demarche_evidence::hash::{self, Digest};
use demarche_evidence::note::{Algorithm, Note, VerifierKey};
use demarche_evidence::proof::{check_consistency, check_inclusion};
use demarche_evidence::tile::{self, TileNodes};
use demarche_evidence::{prove, tree};
use serde_json::Value;

/// The folder of one origin, or a printed line for the one origin that is not kept here.
fn folder(origin: &str) -> Option<PathBuf> {
    let kept = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../vectors/public");
    let given = std::env::var_os("DEMARCHE_VECTORS").map(|root| Path::new(&root).join(origin));
    let found = given
        .filter(|folder| folder.is_dir())
        .or(Some(kept.join(origin)).filter(|folder| folder.is_dir()));
    if found.is_none() {
        assert_eq!(origin, "C2SP", "vectors/public/{origin} is missing");
        println!("skipped: no {origin} under DEMARCHE_VECTORS");
    }
    found
}

/// Every file below a folder whose name ends so, sorted.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path, ending));
        } else if path.to_string_lossy().ends_with(ending) {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn json(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

/// Hashes of a vector; `None` if one is not 32 bytes, which a reader refuses before any proof.
fn hashes(value: &Value) -> Option<Vec<Digest>> {
    let items = value.as_array().map_or(&[][..], Vec::as_slice);
    items
        .iter()
        .map(|item| Digest::from_base64(item.as_str()?))
        .collect()
}

/// A root of a vector. Where any root would do, some are words; a digest stands in for them.
fn root(value: &Value) -> Option<Digest> {
    let text = value.as_str()?;
    Digest::from_base64(text).or_else(|| (text.len() < 44).then(|| hash::sha256(text.as_bytes())))
}

#[test]
fn transparency_dev_inclusion_vectors() {
    let Some(folder) = folder("merkle") else {
        return;
    };
    let cases = files(&folder.join("testdata/inclusion"), ".json");
    assert_eq!(cases.len(), 98);
    for path in cases {
        let case = json(&path);
        let holds = || {
            let root = Digest::from_base64(case["root"].as_str()?)?;
            let leaf = Digest::from_base64(case["leafHash"].as_str()?)?;
            let (index, size) = (case["leafIdx"].as_u64()?, case["treeSize"].as_u64()?);
            check_inclusion(index, size, &leaf, &hashes(&case["proof"])?, &root).ok()
        };
        assert_eq!(
            holds().is_none(),
            case["wantErr"].as_bool().unwrap(),
            "{path:?}"
        );
    }
}

#[test]
fn transparency_dev_consistency_vectors() {
    let Some(folder) = folder("merkle") else {
        return;
    };
    let cases = files(&folder.join("testdata/consistency"), ".json");
    assert_eq!(cases.len(), 98);
    for path in cases {
        let case = json(&path);
        let holds = || {
            let (old, new) = (root(&case["root1"])?, root(&case["root2"])?);
            let sizes = (case["size1"].as_u64()?, case["size2"].as_u64()?);
            let path = hashes(&case["proof"])?;
            check_consistency((sizes.0, &old), (sizes.1, &new), &path).ok()
        };
        assert_eq!(
            holds().is_none(),
            case["wantErr"].as_bool().unwrap(),
            "{path:?}"
        );
    }
}

/// A whole log with a checkpoint at each size from 0 to 15.
#[test]
fn tessera_log() {
    let Some(folder) = folder("tessera") else {
        return;
    };
    let log = folder.join("testdata/log");
    let vkey = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx";
    let keys = [VerifierKey::parse(vkey).unwrap()];
    let shelf = demarche_evidence::directory::Directory::open(&log).unwrap();
    let mut roots = Vec::new();
    for size in 0..=15u64 {
        let bytes = fs::read(log.join(format!("checkpoint.{size}"))).unwrap();
        let opened = checkpoint::open(&bytes, &keys).unwrap();
        assert_eq!(opened.checkpoint.size, size);
        let root = prove::root(&mut TileNodes::new(&shelf, size), size).unwrap();
        assert_eq!(root, opened.checkpoint.root);
        roots.push(root);
        if size == 0 {
            continue;
        }
        let bundle = fs::read(log.join(tile::bundle_path(0, size as u16))).unwrap();
        let leaves = tile::leaf_hashes(&tile::entries(&bundle, size as u16).unwrap());
        assert_eq!(tree::root(leaves.iter().copied()), root);
        for index in 0..size {
            let path = prove::inclusion(&mut TileNodes::new(&shelf, size), index, size).unwrap();
            check_inclusion(index, size, &leaves[index as usize], &path, &root).unwrap();
        }
        for old in 1..size {
            let path = prove::consistency(&mut TileNodes::new(&shelf, size), old, size).unwrap();
            check_consistency((old, &roots[old as usize]), (size, &root), &path).unwrap();
        }
    }
}

/// Answers of a real certificate log of 961,984,011 entries.
#[test]
fn certificate_log_of_961_984_011_entries() {
    let Some(folder) = folder("azul") else { return };
    let folder = folder.join("crates/tlog_tiles/tests/http_get");
    let named = |name: &str| {
        let found = files(&folder, "").into_iter().find(|path| {
            path.file_name()
                .is_some_and(|file| file.to_string_lossy().starts_with(name))
        });
        json(&found.unwrap())
    };
    let head = named("get-sth");
    let size = head["tree_size"].as_u64().unwrap();
    assert_eq!(size, 961_984_011);
    let root = Digest::from_base64(head["sha256_root_hash"].as_str().unwrap()).unwrap();
    let proof = named("get-proof-by-hash");
    let entries = named("get-entries");
    let data = entries["entries"][0]["leaf_input"].as_str().unwrap();
    let data = base64::engine::general_purpose::STANDARD
        .decode(data)
        .unwrap();
    let index = proof["leaf_index"].as_u64().unwrap();
    let path = hashes(&proof["audit_path"]).unwrap();
    check_inclusion(index, size, &hash::leaf(&data), &path, &root).unwrap();
    assert_eq!(path.len(), 30);
    let old = Digest::from_base64("AuIZ5V6sDUj1vn3Y1K85oOaQ7y+FJJKtyRTl1edIKBQ=").unwrap();
    let path = hashes(&named("get-sth-consistency")["consistency"]).unwrap();
    check_consistency((3_654_490, &old), (size, &root), &path).unwrap();
}

#[test]
fn c2sp_examples() {
    let Some(folder) = folder("C2SP") else { return };
    let text = fs::read_to_string(folder.join("signed-note.md")).unwrap();
    let key = text.split("### Example").nth(1).unwrap();
    let vkey = key
        .lines()
        .map(str::trim)
        .find(|line| line.starts_with("example.com/foo+"))
        .unwrap();
    let keys = [VerifierKey::parse(vkey).unwrap()];
    let note = key.split("```\n").nth(1).unwrap();
    assert_eq!(
        Note::parse(note.as_bytes())
            .unwrap()
            .verify(&keys)
            .unwrap()
            .len(),
        1
    );
    let poem = text.split("```\n").nth(1).unwrap();
    let poem = Note::parse(poem.as_bytes()).unwrap();
    assert_eq!((poem.text.lines().count(), poem.signatures.len()), (4, 1));
    for name in ["tlog-checkpoint.md", "tlog-cosignature.md"] {
        let text = fs::read_to_string(folder.join(name)).unwrap();
        let note = Note::parse(text.split("```\n").nth(1).unwrap().as_bytes()).unwrap();
        let head = checkpoint::Checkpoint::parse(&note.text).unwrap();
        assert_eq!(
            (head.origin.as_str(), head.size),
            ("example.com/behind-the-sofa", 20_852_163)
        );
    }
}

/// Edge points of Ed25519: what `verify_strict` and canonical keys let through.
#[test]
fn cctv_ed25519_vectors() {
    let Some(folder) = folder("CCTV") else { return };
    let cases = json(&folder.join("ed25519/ed25519vectors.json"));
    let (mut taken, mut refused) = (0, 0);
    for case in cases.as_array().unwrap() {
        let hex = |name: &str| -> Vec<u8> {
            let text = case[name].as_str().unwrap();
            (0..text.len() / 2)
                .map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).unwrap())
                .collect()
        };
        let flags: Vec<&str> = case["flags"].as_array().map_or(vec![], |flags| {
            flags.iter().filter_map(Value::as_str).collect()
        });
        let message = case["msg"].as_str().unwrap();
        let public: [u8; 32] = hex("key").try_into().unwrap();
        let ok = VerifierKey::new("a", Algorithm::Ed25519, &public).is_ok_and(|key| {
            let payload = hex("sig");
            let signature = demarche_evidence::note::Signature {
                name: "a".into(),
                id: key.id(),
                payload,
            };
            let note = Note {
                text: message.to_owned(),
                signatures: vec![signature],
            };
            note.verify(&[key]).is_ok()
        });
        let forbidden = [
            "low_order_A",
            "low_order_R",
            "non_canonical_A",
            "non_canonical_R",
        ];
        let bad = flags.iter().any(|flag| forbidden.contains(flag));
        assert!(!(ok && bad), "{} {flags:?}", case["number"]);
        if flags.is_empty() {
            assert!(ok, "{}", case["number"]);
        }
        if ok { taken += 1 } else { refused += 1 }
    }
    println!("cctv ed25519: {taken} taken, {refused} refused");
    assert!(taken > 0 && refused > 0);
}

#[test]
fn canonical_json_vectors() {
    let Some(folder) = folder("json-canonicalization") else {
        return;
    };
    let inputs = files(&folder.join("testdata/input"), ".json");
    assert_eq!(inputs.len(), 6);
    for path in inputs {
        let value: Value = json(&path);
        let expected = folder
            .join("testdata/output")
            .join(path.file_name().unwrap());
        let expected = fs::read(expected).unwrap();
        assert_eq!(
            serde_json_canonicalizer::to_vec(&value).unwrap(),
            expected,
            "{path:?}"
        );
    }
}

/// The requests of litewitness's own test, in their order.
#[test]
fn litewitness_requests() {
    use demarche_evidence::witness::Witness;
    let Some(folder) = folder("torchwood") else {
        return;
    };
    let path = folder.join("cmd/litewitness/testdata/litewitness.txt");
    let text = fs::read_to_string(path).unwrap();
    let origin =
        "sigsum.org/v1/tree/4d6d8825a6bb689d459628312889dfbb0bcd41b5211d9e1ce768b0ff0309e562";
    let hex = "ffdc2d4d98e4124d3feaf788c0c2f9abfd796083d1f0495437f302ec79cf100f";
    let public = Digest::from_hex(hex).unwrap().0;
    let logs = [VerifierKey::new(origin, Algorithm::Ed25519, &public).unwrap()];
    let signer = demarche_evidence::sign::Signer::new(
        "example.com/witness",
        Algorithm::Cosignature,
        &[1; 32],
    )
    .unwrap();
    let (state, memory) = (
        crate::case_logs::Memory::new(),
        crate::case_logs::Memory::new(),
    );
    let mut witness = Witness {
        signer: &signer,
        logs: &logs,
        state,
        memory,
    };
    let mut n_requests = 0;
    for part in text
        .split("POST http://localhost:7380/add-checkpoint\n```\n")
        .skip(1)
    {
        let (body, rest) = part.split_once("```\n").unwrap();
        let expected: u16 = rest.strip_prefix("HTTP ").unwrap()[..3].parse().unwrap();
        let answer = witness.sign(body.as_bytes(), 1);
        let found = answer.as_ref().map_or_else(|error| error.status(), |_| 200);
        // The specification has since given an unknown log its own status.
        let unknown = rest.contains("unknown log") && found == 404;
        assert!(
            found == expected || unknown,
            "{expected} {answer:?}\n{body}"
        );
        if let Some(size) = rest.split("body == \"").nth(1) {
            let size = size.split('\\').next().unwrap();
            assert_eq!(answer.unwrap_err().body(), format!("{size}\n"));
        }
        n_requests += 1;
    }
    assert!(n_requests >= 8, "{n_requests}");
}

/// Bags of the conformance suite that have a SHA-256 manifest; others are not ours to judge.
#[test]
fn bagit_conformance_suite() {
    use demarche_evidence::bag;
    use demarche_evidence::directory::Directory;
    use demarche_evidence::verify::Outcome;
    let Some(folder) = folder("bagit") else {
        return;
    };
    let mut n_bags = 0;
    for (kind, holds) in [("valid", true), ("invalid", false)] {
        // No valid bag of the suite has SHA-256 manifests, so of what is kept there is none.
        let bags = fs::read_dir(folder.join("v1.0").join(kind));
        for entry in bags.into_iter().flatten() {
            let bag = entry.unwrap().path();
            let both = [bag::MANIFEST, bag::TAG_MANIFEST];
            if !both.iter().all(|name| bag.join(name).is_file()) {
                continue;
            }
            let checked = bag::check(&Directory::open(&bag).unwrap());
            let found = checked.faults.outcome() == Outcome::Holds;
            assert_eq!(found, holds, "{bag:?} {:?}", checked.faults);
            n_bags += 1;
        }
    }
    println!("bagit conformance suite: {n_bags} bags with SHA-256");
    assert!(n_bags >= 3);
}
