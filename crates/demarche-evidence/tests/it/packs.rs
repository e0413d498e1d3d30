//! Packs: honest ones hold, altered ones do not, and the Python verifier says the same.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use demarche_evidence::bag;
use demarche_evidence::case_log::CaseLog;
use demarche_evidence::container::{self, Contents};
use demarche_evidence::directory::Directory;
use demarche_evidence::disclose::{self, Place, Show};
use demarche_evidence::entry::{self as entry_room, Cite};
use demarche_evidence::hash;
use demarche_evidence::key::SourceKey;
use demarche_evidence::note::Algorithm;
use demarche_evidence::opening::{Content, Opening};
use demarche_evidence::pack::{Draft, VERIFIER};
use demarche_evidence::policy::Policy;
use demarche_evidence::sign::Signer;
use demarche_evidence::tile::FilesMut as _;
use demarche_evidence::verify::{Outcome, pack};

use crate::case_logs::{Folder, Memory, common, entry, signer};
use crate::openings::{source, values_of};

/// Record 10 cut after intake, two of its values withheld; entry 3 binds the cut.
fn later_cut(sealed: &crate::openings::Sealed) -> Opening {
    let Content::Whole { bytes, .. } = sealed.open(10, &Show::All).unwrap().content else {
        panic!("record 10 was sealed whole");
    };
    let (offset, span) = &sealed.spans()[10];
    let mut span = span.clone();
    span.values = values_of(&bytes);
    let place = Place {
        source: "1",
        entry: 3,
        leaf: 10,
        offset: *offset,
        span: &span,
        bytes: &bytes,
        path: &[],
    };
    disclose::open(&SourceKey::new([9; 32]), &place, &Show::Without(&[1, 2])).unwrap()
}

/// The entry that binds the cut.
fn cut_entry(cut: &Opening) -> Vec<u8> {
    let mut fields = serde_json::Map::new();
    fields.insert("source".into(), "1".into());
    fields.insert("leaf".into(), 10.into());
    let commitment = cut.commitment().unwrap().1;
    fields.insert("commitment".into(), commitment.to_string().into());
    common("record.cut", 99).write(fields).unwrap()
}

/// A pack of openings: whole, in part, a header, one cut after intake; one sentence revealed.
pub fn honest() -> Contents {
    let sealed = source(40);
    let cut = later_cut(&sealed);
    let cut_entry = cut_entry(&cut);
    let mut log = CaseLog::open(Memory::new(), signer(), &[]).unwrap();
    let seal = common("source.sealed", 100)
        .write(sealed.entry.fields())
        .unwrap();
    log.append(&[entry(0), entry(1), seal.clone(), cut_entry.clone()])
        .unwrap();
    let mut fields = serde_json::Map::new();
    let said = (
        [5; 16],
        serde_json::json!({ "sentence": "ana4@example.org \u{e9}\n", "n": 3, "absence": null }),
    );
    let field = entry_room::concealed(&said.0, &said.1).unwrap();
    fields.insert("said".into(), field);
    let cites = [
        Cite {
            source: "1".into(),
            leaf: 3,
        },
        Cite {
            source: "1".into(),
            leaf: 4,
        },
    ];
    fields.insert("cites".into(), Cite::list(&cites));
    let finding = common("finding.asserted", 101).write(fields).unwrap();
    log.append(std::slice::from_ref(&finding)).unwrap();
    let mut draft = Draft::new();
    draft.opening(&sealed.open(3, &Show::Without(&[1, 2])).unwrap());
    draft.opening(&sealed.open(4, &Show::All).unwrap());
    draft.opening(&sealed.open(6, &Show::All).unwrap());
    draft.opening(&sealed.open(7, &Show::Header).unwrap());
    draft.opening(&sealed.open(10, &Show::Header).unwrap());
    draft.cut(&cut);
    draft
        .reveal(4, &BTreeMap::from([("said".to_owned(), said)]))
        .unwrap();
    draft
        .page(
            "README.txt",
            b"What this proves, and what it does not.\n".to_vec(),
        )
        .unwrap();
    draft
        .page("custody.csv", b"who,what,when\n".to_vec())
        .unwrap();
    let mut fields = serde_json::Map::new();
    fields.insert("content".into(), draft.content().to_string().into());
    let export = common("export.made", 102).write(fields).unwrap();
    let index = log.append(std::slice::from_ref(&export)).unwrap();
    let entries = [(2, seal), (3, cut_entry), (4, finding), (index, export)];
    let info = [("TLP".to_owned(), "TLP:AMBER+STRICT".to_owned())];
    draft.finish(&log, &entries, &info).unwrap()
}

