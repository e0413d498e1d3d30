//! Each rule on texts that break it, and the tree itself.

use super::files::File;
use super::ratchet::Ratchet;
use super::rooms::Table;
use super::words::Glossary;
use super::*;

const MAP: &str = "text\n\n| Room | Holds | May import | May not know |\n| --- | --- | --- | --- |\n\
    | `vocab` | x | - | y |\n| `event` | x | vocab | y |\n| `source` | x | vocab, event | y |\n\
    | `claim` | x | vocab, demarche-evidence | y |\n\nend\n";

fn table() -> Table {
    Table::parse(MAP).unwrap()
}

fn core(path: &str, text: &str) -> File {
    File::new(&format!("{CORE}{path}"), text)
}

/// Line and text of each fault.
fn shown(faults: impl IntoIterator<Item = Fault>) -> Vec<String> {
    faults
        .into_iter()
        .map(|fault| format!("{}: {}", fault.line, fault.text))
        .collect()
}

#[test]
fn the_tree_is_tidy() {
    let outcome = check(&crate::root());
    assert!(outcome.is_ok(), "\n{}", outcome.unwrap_err().join("\n"));
}

#[test]
fn a_room_imports_what_its_row_allows() {
    let text = "//! x.\nuse crate::vocab::Moment;\nuse crate::event::Event;\n// crate::source::x\n\
        fn f() { let _ = \"crate::source\"; }\n#[cfg(test)]\nmod tests {\n use crate::source::y;\n}\n";
    assert_eq!(
        shown(rooms::check(&core("event/kind.rs", text), &table())),
        [""; 0]
    );
    let faults = shown(rooms::check(&core("vocab.rs", text), &table()));
    assert_eq!(
        faults,
        ["3: vocab may not import event; its row in ARCHITECTURE.md allows: nothing"]
    );
}

#[test]
fn groups_and_evidence_are_seen() {
    let text =
        "use crate::{event::{Event, sink::Sink}, source::Form};\nuse demarche_evidence::Leaf;\n";
    let faults = shown(rooms::check(&core("event.rs", text), &table()));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].starts_with("1: event may not import source"));
    assert!(faults[1].starts_with("2: event may not import demarche-evidence"));
    assert!(
        rooms::check(
            &core("claim/leaf.rs", "use demarche_evidence::Leaf;\n"),
            &table()
        )
        .is_empty()
    );
}

#[test]
fn ways_round_the_fence_are_refused() {
    for way in [
        "use super::super::event;",
        "use crate as c;",
        "use crate::*;",
        "use demarche_core::event;",
        "#[path = \"../event.rs\"]\nmod e;",
        "extern crate self as me;",
    ] {
        assert!(
            !rooms::check(&core("vocab/moment.rs", way), &table()).is_empty(),
            "{way}"
        );
    }
    // `super` of a room's own file is the crate root; of a file inside it, the room.
    assert!(!rooms::check(&core("vocab.rs", "use super::event::X;"), &table()).is_empty());
    assert!(!rooms::check(&core("vocab/mod.rs", "use super::event::X;"), &table()).is_empty());
    assert!(rooms::check(&core("vocab/moment.rs", "use super::event::X;"), &table()).is_empty());
}

#[test]
fn the_crate_root_re_exports_nothing_and_unknown_rooms_are_named() {
    assert_eq!(
        rooms::check(
            &core("lib.rs", "pub mod event;\npub use event::X;"),
            &table()
        )[0]
        .line,
        2
    );
    assert!(rooms::check(&core("lib.rs", "pub mod event;\n"), &table()).is_empty());
    let faults = shown(rooms::check(&core("cellar/wine.rs", ""), &table()));
    assert!(
        faults[0].contains("cellar is not in the room table"),
        "{faults:?}"
    );
}

#[test]
fn a_table_with_strangers_or_circles_is_refused() {
    assert!(Table::parse("no table").is_err());
    let strange = MAP.replace("| vocab | y |", "| cellar | y |");
    assert!(
        Table::parse(&strange)
            .err()
            .unwrap()
            .contains("cellar, which is no room")
    );
    let circle = MAP.replace("| - |", "| source |");
    assert!(Table::parse(&circle).err().unwrap().contains("in a circle"));
}

#[test]
fn vendors_are_known_in_source_alone() {
    let text = "//! x.\n// an Exchange thing\nlet exchanged = central; AzureGrant; \"office365\"\n\
        #[cfg(test)]\nmod tests {\n // okta\n}\n";
    let faults = shown(vendors::check(&core("event.rs", text)));
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].starts_with("2: vendor's name \"exchange\""));
    assert!(vendors::check(&core("source/mail.rs", text)).is_empty());
    assert!(vendors::check(&core("event/tests.rs", text)).is_empty());
    assert!(vendors::check(&File::new("crates/demarche/src/main.rs", text)).is_empty());
}

