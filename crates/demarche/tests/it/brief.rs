//! `demarche brief`: the brief again, for every reader and in every form.

use crate::bench::{Bench, read_record};

/// A case with one hostile account that reached its own mailbox.
fn bench() -> Bench {
    let bench = Bench::new();
    let log: String = (0..4)
        .map(|n| read_record(n, "mia@example.org", "203.0.113.9") + "\n")
        .collect();
    bench.file("logs/a.jsonl", &log);
    bench
        .run(&[
            "examine",
            "logs",
            "--case",
            "case",
            "--hostile",
            "account=mia@example.org",
        ])
        .ends_with(0);
    bench
}

fn text(bench: &Bench, path: &str) -> String {
    std::fs::read_to_string(bench.path(path)).unwrap()
}

#[test]
fn every_form_is_written_beside_the_case_and_the_case_is_not_touched() {
    let bench = bench();
    let before = crate::bench::files(&bench.path("case"));
    bench
        .run(&[
            "brief",
            "case",
            "--marking",
            "PRIVILEGED",
            "--zone",
            "Europe/Amsterdam",
        ])
        .ends_with(0);
    assert!(
        before == crate::bench::files(&bench.path("case")),
        "the case is as it was"
    );
    for name in [
        "brief.html",
        "brief.json",
        "brief.md",
        "brief.xlsx",
        "brief.pdf",
        "items.csv",
        "retrieve.csv",
        "exposure.csv",
    ] {
        assert!(
            bench.path(&format!("case.brief/internal/{name}")).is_file(),
            "{name}"
        );
    }
    let html = text(&bench, "case.brief/internal/brief.html");
    assert!(html.contains("PRIVILEGED") && html.contains("Europe/Amsterdam"));
    assert!(text(&bench, "case.brief/internal/brief.md").starts_with("**PRIVILEGED**"));
    let pdf = std::fs::read(bench.path("case.brief/internal/brief.pdf")).unwrap();
    let n_pages = pdf
        .windows(11)
        .filter(|bytes| bytes == b"/Type /Page")
        .count()
        - 1;
    let n_marks = pdf
        .windows(12)
        .filter(|bytes| bytes == b"(PRIVILEGED)")
        .count();
    assert_eq!(
        n_marks,
        2 * n_pages,
        "the marking stands on every page, above and below"
    );
    let exposure = |folder: &str| text(&bench, &format!("{folder}/exposure.csv"));
    assert_eq!(
        exposure("case"),
        exposure("case.brief/internal"),
        "what is read back is written back"
    );
}

#[test]
fn the_same_brief_is_the_same_page() {
    let bench = bench();
    bench
        .run(&["brief", "case", "--form", "html,xlsx,pdf", "--out", "one"])
        .ends_with(0);
    bench
        .run(&["brief", "case", "--form", "html,xlsx,pdf", "--out", "two"])
        .ends_with(0);
    assert!(crate::bench::files(&bench.path("one")) == crate::bench::files(&bench.path("two")));
    assert_eq!(
        text(&bench, "one/brief.html"),
        text(&bench, "case/brief.html")
    );
}

#[test]
fn readers_outside_see_no_subjects_and_no_addresses_of_others() {
    let bench = bench();
    let item = text(&bench, "case/exposure.csv");
    let id = item
        .split(',')
        .find(|cell| cell.starts_with('<'))
        .unwrap()
        .to_owned();
    let inventory = format!(
        "mailbox,message_id,subject,from,data_class,data_subjects\nmia@example.org,{id},Merger,zoe@elsewhere.example,secret,3\n"
    );
    bench.file("inventory.csv", &inventory);
    let arguments = ["brief", "case", "--items", "inventory.csv", "--for"];
    for (reader, folder) in [
        ("counsel", "counsel"),
        ("regulator", "regulator"),
        ("person=mia@example.org", "person-mia_example.org"),
    ] {
        let ran = bench
            .run(&[&arguments[..], &[reader]].concat())
            .ends_with(0);
        assert!(
            ran.out()
                .contains("Subjects and names of attachments of 1 item"),
            "{}",
            ran.out()
        );
        for name in [
            "brief.html",
            "brief.json",
            "brief.md",
            "items.csv",
            "brief.pdf",
        ] {
            let bytes = std::fs::read(bench.path(&format!("case.brief/{folder}/{name}"))).unwrap();
            let text = String::from_utf8_lossy(&bytes).into_owned();
            assert!(
                !text.contains("Merger") && !text.contains("zoe@"),
                "{reader}, {name}"
            );
        }
        let items = text(&bench, &format!("case.brief/{folder}/items.csv"));
        assert!(
            items.contains("secret") && items.contains("[address "),
            "{items}"
        );
    }
    bench
        .run(
            &[
                &arguments[..],
                &["counsel", "--allow", "subjects,addresses", "--form", "csv"],
            ]
            .concat(),
        )
        .ends_with(0);
    let items = text(&bench, "case.brief/counsel/items.csv");
    assert!(items.contains("Merger") && items.contains("zoe@elsewhere.example"));
    let html = text(&bench, "case.brief/regulator/brief.html");
    assert!(html.contains("Left out:") && html.contains("data_class"));
}

#[test]
fn what_is_asked_wrongly_is_said() {
    let bench = bench();
    bench.file("no.csv", "a,b\n1,2\n");
    for (arguments, word) in [
        (
            vec!["brief", "case", "--for", "everybody"],
            "nobody is known",
        ),
        (vec!["brief", "case", "--zone", "Nowhere/Else"], "no zone"),
        (
            vec!["brief", "case", "--items", "no.csv"],
            "no column holds message ids",
        ),
    ] {
        let ran = bench.run(&arguments).ends_with(2);
        assert!(ran.err().contains(word), "{}", ran.err());
    }
    bench.run(&["brief", "logs"]).ends_with(1);
}
