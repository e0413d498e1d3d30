//! The public set whose silent days are known, read where `DEMARCHE_DATASETS` names its folder.

use std::collections::BTreeSet;
use std::io::Read as _;
use std::path::PathBuf;

use demarche_core::coverage::gap::GapKind;
use demarche_core::vocab::moment::DAY;

use super::tenant::Tenant;

fn tenant() -> Option<Tenant> {
    let Some(folder) = std::env::var_os("DEMARCHE_DATASETS").map(PathBuf::from) else {
        println!("skipped: DEMARCHE_DATASETS names no folder of data sets");
        return None;
    };
    let bytes = std::fs::read(folder.join("o365_dataset/auditrecords.csv.gz")).unwrap();
    let mut text = String::new();
    flate2::read::MultiGzDecoder::new(bytes.as_slice())
        .read_to_string(&mut text)
        .unwrap();
    let mut tenant = Tenant::default();
    let text = text.trim_start_matches('\u{feff}');
    tenant.read_file("auditrecords.csv", text);
    tenant.events.sort_by_key(|event| (event.at, event.place));
    Some(tenant)
}

/// Days of the set's truth file (`days_without_any_record`).
const SILENT_DAYS: [&str; 17] = [
    "2021-04-06",
    "2021-04-09",
    "2021-04-13",
    "2021-04-15",
    "2021-04-20",
    "2021-04-27",
    "2021-05-11",
    "2021-05-29",
    "2021-06-04",
    "2021-06-08",
    "2021-06-10",
    "2021-06-20",
    "2021-06-28",
    "2021-07-03",
    "2021-07-05",
    "2021-07-07",
    "2021-07-14",
];

#[test]
fn the_seventeen_silent_days_are_named_and_no_other() {
    let Some(tenant) = tenant() else {
        return;
    };
    let coverage = tenant.coverage();
    for gap in &coverage.gaps {
        println!("{} {} {}", gap.id, gap.kind.word(), gap.effect);
    }
    let silent = coverage
        .gaps
        .iter()
        .filter(|gap| gap.kind == GapKind::SilentHours);
    let mut days = BTreeSet::new();
    for gap in silent {
        let (from, to) = (gap.from.unwrap().micros, gap.to.unwrap().micros);
        assert_eq!((from % DAY, to % DAY), (0, 0), "{}", gap.effect);
        for day in from / DAY..to / DAY {
            let at = demarche_core::vocab::moment::Moment::from_micros(day * DAY);
            days.insert(at.to_string()[..10].to_owned());
        }
    }
    let expect: BTreeSet<String> = SILENT_DAYS.iter().map(|day| (*day).to_owned()).collect();
    assert_eq!(days, expect);
}

#[test]
fn the_takeover_reads_twenty_four_messages_for_certain() {
    use demarche_core::vocab::grade::{Grade, Verdict};
    let Some(mut tenant) = tenant() else {
        return;
    };
    let address = "62.149.20.10".to_owned();
    tenant.wanted = vec![(Verdict::Hostile, "address".to_owned(), address)];
    let (listed, measured) = tenant.measured();
    for listed in &listed {
        let session = &listed.session;
        println!(
            "{} {:?} {}..{}",
            session.id, session.key, session.first, session.last
        );
    }
    let certain: BTreeSet<(&str, &str)> = measured
        .exposures
        .iter()
        .filter(|row| row.grade == Grade::Certain)
        .map(|row| (row.store.as_str(), row.item.as_str()))
        .collect();
    for row in &measured.exposures {
        println!(
            "{} {} {} {} {}",
            row.session,
            row.grade.word(),
            row.tie.word(),
            row.item,
            row.why
        );
    }
    for open in &measured.open {
        println!(
            "open {} {} {:?} {:?}",
            open.session,
            open.need.word(),
            open.object,
            open.facts
        );
    }
    assert!((24..=25).contains(&certain.len()), "{}", certain.len());
}
