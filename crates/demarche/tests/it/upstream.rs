//! Log files beside the provider's own lists of them: good, one altered, one missing.

use std::io::Write;

use sha2::{Digest, Sha256};

use crate::bench::{Bench, json};

/// One log file of the provider, as it is before packing.
fn log(n: u32) -> String {
    format!(
        r#"{{"Records":[{{"eventVersion":"1.08","userIdentity":{{"type":"IAMUser","principalId":"AIDAEXAMPLE","arn":"arn:aws:iam::111122223333:user/ana","accountId":"111122223333","userName":"ana"}},"eventTime":"2026-03-02T09:{n:02}:00Z","eventSource":"s3.amazonaws.com","eventName":"GetObject","awsRegion":"eu-west-1","sourceIPAddress":"198.51.100.7","userAgent":"aws-cli/2","requestParameters":{{"bucketName":"papers","key":"file-{n}"}},"responseElements":null,"eventID":"0000000{n}-0000-4000-8000-000000000000","eventType":"AwsApiCall","recipientAccountId":"111122223333"}}]}}"#
    )
}

fn sha256(text: &str) -> String {
    let hash = Sha256::digest(text.as_bytes());
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A list of some log files, and of the list before it.
fn list(hour: u32, files: &[(String, String)], previous: Option<(&str, &str)>) -> String {
    let listed: Vec<serde_json::Value> = files
        .iter()
        .map(|(name, text)| {
            serde_json::json!({
                "s3Bucket": "trail", "s3Object": format!("logs/{name}.gz"),
                "hashValue": sha256(text), "hashAlgorithm": "SHA-256",
                "newestEventTime": "2026-03-02T09:59:00Z", "oldestEventTime": "2026-03-02T09:00:00Z",
            })
        })
        .collect();
    serde_json::json!({
        "awsAccountId": "111122223333",
        "digestStartTime": format!("2026-03-02T{hour:02}:00:00Z"),
        "digestEndTime": format!("2026-03-02T{:02}:00:00Z", hour + 1),
        "digestS3Bucket": "trail", "digestS3Object": format!("digests/d{hour}.json.gz"),
        "digestSignatureAlgorithm": "SHA256withRSA",
        "previousDigestS3Object": previous.map(|(name, _)| format!("digests/{name}.gz")),
        "previousDigestHashValue": previous.map(|(_, text)| sha256(text)),
        "logFiles": listed,
    })
    .to_string()
}

fn packed(bench: &Bench, name: &str, text: &str) {
    let path = bench.file(&format!("{name}.gz"), "");
    let file = std::fs::File::create(path).expect("a file");
    let mut out = flate2::write::GzEncoder::new(file, flate2::Compression::fast());
    out.write_all(text.as_bytes()).expect("written");
    out.finish().expect("packed");
}

/// Examines what was handed in; what is said of each file by its name, and the gaps' effects.
fn said(bench: &Bench, case: &str) -> (impl Fn(&str) -> String, Vec<String>) {
    bench
        .run(&["examine", "logs", "--case", case, "-q"])
        .ends_with(0);
    let brief = json(&bench.path(&format!("{case}/brief.json")));
    let gaps = brief["gaps"].as_array().expect("gaps").iter();
    let missing = gaps.filter(|gap| gap["kind"] == "missing-rows");
    let effects = missing.map(|gap| format!("{} {}", gap["from"], gap["effect"]));
    let effects = effects.collect();
    let page = std::fs::read_to_string(bench.path(&format!("{case}/brief.html"))).expect("a page");
    let of = move |name: &str| {
        let rows = brief["accounting"].as_array().expect("an accounting");
        let path =
            |row: &&serde_json::Value| row["path"].as_str().is_some_and(|p| p.contains(name));
        let row = rows.iter().find(path).expect("a row of the file");
        let upstream = row["upstream"].as_str().unwrap_or_default().to_owned();
        assert!(page.contains("lists:"), "the page says so too");
        upstream
    };
    (of, effects)
}

#[test]
fn log_files_are_held_against_the_lists_of_their_provider() {
    let bench = Bench::new();
    let files: Vec<(String, String)> = (1..=3).map(|n| (format!("log-{n}.json"), log(n))).collect();
    let first = list(8, &[], None);
    let second = list(9, &files, Some(("d8.json", &first)));
    for (name, text) in &files {
        packed(&bench, &format!("logs/{name}"), text);
    }
    packed(&bench, "logs/d8.json", &first);
    packed(&bench, "logs/d9.json", &second);

    let (of, gaps) = said(&bench, "good");
    for n in 1..=3 {
        let told = of(&format!("log-{n}"));
        assert_eq!(told, "unaltered since its provider listed it (d9.json)");
    }
    assert!(
        of("d8").contains("it is the first of its chain"),
        "{}",
        of("d8")
    );
    let told = of("d9");
    assert!(told.starts_with("of 3 files it lists 3 are here unaltered; the list before it is here and unaltered; its signature was not checked"), "{told}");
    assert!(gaps.is_empty(), "{gaps:?}");

    // One log file altered, one taken away, and the first list altered.
    packed(
        &bench,
        "logs/log-2.json",
        &log(2).replace("file-2", "file-9"),
    );
    std::fs::remove_file(bench.path("logs/log-3.json.gz")).expect("removed");
    packed(
        &bench,
        "logs/d8.json",
        &first.replace("SHA256withRSA", "none"),
    );
    let (of, gaps) = said(&bench, "bad");
    assert_eq!(
        of("log-1"),
        "unaltered since its provider listed it (d9.json)"
    );
    let told = of("log-2");
    assert!(
        told.starts_with("differs from what its provider listed (d9.json): expected the hash "),
        "{told}"
    );
    let told = of("d9");
    assert!(told.starts_with("of 3 files it lists 1 are here unaltered, 1 here and altered (log-2.json), 1 not here (log-3.json); the list before it is here and differs from the hash stated"), "{told}");
    assert_eq!(gaps.len(), 1, "{gaps:?}");
    assert!(gaps[0].starts_with("\"2026-03-02T09:00:00Z\""), "{gaps:?}");
    assert!(gaps[0].contains("1 files (log-3.json) are not here and 1 files (log-2.json) are here and not as they were"), "{gaps:?}");
}
