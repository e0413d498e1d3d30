//! What the terminal shows: help within 80 columns, errors with what, where, and a hint.

use crate::bench::{Bench, anchor};

/// The columns that everything fits.
const COLUMNS: usize = 80;

/// The commands that a help page lists, below those that lead to it.
fn listed(help: &str) -> Vec<String> {
    let from = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let block = from.take_while(|line| !line.is_empty());
    let names = block.filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    names
        .filter_map(|line| line.split_whitespace().next().map(str::to_owned))
        .collect()
}

/// Every command and those below it, the program itself first.
fn every_command(bench: &Bench) -> Vec<Vec<String>> {
    let mut all = vec![Vec::new()];
    let mut next = 0;
    while let Some(path) = all.get(next).cloned() {
        let mut asked: Vec<&str> = path.iter().map(String::as_str).collect();
        asked.push("--help");
        let below = listed(&bench.run(&asked).ends_with(0).out());
        all.extend(below.into_iter().map(|name| {
            let mut path = path.clone();
            path.push(name);
            path
        }));
        next += 1;
    }
    all
}

fn assert_narrow(what: &str, text: &str) {
    for line in text.lines() {
        let width = line.chars().count();
        assert!(width <= COLUMNS, "{what}: {width} columns: {line}");
    }
}

#[test]
fn no_line_of_any_help_is_wider_than_a_terminal_and_none_is_coloured() {
    let bench = Bench::new();
    let commands = every_command(&bench);
    assert!(commands.len() > 12, "{commands:?}");
    for path in &commands {
        for flag in ["-h", "--help"] {
            let mut asked: Vec<&str> = path.iter().map(String::as_str).collect();
            asked.push(flag);
            let ran = bench.run(&asked).ends_with(0);
            assert_narrow(&asked.join(" "), &ran.out());
            assert!(!ran.out().contains('\u{1b}'), "{asked:?} is coloured");
        }
    }
}

#[test]
fn what_is_missing_is_named_with_a_way_on() {
    let bench = Bench::new();
    bench.file("file.txt", "no case");
    let refused: [(&[&str], &str); 12] = [
        (&["brief", "nosuch"], "no case at nosuch"),
        (&["brief", "file.txt"], "no case at file.txt"),
        (&["explain", "nosuch", "--session", "S-1"], "nosuch"),
        (&["verify", "nosuch", "--key", "k"], "nosuch"),
        (
            &["disclose", "nosuch", "--claim", "1", "--out", "o.zip"],
            "nosuch",
        ),
        (&["custody", "nosuch", "--out", "o"], "nosuch"),
        (&["witness", "request", "nosuch", "--out", "o"], "nosuch"),
        (&["doctor", "nosuch"], "nosuch"),
        (&["acquired", "nosuch"], "nosuch"),
        (&["examine", "nosuch", "--case", "c"], "nosuch"),
        (&["examine", "--add", "--case", "nosuch"], "nosuch"),
        (
            &[
                "examine",
                "file.txt",
                "--case",
                "c",
                "--determinations",
                "nosuch.toml",
            ],
            "nosuch.toml",
        ),
    ];
    for (asked, what) in refused {
        let ran = bench.run(asked);
        let said = ran.err();
        assert!(ran.code() > 0, "{asked:?} ended with 0");
        assert!(said.starts_with("error: "), "{asked:?}: {said}");
        assert!(said.contains(what), "{asked:?} names no place: {said}");
        assert!(
            said.contains("\n  hint: "),
            "{asked:?} gives no hint: {said}"
        );
    }
}

#[cfg(feature = "serve")]
#[test]
fn pages_are_refused_for_what_is_no_case() {
    let bench = Bench::new();
    bench.file("file.txt", "no case");
    bench.file("older/brief.json", r#"{"format":"demarche-brief/0"}"#);
    for case in ["nosuch", "file.txt", "older"] {
        let ran = bench.run(&["serve", case]).ends_with(1);
        assert!(ran.err().contains(case), "{}", ran.err());
        assert!(ran.err().contains("\n  hint: "), "{}", ran.err());
        assert!(ran.out().is_empty(), "an address was printed for {case}");
    }
}

#[test]
fn what_commands_print_fits_and_says_what_comes_next() {
    let bench = Bench::new();
    let logs = anchor("b");
    let ran = bench
        .run(&["examine", &logs, "--case", "case", "--quiet"])
        .ends_with(0);
    assert_narrow("examine", &ran.out());
    assert!(ran.out().contains("demarche explain case --session S-"));
    // A path is as long as it is, and stands on a line of its own.
    let told = bench.run(&["doctor", &logs]).ends_with(0).out();
    let told: Vec<&str> = told.lines().filter(|line| !line.contains(&logs)).collect();
    assert_narrow("doctor", &told.join("\n"));
    let session = ran
        .out()
        .split("--session ")
        .nth(1)
        .unwrap()
        .trim()
        .to_owned();
    let session = session.lines().next().unwrap().to_owned();
    let explained = bench
        .run(&["explain", "case", "--session", &session])
        .ends_with(0);
    let long = |line: &&str| line.chars().count() > COLUMNS;
    // A word that is longer than a line (a user agent has none) is the only excuse.
    let words = |line: &str| line.split_whitespace().count();
    for line in explained.out().lines().filter(long) {
        assert!(words(line) <= 2, "explain: {line}");
    }
}

#[test]
fn a_brief_for_somebody_who_is_not_in_the_case_says_so() {
    let bench = Bench::new();
    let logs = anchor("b");
    bench
        .run(&["examine", &logs, "--case", "case", "--quiet"])
        .ends_with(0);
    let asked = [
        "brief",
        "case",
        "--for",
        "person=nobody@example.org",
        "--form",
        "md",
    ];
    let said = bench.run(&asked).ends_with(0).err();
    assert!(said.contains("nobody@example.org"), "{said}");
    assert!(said.contains("not cleared"), "{said}");
}

#[test]
fn an_option_that_changes_nothing_is_said_to() {
    let bench = Bench::new();
    let logs = anchor("b");
    let examine = |more: &[&str]| {
        let mut asked = vec!["examine", "--case", "case", "--quiet"];
        asked.extend(more);
        bench.run(&asked).ends_with(0).err()
    };
    let one = "account=nobody@example.org";
    let other = "account=somebody@example.org";
    let first = examine(&[&logs, "--hostile", one]);
    assert!(!first.contains("changes nothing"), "{first}");
    let second = examine(&["--add", "--ordinary", other]);
    assert!(!second.contains("changes nothing"), "{second}");
    let third = examine(&["--add", "--ordinary", one]);
    let note = format!("note: --ordinary {one} changes nothing beside --hostile {one}");
    assert!(third.contains(&note), "{third}");
}

#[test]
fn a_pair_without_its_sign_is_shown_by_example() {
    let bench = Bench::new();
    for (option, form) in [
        ("--told", "WHO=TIME"),
        ("--hostile", "KEY=VALUE"),
        ("--licence", "SOURCE=LICENCE"),
    ] {
        let asked = ["examine", "logs", "--case", "c", option, "x"];
        let said = bench.run(&asked).ends_with(2).err();
        assert!(
            said.contains(&format!("{option} x: expected {form}")),
            "{said}"
        );
        assert!(said.contains(&format!("  hint: as in {option} ")), "{said}");
    }
}
