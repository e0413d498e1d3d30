//! The anchor cases of `cases/anchor`: what the simulator writes for them.
//!
//! `UPDATE_EXPECT=1` writes them again; without it the test compares what is committed.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use crate::simulate::options::{Ids, Options, ShapeName, SignInForm, Twin};
use crate::simulate::truth::Truth;
use crate::simulate::write;

struct Anchor {
    name: &'static str,
    options: Options,
    story: &'static [&'static str],
    verdict: &'static str,
    row: u8,
    issuance: &'static str,
}

fn anchors() -> [Anchor; 4] {
    [
        forged_without_ids(),
        forged_with_ids(),
        rollout(),
        background(),
    ]
}

fn forged_without_ids() -> Anchor {
    Anchor {
        name: "a",
        options: Options {
            people: 5,
            days: 24,
            activity: 40,
            readers: 60,
            ids: Ids::None,
            first_day: Options::first_day(Ids::None),
            shape: ShapeName::Storm,
            sign_in_form: SignInForm::None,
            documented: true,
            ..Options::new(38)
        },
        story: &[
            "Anchor case a: the 2023 shape in an export without linkable ids.",
            "One pair of application ids, new to the tenant, reads several mailboxes in bursts on",
            "weekdays 00-09 UTC, from networks new to the tenant, after more than 14 days of history.",
            "The directory log covers the whole time and has no trace of the application.",
            "Expected: hostile by row 10. Issuance cannot be said: the records carry no token id.",
        ],
        verdict: "hostile",
        row: 10,
        issuance: "cannot_be_said",
    }
}

fn forged_with_ids() -> Anchor {
    Anchor {
        name: "b",
        options: Options {
            people: 6,
            days: 24,
            activity: 33,
            readers: 40,
            shape: ShapeName::Storm,
            documented: true,
            ..Options::new(1175)
        },
        story: &[
            "Anchor case b: the 2023 shape in an export with linkable ids and all four sign-in logs.",
            "The intruder's token and session ids occur in no sign-in log; of at least 20 other tokens",
            "of the same hours of the day, each token or its session does. The log groups renewals.",
            "Expected: no issuance on record, row 9: suspect as the log is grouped, and hostile as the",
            "networks are new to the tenant. Row 10 holds as well.",
        ],
        verdict: "hostile",
        row: 9,
        issuance: "supported",
    }
}

fn rollout() -> Anchor {
    Anchor {
        name: "c",
        options: Options {
            people: 8,
            days: 28,
            activity: 12,
            readers: 170,
            twins: vec![Twin::Rollout],
            documented: true,
            ..Options::new(12)
        },
        story: &[
            "Anchor case c: nobody entered. In the middle of the logs the provider starts a new",
            "background reader in most mailboxes, at all hours, from its own addresses, with a pair of",
            "application ids new to the tenant, without session or sign-in.",
            "Expected: never hostile, whatever the number of mailboxes.",
        ],
        verdict: "ordinary",
        row: 10,
        issuance: "cannot_be_said",
    }
}

fn background() -> Anchor {
    Anchor {
        name: "d",
        options: Options {
            people: 8,
            days: 28,
            activity: 15,
            readers: 250,
            ids: Ids::None,
            first_day: Options::first_day(Ids::None),
            sign_in_form: SignInForm::None,
            documented: true,
            ..Options::new(12)
        },
        story: &[
            "Anchor case d: nobody entered. The provider's old background readers, with application",
            "ids in no public list, its own addresses and no session, come and go in all mailboxes, as",
            "in older exports; some visit a mailbox for the first time late in the logs.",
            "Expected: ordinary.",
        ],
        verdict: "ordinary",
        row: 10,
        issuance: "cannot_be_said",
    }
}

fn expectation(anchor: &Anchor, truth: &Truth) -> String {
    let mut out = String::new();
    for line in anchor.story {
        writeln!(out, "# {line}").unwrap();
    }
    let options = &anchor.options;
    writeln!(
        out,
        "# Made by the simulator, seed {}; truth.json beside it is its truth.",
        options.seed
    )
    .unwrap();
    let accounts: BTreeSet<&str> = truth.sessions.iter().map(|s| s.account.as_str()).collect();
    let items: BTreeSet<_> = truth
        .sessions
        .iter()
        .flat_map(|s| s.items.iter().map(|(m, i, _)| (m, i)))
        .collect();
    writeln!(out, "verdict = {:?}", anchor.verdict).unwrap();
    writeln!(
        out,
        "hostile_accounts = {:?}",
        accounts.iter().collect::<Vec<_>>()
    )
    .unwrap();
    writeln!(out, "row = {}", anchor.row).unwrap();
    writeln!(out, "issuance = {:?}", anchor.issuance).unwrap();
    writeln!(out, "certain_messages = {}", items.len()).unwrap();
    out
}

fn files(directory: &Path) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(directory)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    names.sort();
    names
}

#[test]
fn the_anchor_cases_are_what_the_simulator_writes() {
    let committed = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/anchor");
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let fresh = std::env::temp_dir().join(format!("demarche-anchor-{}", std::process::id()));
    for anchor in anchors() {
        let (case, made) = (committed.join(anchor.name), fresh.join(anchor.name));
        let truth = write(&anchor.options, &made).unwrap();
        std::fs::write(made.join("expect.toml"), expectation(&anchor, &truth)).unwrap();
        if update {
            std::fs::create_dir_all(&case).unwrap();
            files(&case)
                .iter()
                .for_each(|old| std::fs::remove_file(old).unwrap());
        }
        for file in files(&made) {
            let there = case.join(file.file_name().unwrap());
            let bytes = std::fs::read(&file).unwrap();
            assert!(
                bytes.len() < 300_000,
                "{} has {} bytes",
                file.display(),
                bytes.len()
            );
            if update {
                std::fs::write(&there, &bytes).unwrap();
            }
            let same = std::fs::read(&there).is_ok_and(|old| old == bytes);
            assert!(
                same,
                "{} differs; UPDATE_EXPECT=1 writes it again",
                there.display()
            );
        }
        assert_eq!(
            files(&case).len(),
            files(&made).len(),
            "case {}",
            anchor.name
        );
    }
    std::fs::remove_dir_all(&fresh).unwrap();
}