fn policy() -> Policy {
    Policy::of_logs(vec![signer().verifier_key().clone()])
}

fn outcome(files: &Contents) -> Outcome {
    pack::check(files, &policy()).faults.outcome()
}

/// Makes the manifests fit again, as a forger would.
pub fn with_manifests(files: &Contents) -> Contents {
    let mut files = files.clone();
    let part = |files: &Contents, payload: bool| -> Contents {
        let own =
            |path: &str| path.starts_with("data/") == payload && path != "tagmanifest-sha256.txt";
        files
            .iter()
            .filter(|(path, _)| own(path))
            .map(|(path, bytes)| (path.clone(), bytes.clone()))
            .collect()
    };
    let payload = part(&files, true);
    let size: usize = payload.values().map(Vec::len).sum();
    let info = format!(
        "TLP: TLP:AMBER+STRICT\nPayload-Oxum: {size}.{}\n",
        payload.len()
    );
    files.insert("bag-info.txt".into(), info.into());
    files.insert(bag::MANIFEST.into(), bag::manifest(&payload).into());
    let tags = bag::manifest(&part(&files, false));
    files.insert("tagmanifest-sha256.txt".into(), tags.into());
    files
}

#[test]
fn honest_pack_holds_zipped_and_unzipped() {
    let files = honest();
    let checked = pack::check(&files, &policy());
    assert_eq!(
        checked.faults.outcome(),
        Outcome::Holds,
        "{:?}",
        checked.faults
    );
    assert_eq!(checked.records.len(), 5);
    assert_eq!((checked.cuts.len(), checked.reveals.len()), (1, 1));
    assert_eq!(checked.opened.unwrap().checkpoint.size, 6);
    let archive = container::write("pack", &files).unwrap();
    assert_eq!(
        container::read(&archive),
        Ok(("pack".into(), files.clone()))
    );
    let folder = Folder::new("pack");
    let mut directory = Directory::open(&folder.0).unwrap();
    for (path, bytes) in &files {
        directory.write(path, bytes).unwrap();
    }
    let checked = pack::check(&directory, &policy());
    assert_eq!(
        checked.faults.outcome(),
        Outcome::Holds,
        "{:?}",
        checked.faults
    );
}

#[test]
fn equal_packs_are_equal_bytes() {
    let one = container::write("pack", &honest()).unwrap();
    let two = container::write("pack", &honest()).unwrap();
    assert_eq!(one, two);
    assert_eq!(honest(), with_manifests(&honest()));
}

#[test]
fn nothing_withheld_and_no_key_is_anywhere_in_the_pack() {
    let archive = container::write("pack", &honest()).unwrap();
    let occurs = |needle: &[u8]| archive.windows(needle.len()).any(|part| part == needle);
    assert!(occurs(b"data/records/1/3.json"));
    let sealed = source(40);
    let mut forms: Vec<Vec<u8>> = vec![sealed.key.secret().to_vec()];
    for value in [
        "ana3@example.org",
        "203.0.113.3",
        "ana10@example.org",
        "203.0.113.10",
    ] {
        for form in [
            value.to_owned(),
            value.to_uppercase(),
            format!("\"{value}\""),
            format!(" {value}"),
        ] {
            let digest = hash::sha256(form.as_bytes());
            forms.extend([
                digest.0.to_vec(),
                digest.to_string().into(),
                digest.to_base64().into(),
            ]);
            forms.push(form.into());
        }
    }
    forms.push(hash::sha256(&sealed.bytes).to_string().into());
    for form in forms {
        assert!(!occurs(&form), "{:?}", String::from_utf8_lossy(&form));
    }
}