#[test]
fn bans_have_replacements_and_exceptions_have_reasons() {
    let text = "use std::collections::HashMap;\nfn a() { b().unwrap(); }\n#[test]\nfn t() { b().unwrap(); }\n";
    let faults = shown(bans::check(&core("event.rs", text)));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("use BTreeMap"));
    let elsewhere = shown(bans::check(&File::new(
        "crates/demarche-store/src/lib.rs",
        text,
    )));
    assert_eq!(
        elsewhere.len(),
        1,
        "hash maps are banned in core only: {elsewhere:?}"
    );

    let allowed =
        "// tidy: allow hash-map: looked up by key only\nuse std::collections::HashMap;\n";
    assert!(bans::check(&core("event.rs", allowed)).is_empty());
    let unreasoned = "// tidy: allow hash-map: fast\nuse std::collections::HashMap;\n";
    assert_eq!(bans::check(&core("event.rs", unreasoned)).len(), 2);
    let idle = "// tidy: allow clock: it was once needed\nfn a() {}\n";
    assert!(shown(bans::check(&core("event.rs", idle)))[0].contains("allows nothing"));
    let lint =
        "#[allow(clippy::expect_used, reason = \"a constant\")]\nfn a() { b().expect(\"x\"); }\n";
    assert!(bans::check(&core("event.rs", lint)).is_empty());
}

#[test]
fn printing_is_for_the_parts_that_talk() {
    let text = "fn a() { println!(\"\"); }\n";
    for (path, n_faults) in [
        ("crates/demarche-core/src/brief.rs", 1),
        ("crates/demarche/src/options.rs", 1),
        ("crates/demarche/src/command/examine.rs", 0),
        ("crates/demarche/src/render/text.rs", 0),
        ("crates/demarche-store/tests/it/main.rs", 0),
        ("xtask/src/main.rs", 0),
    ] {
        assert_eq!(
            bans::check(&File::new(path, text)).len(),
            n_faults,
            "{path}"
        );
    }
}

#[test]
fn files_open_with_their_purpose() {
    let fault = |text: &str| shown(purpose::check(&core("event.rs", text))).join("");
    assert_eq!(
        fault("//! What happened, in our words.\n//!\n//! More.\n"),
        ""
    );
    assert_eq!(
        fault(
            "//! One. Two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen.\n"
        ),
        ""
    );
    assert!(fault("use x;\n").contains("the first line is not"));
    assert!(fault("//!\n").contains("says nothing"));
    assert!(
        fault(&format!(
            "//! {}\n//! {}.\n",
            "word ".repeat(8),
            "word ".repeat(8)
        ))
        .contains("17 words")
    );
}

#[test]
fn lengths_have_a_ratchet_that_only_shrinks() {
    let long = |n: usize| {
        vec![core(
            "event.rs",
            &format!("fn a() {{{}}}\n", "\n".repeat(n - 1)),
        )]
    };
    let ratchet = |lines: usize| {
        let path = format!("{CORE}event.rs");
        Ratchet {
            functions: vec![(path, "a".to_owned(), lines)],
            ..Ratchet::default()
        }
    };
    assert!(size::check(&long(70), &Ratchet::default()).is_empty());
    assert!(shown(size::check(&long(71), &Ratchet::default()))[0].contains("71 lines, at most 70"));
    assert!(size::check(&long(90), &ratchet(90)).is_empty());
    assert!(shown(size::check(&long(91), &ratchet(90)))[0].contains("91 lines, at most 90"));
    assert!(shown(size::check(&long(80), &ratchet(90)))[0].contains("lower its entry"));
    assert!(shown(size::check(&long(60), &ratchet(90)))[0].contains("no longer needed"));

    let file = vec![core("event.rs", &"\n".repeat(900))];
    assert_eq!(size::check(&file, &Ratchet::default()).len(), 1);
    let listed = Ratchet {
        catalogues: vec![format!("{CORE}event.rs")],
        ..Ratchet::default()
    };
    assert!(size::check(&file, &listed).is_empty());
    assert!(shown(size::check(&[], &listed))[0].contains("no longer needed"));
}

#[test]
fn the_ratchet_file_is_read_strictly() {
    let text =
        "[[function]]\npath='a.rs'\nname='f'\nlines=90\n[[awaited]]\npath='cases/'\nwhy='soon'\n";
    let ratchet = Ratchet::parse(text).unwrap();
    assert_eq!(ratchet.functions, [("a.rs".to_owned(), "f".to_owned(), 90)]);
    assert_eq!(ratchet.awaited, ["cases/"]);
    for bad in [
        "[[awaited]]\npath='x'",
        "[[wish]]\npath='x'",
        "[[function]]\npath='x'",
        "function = 1",
        "[",
    ] {
        assert!(Ratchet::parse(bad).is_err(), "{bad}");
    }
}

