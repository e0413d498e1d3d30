//! Mapping files through the whole program: checked before the run, kept, and reported.

use crate::bench::Bench;

const LOG: &str = "{\"time\":\"2026-03-02T09:12:30Z\",\"who\":\"ana\",\"ip\":\"203.0.113.9\",\"what\":\"show\",\"uid\":\"7\"}\n";

fn mapping(item: &str) -> String {
    format!(
        "name = \"webmail\"\ntitle = \"the log of our webmail\"\n[match]\nfiles = [\"web*.jsonl\"]\n[log]\nform = \"json-lines\"\n[time]\nfield = \"time\"\n[fields]\naccount = \"who\"\naddress = \"ip\"\nitem = \"{item}\"\n[[record]]\nwhen = {{ what = \"show\" }}\nkind = \"items-read\"\n"
    )
}

#[test]
fn a_field_that_never_occurs_is_said_on_the_terminal_and_in_the_brief() {
    let bench = Bench::new();
    bench.file("logs/web-1.jsonl", &LOG.repeat(2));
    bench.file("good.toml", &mapping("uid"));
    bench.file("slip.toml", &mapping("uidd"));
    let examine = |mapping: &str, case: &str| {
        let arguments = [
            "examine",
            "logs",
            "--case",
            case,
            "-q",
            "--mapping",
            mapping,
        ];
        bench.run(&arguments).ends_with(0).out()
    };
    let good = examine("good.toml", "good");
    assert!(
        good.contains("Mapping webmail: of 2 records in 1 file 2 items-read."),
        "{good}"
    );
    assert!(!good.contains("never had a value"), "{good}");
    let slip = examine("slip.toml", "slip");
    let words: Vec<&str> = slip.split_whitespace().collect();
    assert!(
        words
            .join(" ")
            .contains("Fields that never had a value: uidd."),
        "{slip}"
    );
    let page = std::fs::read_to_string(bench.path("slip/brief.html")).unwrap();
    assert!(page.contains("Fields that never had a value: uidd."));
    let kept = std::fs::read_to_string(bench.path("slip/mappings/webmail.toml")).unwrap();
    assert_eq!(kept, mapping("uidd"));
}

#[test]
fn a_mapping_file_is_checked_before_any_log_is_opened() {
    let bench = Bench::new();
    bench.file(
        "wrong.toml",
        &mapping("uid").replace("items-read", "items-reed"),
    );
    let arguments = [
        "examine",
        "nowhere",
        "--case",
        "c",
        "-q",
        "--mapping",
        "wrong.toml",
    ];
    let ran = bench.run(&arguments).ends_with(2);
    assert!(ran.err().contains("items-reed"), "{}", ran.err());
    assert!(!ran.err().contains("nowhere"), "{}", ran.err());
    assert!(!bench.path("c").exists());
}