#[test]
fn archive_has_one_spelling() {
    let mut files = honest();
    files.retain(|_, bytes| bytes.len() < 300);
    assert!(files.len() > 3);
    let good = container::write("pack", &files).unwrap();
    for at in 0..good.len() {
        let mut flipped = good.clone();
        flipped[at] ^= 1 << (at % 8);
        if let Ok((folder, files)) = container::read(&flipped) {
            panic!("byte {at} is not checked: {folder} {}", files.len());
        }
        if at % 97 == 0 {
            let cut = container::read(&good[..at]).unwrap_err();
            assert!(!cut.is_altered(), "cut at {at}");
        }
    }
    // Bytes of a file are sealed, what lies around them is not.
    let inside = good.windows(6).position(|it| it == b"BagIt-").unwrap();
    let mut changed = good.clone();
    changed[inside] ^= 1;
    assert!(container::read(&changed).unwrap_err().is_altered());
    let last = good.len() - 30;
    assert_eq!(
        container::read(&good[..last]).unwrap_err(),
        container::ContainerError::Cut(last)
    );
    assert!(container::read(&[good.as_slice(), b"\0"].concat()).is_err());
    assert!(container::read(&[b"\0", good.as_slice()].concat()).is_err());
}

#[test]
fn paths_that_leave_the_pack_are_refused() {
    let wrong = [
        "../x",
        "a/../../x",
        "/x",
        "",
        "a//b",
        "./a",
        "c:x",
        "a\\b",
        "a\nb",
        "a.",
        "a ",
    ];
    for path in wrong {
        let files = BTreeMap::from([(path.to_owned(), vec![])]);
        assert!(container::write("pack", &files).is_err(), "{path:?}");
        assert!(Draft::new().page(path, vec![]).is_err(), "{path:?}");
    }
    for taken in [
        "log/checkpoint",
        "records/1/1.json",
        "cuts/1/1.json",
        "reveals/000001.json",
        "verify/verify_pack.py",
    ] {
        assert!(Draft::new().page(taken, vec![]).is_err(), "{taken}");
    }
    assert!(container::is_safe("data/log/checkpoint"));
}

#[test]
fn more_than_65535_files_are_read_back() {
    let files: Contents = (0..65_600)
        .map(|n| (format!("data/{n:06}"), vec![]))
        .collect();
    let archive = container::write("p", &files).unwrap();
    assert_eq!(container::read(&archive).unwrap().1.len(), files.len());
}

type Case = (String, Vec<u8>);