#[test]
fn names_follow_the_glossary() {
    let text = "| Say | Meaning | Do not say |\n| --- | --- | --- |\n| sign-in | x | login, log line |\n| account | y | user |\n\
        \n| Word or type | Why it may stand |\n| --- | --- |\n| User | as delivered |\n| LoginForm | named so |\n";
    let glossary = Glossary::parse(text).unwrap();
    let code = "struct LoginAttempt;\nstruct UserName;\nstruct LoginForm;\nenum SignIn {}\nstruct RecordData;\n\
        fn get_name() {}\nfn getter() {}\nstruct Logins;\n";
    let faults = shown(words::check(&core("event.rs", code), &glossary));
    assert_eq!(faults.len(), 3, "{faults:?}");
    assert!(faults[0].starts_with("1: LoginAttempt: say \"sign-in\", not \"login\""));
    assert!(faults[1].starts_with("5: RecordData"));
    assert!(faults[2].starts_with("6: get_name"));
    assert!(Glossary::parse("nothing").is_err());
}

#[test]
fn the_map_and_the_tree_name_each_other() {
    let root = crate::root();
    let read = |name: &str| std::fs::read_to_string(root.join(name)).unwrap();
    let ratchet = Ratchet::parse(&read(ratchet::PATH)).unwrap();
    let text = read("ARCHITECTURE.md");
    let table = Table::parse(&text).unwrap();
    let with = |text: &str| shown(map::check(&root, text, &table, &ratchet)).join("\n");
    assert!(
        with(&format!("{text}\nSee `crates/cellar/wine.rs`.\n"))
            .contains("names crates/cellar/wine.rs, which is not there")
    );
    assert!(
        with(&text.replace("`crates/demarche-store`", "it"))
            .contains("does not name the crate crates/demarche-store")
    );
    assert!(with(&text.replace("`xtask/", "`")).contains("does not name the folder xtask/"));
    let stale = Ratchet {
        awaited: vec!["xtask/".to_owned()],
        ..Ratchet::default()
    };
    assert!(
        shown(map::check(&root, &text, &table, &stale))
            .join("\n")
            .contains("xtask/ is awaited no more")
    );
}

#[test]
fn a_source_without_a_case_and_a_fuzz_target_is_named() {
    let text =
        "//! x.\npub const CARD: Card = Card {\n    name: \"no-such-source-anywhere\",\n};\n";
    let files = vec![
        core("source/cellar_log.rs", text),
        core("source/helper_text.rs", "fn a() {}"),
    ];
    let faults = shown(sources::check(&crate::root(), &files, &Ratchet::default()));
    assert_eq!(faults.len(), 2, "{faults:?}");
    assert!(faults[0].contains("no file in cases/") && faults[1].contains("no target in fuzz/"));
    let inside = vec![core("source/cellar/card.rs", text)];
    assert_eq!(
        sources::check(&crate::root(), &inside, &Ratchet::default()).len(),
        2
    );
    let path = format!("{CORE}source/cellar_log.rs");
    let lacks = |what: &str| (path.clone(), what.to_owned());
    let listed = Ratchet {
        sources: vec![lacks("case"), lacks("fuzz")],
        ..Ratchet::default()
    };
    assert!(sources::check(&crate::root(), &files, &listed).is_empty());
    assert!(shown(sources::check(&crate::root(), &[], &listed))[0].contains("remove its entry"));
}

#[test]
fn a_file_that_no_module_names_is_an_orphan() {
    let files = [
        core("lib.rs", "pub mod event; // mod vocab;"),
        core("event/mod.rs", "pub mod kind;\n#[cfg(test)]\nmod tests;"),
        core("event/kind.rs", ""),
        core("event/tests.rs", ""),
        core("event/lost.rs", ""),
        core("vocab.rs", ""),
        File::new("crates/demarche/tests/it/main.rs", "mod told;"),
        File::new("crates/demarche/tests/it/told.rs", ""),
        File::new("crates/demarche/tests/it/forgotten.rs", ""),
        File::new("crates/demarche/tests/alone.rs", "mod shared;"),
        File::new("crates/demarche/tests/shared/mod.rs", ""),
        File::new("fuzz/fuzz_targets/one.rs", ""),
    ];
    let paths: Vec<_> = orphans::check(&files)
        .into_iter()
        .map(|fault| fault.path)
        .collect();
    let core = |name: &str| format!("{CORE}{name}");
    assert_eq!(
        paths,
        [
            core("event/lost.rs"),
            core("vocab.rs"),
            "crates/demarche/tests/it/forgotten.rs".to_owned()
        ]
    );
}

#[test]
fn modules_of_tests_are_test_code_with_all_below_them() {
    let mut files = vec![
        core("event/mod.rs", "mod kind;\n#[cfg(test)]\nmod anchor;"),
        core("event/kind.rs", "#[cfg(test)]\nmod deep;"),
        core("event/anchor.rs", ""),
        core("event/anchor/below.rs", ""),
        core("event/anchored.rs", ""),
        core("event/kind/deep.rs", ""),
    ];
    files::mark_tests(&mut files);
    let tests: Vec<_> = files.iter().map(|file| file.is_test).collect();
    assert_eq!(tests, [false, false, true, true, false, true]);
}
