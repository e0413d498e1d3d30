//! Questions in SQL over a case: every table of the contract answers.

use crate::bench::{Bench, anchor};

#[test]
fn every_table_of_the_contract_answers() {
    let bench = Bench::new();
    bench
        .run(&["examine", &anchor("a"), "--case", "c", "-q"])
        .ends_with(0);
    let tables = [
        "sources",
        "records",
        "events",
        "items",
        "accounts",
        "sessions",
        "findings",
        "exposures",
        "actions",
        "gaps",
    ];
    for table in tables {
        let question = format!("select count(*) as n from {table}");
        let ran = bench
            .run(&["sql", "c", &question, "--form", "csv"])
            .ends_with(0);
        assert!(ran.out().starts_with("n\n"), "{table}: {}", ran.out());
    }
    let question = "select count(distinct item) as n from exposures where grade = 'certain'";
    let ran = bench
        .run(&["sql", "c", question, "--form", "jsonl"])
        .ends_with(0);
    assert_eq!(ran.out(), "{\"n\":\"54\"}\n");
}

#[test]
fn only_reading_is_allowed_and_a_slip_is_answered_with_a_hint() {
    let bench = Bench::new();
    bench
        .run(&["examine", &anchor("a"), "--case", "c", "-q"])
        .ends_with(0);
    for question in ["drop view records", "selec 1", "select nothing from events"] {
        let ran = bench.run(&["sql", "c", question]).ends_with(1);
        assert!(ran.err().contains("hint: "), "{}", ran.err());
    }
    bench.run(&["sql", "nowhere", "select 1"]).ends_with(1);
}