/// Altered packs of every kind, at least two hundred, as archives.
fn altered() -> Vec<Case> {
    let files = honest();
    let archive = |files: &Contents| container::write("pack", files).unwrap();
    let good = archive(&files);
    let mut cases: Vec<Case> = Vec::new();
    let mut state = 1u64;
    let mut random = |below: usize| {
        state = state
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (state >> 33) as usize % below
    };
    for _ in 0..60 {
        let (at, bit) = (random(good.len()), random(8));
        let mut flipped = good.clone();
        flipped[at] ^= 1 << bit;
        cases.push((format!("archive byte {at} bit {bit}"), flipped));
    }
    for path in files.keys() {
        let mut removed = files.clone();
        removed.remove(path);
        cases.push((format!("{path} removed"), archive(&removed)));
        let again = with_manifests(&removed);
        if again != files {
            cases.push((
                format!("{path} removed, manifests made again"),
                archive(&again),
            ));
        }
        let mut renamed = removed.clone();
        renamed.insert(path.to_uppercase(), files[path].clone());
        cases.push((format!("{path} renamed by case"), archive(&renamed)));
        let mut emptied = files.clone();
        emptied.insert(path.clone(), vec![]);
        cases.push((format!("{path} emptied"), archive(&emptied)));
        let again = with_manifests(&emptied);
        if again != files {
            cases.push((
                format!("{path} emptied, manifests made again"),
                archive(&again),
            ));
        }
        for _ in 0..8 {
            let (at, bit) = (random(files[path].len()), random(8));
            let mut flipped = files.clone();
            flipped.get_mut(path).unwrap()[at] ^= 1 << bit;
            cases.push((format!("{path} byte {at} bit {bit}"), archive(&flipped)));
            let again = with_manifests(&flipped);
            if again != files {
                cases.push((
                    format!("{path} byte {at} bit {bit}, manifests made again"),
                    archive(&again),
                ));
            }
        }
    }
    let mut add = |name: &str, path: &str, bytes: &[u8]| {
        let mut added = files.clone();
        added.insert(path.into(), bytes.to_vec());
        cases.push((format!("{name} added"), archive(&added)));
        cases.push((
            format!("{name} added, manifests made again"),
            archive(&with_manifests(&added)),
        ));
    };
    add("page", "data/more.txt", b"x");
    add("file beside", "more.txt", b"x");
    add(
        "fetch list",
        "fetch.txt",
        b"https://example.org/x 1 data/x\n",
    );
    add("stray log file", "data/log/entries/7.json", b"{}");
    let cut = files["data/cuts/1/10.json"].as_slice();
    add("cut of another record", "data/cuts/1/4.json", cut);
    let reveals = files["data/reveals/000004.json"].as_slice();
    add(
        "reveals of another entry",
        "data/reveals/000002.json",
        reveals,
    );
    add("reveals of no entry", "data/reveals/000009.json", reveals);
    add("reveals under another name", "data/reveals/4.json", reveals);
    add("reveals with a space", "data/reveals/000003.json", b"{ }\n");
    add(
        "reveals without their end",
        "data/reveals/000003.json",
        b"{}",
    );
    add("stray proof", "data/log/proofs/000001.tlog-proof", b"x");
    add("unproved entry", "data/log/entries/000001.json", &entry(1));
    add(
        "record of nowhere",
        "data/records/2/1.json",
        files["data/records/1/4.json"].as_slice(),
    );
    add(
        "record in other JSON",
        "data/records/1/9.json",
        b"{\"format\":[],\"mode\":{}}",
    );
    add(
        "record that is a list",
        "data/records/1/9.json",
        b"[[[[1]]]]",
    );
    add(
        "record with a huge number",
        "data/records/1/9.json",
        b"{\"leaf\":1e999}",
    );
    cases
}

/// Runs the Python verifier over archives in one process; `None` if there is no Python here.
fn python(cases: &[Case], options: &[&str], key: &str) -> Option<Vec<u8>> {
    let folder = Folder::new(&format!("python-{}", options.len()));
    std::fs::write(folder.0.join("verify_pack.py"), VERIFIER).unwrap();
    for (at, (_, archive)) in cases.iter().enumerate() {
        std::fs::write(folder.0.join(format!("{at}.zip")), archive).unwrap();
    }
    let script = "import sys, io, verify_pack\n\
        out = sys.stdout\n\
        for n in range(int(sys.argv[2])):\n\
        \x20   sys.stdout = io.StringIO()\n\
        \x20   code = verify_pack.main(['--show', '--key', sys.argv[1], '%d.zip' % n])\n\
        \x20   print(code, file=out)\n";
    let run = Command::new("python3")
        .args(["-B"])
        .args(options)
        .args(["-c", script, key, &cases.len().to_string()])
        .current_dir(&folder.0)
        .output();
    let Ok(run) = run else {
        println!("skipped: no python3 here");
        return None;
    };
    assert!(
        run.status.success(),
        "{}",
        String::from_utf8_lossy(&run.stderr)
    );
    let text = String::from_utf8(run.stdout).unwrap();
    Some(text.lines().map(|line| line.parse().unwrap()).collect())
}

/// What our own verifier says of an archive.
fn ours(archive: &[u8]) -> u8 {
    match container::read(archive) {
        Ok((_, files)) => outcome(&files).exit_code(),
        Err(error) if error.is_altered() => Outcome::Altered.exit_code(),
        Err(_) => Outcome::CannotDecide.exit_code(),
    }
}

