//! A public tenant with a whole intrusion and its traps.

use std::path::PathBuf;

use demarche_core::vocab::grade::Verdict;

use super::{Logs, examine};

#[test]
fn the_large_set_is_judged_as_its_truth_says() {
    let Some(folder) = std::env::var_os("DEMARCHE_DATASETS").map(PathBuf::from) else {
        println!("skipped: DEMARCHE_DATASETS names no folder of data sets");
        return;
    };
    let logs = Logs::open(&[folder.join("o365_dataset/auditrecords.csv.gz")]);
    let examined = examine(logs);
    if std::env::var_os("SHOW").is_some() {
        println!("{}", examined.text());
    }
    assert!(!examined.listed(Verdict::Hostile).is_empty());
}
