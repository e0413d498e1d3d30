//! The anchor cases of the verdict table (design.md): what they must come to.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use demarche_core::vocab::grade::Verdict;

use super::{Logs, examine};

struct Expect {
    hostile: bool,
    accounts: BTreeSet<String>,
    row: u8,
    issuance: String,
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../cases/anchor")
        .join(name)
}

fn expect_of(folder: &Path) -> Expect {
    let text = fs::read_to_string(folder.join("expect.toml")).unwrap();
    let value = |name: &str| {
        text.lines()
            .find_map(|line| line.strip_prefix(name)?.trim().strip_prefix('='))
            .map(|value| value.trim().trim_matches('"').to_owned())
            .unwrap_or_else(|| panic!("no {name}"))
    };
    let accounts = value("hostile_accounts");
    Expect {
        hostile: value("verdict") == "hostile",
        accounts: accounts
            .trim_matches(['[', ']'])
            .split(',')
            .map(|account| account.trim().trim_matches('"').to_owned())
            .filter(|account| !account.is_empty())
            .collect(),
        row: value("row").parse().unwrap(),
        issuance: value("issuance"),
    }
}

fn check(name: &str) {
    let folder = folder(name);
    let expect = expect_of(&folder);
    let mut paths: Vec<PathBuf> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| !path.ends_with("truth.json") && !path.ends_with("expect.toml"))
        .collect();
    paths.sort();
    let examined = examine(Logs::open(&paths));
    if std::env::var_os("SHOW").is_some() {
        println!("{name}:\n{}", examined.text());
        for gap in &examined.coverage.gaps {
            println!(
                "gap {} {:?} {:?} {:?} {:?} {}",
                gap.kind.word(),
                gap.stream.map(|s| s.word()),
                gap.from,
                gap.to,
                gap.account,
                gap.effect
            );
        }
        for judged in &examined.judged {
            for f in judged
                .findings
                .iter()
                .filter(|f| matches!(f.row.0, 9 | 10 | 3 | 2 | 8))
            {
                println!(
                    "{} {} {} {:?}",
                    f.kind,
                    f.account,
                    f.standing.word(),
                    f.signs
                );
                for test in &f.tests {
                    println!("   {} {}: {}", test.name, test.result.word(), test.why);
                }
            }
        }
    }
    let hostile = examined.listed(Verdict::Hostile);
    let accounts: BTreeSet<String> = hostile
        .iter()
        .map(|(session, _)| session.account.clone())
        .collect();
    assert_eq!(accounts, expect.accounts, "{name}\n{}", examined.text());
    assert_eq!(!hostile.is_empty(), expect.hostile, "{name}");
    for (session, judged) in hostile {
        assert_eq!(judged.judgement.row.0, expect.row, "{name} {}", session.id);
        let issuance = judged
            .findings
            .iter()
            .find(|finding| finding.kind == "no-issuance")
            .map(|finding| finding.standing.word());
        assert_eq!(
            issuance,
            Some(expect.issuance.as_str()),
            "{name} {}",
            session.id
        );
    }
}

#[test]
fn a_the_2023_shape_without_ids() {
    check("a");
}

#[test]
fn b_the_2023_shape_with_ids_and_complete_sign_in_logs() {
    check("b");
}

#[test]
fn c_a_new_background_reader_of_the_provider() {
    check("c");
}

#[test]
fn d_old_background_readers_of_the_provider() {
    check("d");
}