#[test]
fn python_verifier_agrees_on_honest_and_200_altered_packs() {
    let mut cases = vec![(
        "honest".to_owned(),
        container::write("pack", &honest()).unwrap(),
    )];
    cases.extend(altered());
    assert!(cases.len() > 200, "{}", cases.len());
    let expected: Vec<u8> = cases.iter().map(|(_, archive)| ours(archive)).collect();
    assert_eq!(expected[0], 0);
    for ((name, _), code) in cases.iter().zip(&expected).skip(1) {
        assert_ne!(*code, 0, "{name} holds");
    }
    let key = signer().verifier_key().to_string();
    for options in [&[][..], &["-O"]] {
        let Some(codes) = python(&cases, options, &key) else {
            return;
        };
        assert_eq!(codes.len(), cases.len());
        for (((name, _), ours), theirs) in cases.iter().zip(&expected).zip(&codes) {
            assert_eq!(ours, theirs, "{name} {options:?}");
        }
    }
    println!("{} packs, with and without -O: same answer", cases.len());
}

#[test]
fn removed_file_is_no_decision_and_changed_file_is_altered() {
    let files = honest();
    for path in files.keys() {
        let mut removed = files.clone();
        removed.remove(path);
        assert_eq!(outcome(&removed), Outcome::CannotDecide, "{path}");
        let mut changed = files.clone();
        changed.get_mut(path).unwrap()[0] ^= 1;
        assert_eq!(outcome(&changed), Outcome::Altered, "{path}");
    }
}

#[test]
fn page_exchanged_with_its_manifests_is_noticed() {
    let mut files = honest();
    files.insert(
        "data/README.txt".into(),
        b"This proves everything.\n".to_vec(),
    );
    assert_eq!(outcome(&with_manifests(&files)), Outcome::Altered);
    for part in ["entries/000005.json", "proofs/000005.tlog-proof"] {
        files.remove(&format!("data/log/{part}"));
    }
    // Without its export entry nothing vouches for the pages, and the verifier says so.
    assert_eq!(outcome(&with_manifests(&files)), Outcome::CannotDecide);
}

#[test]
fn unknown_key_decides_nothing() {
    let files = honest();
    let other = Signer::new("example.org/demarche/c0ffee", Algorithm::Ed25519, &[99; 32]).unwrap();
    let stranger = Policy::of_logs(vec![other.verifier_key().clone()]);
    assert_eq!(
        pack::check(&files, &stranger).faults.outcome(),
        Outcome::CannotDecide
    );
    let archive = container::write("pack", &files).unwrap();
    let cases = [("honest".to_owned(), archive)];
    if let Some(codes) = python(&cases, &["-O"], &other.verifier_key().to_string()) {
        assert_eq!(codes, [3]);
    }
}

/// Runs the script itself, as a reader would; gives exit code and output.
fn run_script(folder: &Path, arguments: &[&str]) -> Option<(i32, String)> {
    let run = Command::new("python3")
        .arg("-B")
        .arg("-O")
        .args(arguments)
        .current_dir(folder)
        .output();
    let run = run.ok()?;
    let text =
        String::from_utf8_lossy(&run.stdout).into_owned() + &String::from_utf8_lossy(&run.stderr);
    assert!(!text.contains("Traceback"), "{text}");
    Some((run.status.code().unwrap(), text))
}

#[test]
fn script_inside_the_pack_runs_by_itself_and_refuses_the_packs_own_keys() {
    let folder = Folder::new("script");
    let mut directory = Directory::open(&folder.0).unwrap();
    let mut files = honest();
    for (path, bytes) in &files {
        directory.write(&format!("pack/{path}"), bytes).unwrap();
    }
    let script = "pack/data/verify/verify_pack.py";
    let key = signer().verifier_key().to_string();
    let Some((code, text)) = run_script(&folder.0, &[script, "--show", "--key", &key, "pack"])
    else {
        println!("skipped: no python3 here");
        return;
    };
    assert_eq!(code, 0, "{text}");
    assert!(text.contains("███") || text.contains("\\u2588"), "{text}");
    assert!(text.ends_with("holds\n"), "{text}");
    assert_eq!(
        run_script(&folder.0, &[script, "pack"]).unwrap().0,
        3,
        "no key given"
    );
    assert_eq!(
        run_script(&folder.0, &[script]).unwrap().0,
        2,
        "no pack given"
    );
    assert_eq!(
        run_script(&folder.0, &[script, "--key", "x", "pack"])
            .unwrap()
            .0,
        2
    );
    assert_eq!(
        run_script(&folder.0, &[script, "--key", &key, "no-such-pack"])
            .unwrap()
            .0,
        3
    );
    let own = format!("log {key}\nquorum none\n");
    directory
        .write("pack/data/policy.txt", own.as_bytes())
        .unwrap();
    directory.write("policy.txt", own.as_bytes()).unwrap();
    let inside = run_script(
        &folder.0,
        &[script, "--policy", "pack/data/policy.txt", "pack"],
    )
    .unwrap();
    assert_eq!(inside.0, 2, "{}", inside.1);
    let outside = run_script(&folder.0, &[script, "--policy", "policy.txt", "pack"]).unwrap();
    assert_eq!(outside.0, 1, "the page just added: {}", outside.1);
    files.insert("data/policy.txt".into(), own.into());
    assert_eq!(outcome(&files), Outcome::Altered);
}

#[cfg(unix)]
#[test]
fn symbolic_links_in_an_unpacked_pack_are_refused() {
    let folder = Folder::new("links");
    let mut directory = Directory::open(&folder.0).unwrap();
    for (path, bytes) in &honest() {
        directory.write(&format!("pack/{path}"), bytes).unwrap();
    }
    let readme = folder.0.join("pack/data/README.txt");
    std::fs::rename(&readme, folder.0.join("elsewhere")).unwrap();
    std::os::unix::fs::symlink("../../elsewhere", &readme).unwrap();
    let pack = Directory::open(&folder.0.join("pack")).unwrap();
    assert_eq!(
        pack::check(&pack, &policy()).faults.outcome(),
        Outcome::CannotDecide
    );
    std::fs::write(folder.0.join("verify_pack.py"), VERIFIER).unwrap();
    let key = signer().verifier_key().to_string();
    if let Some((code, text)) = run_script(&folder.0, &["verify_pack.py", "--key", &key, "pack"]) {
        assert_eq!(code, 3, "{text}");
    }
}

#[test]
fn manifests_are_strict() {
    let good = honest();
    let manifest = String::from_utf8(good[bag::MANIFEST].clone()).unwrap();
    let first = manifest.lines().next().unwrap().to_owned();
    let wrong = [
        format!("{first}\n{manifest}"),
        manifest.to_uppercase(),
        manifest.replace("  ", " "),
        manifest.trim_end().to_owned(),
        manifest.replace('\n', "\r\n"),
        manifest.replacen("data/", "data/../data/", 1),
        manifest.replacen("data/", "/data/", 1),
        manifest.replacen("README", "README%41", 1),
        manifest.replacen("README.txt", "readme.txt", 1),
        format!("{manifest}{}  data/readme.txt\n", &first[..64]),
        format!("{manifest}{}  data/a%0Ab\n", &first[..64]),
        format!("{manifest}{}  bagit.txt\n", &first[..64]),
        String::new(),
    ];
    for wrong in wrong {
        let mut files = good.clone();
        files.insert(bag::MANIFEST.into(), wrong.clone().into());
        let tags: Contents = ["bagit.txt", "bag-info.txt", bag::MANIFEST]
            .map(|path| (path.to_owned(), files[path].clone()))
            .into();
        files.insert("tagmanifest-sha256.txt".into(), bag::manifest(&tags).into());
        assert_eq!(outcome(&files), Outcome::Altered, "{wrong}");
    }
}
