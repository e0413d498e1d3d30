//! Snapshots beside logs: what stood before visibility, and stores that were not audited.

use crate::bench::{Bench, json, read_records};

const RULES: &str = "\"UserName\",\"RuleName\",\"Enabled\",\"RuleIdentity\",\"MoveToFolder\",\"RedirectTo\",\"ForwardTo\",\"DeleteMessage\",\"MarkAsRead\"\r\n\
\"mia@example.org\",\"old copy\",\"True\",\"1\",\"\",\"\",\"x@collector.example\",\"False\",\"False\"\r\n\
\"mia@example.org\",\"tidy\",\"True\",\"2\",\"News\",\"\",\"\",\"False\",\"False\"\r\n\
\"mia@example.org\",\"made here\",\"True\",\"3\",\"\",\"y@collector.example\",\"\",\"False\",\"False\"\r\n";

const AUDITING: &str = "\"UserPrincipalName\",\"AuditEnabled\",\"AuditBypassEnabled\",\"DefaultAuditSet\",\"OwnerAuditActions\"\r\n\
\"jon@example.org\",\"False\",\"False\",\"\",\"\"\r\n\
\"mia@example.org\",\"True\",\"False\",\"\",\"MailItemsAccessed, Send\"\r\n\
\"ana@example.org\",\"True\",\"False\",\"\",\"Send\"\r\n";

const MADE: &str = r#"{"CreationTime":"2026-03-02T10:00:00","Id":"0b6c6a2e-0000-4000-8000-0000000000aa","Operation":"New-InboxRule","RecordType":1,"ResultStatus":"True","UserId":"mia@example.org","UserKey":"k","UserType":2,"Workload":"Exchange","ClientIP":"203.0.113.9:1","ObjectId":"mia\\made here","Parameters":[{"Name":"Name","Value":"made here"},{"Name":"RedirectTo","Value":"y@collector.example"}]}"#;

#[test]
fn what_stood_before_the_logs_is_told_and_accuses_nobody() {
    let bench = Bench::new();
    bench.file("logs/a.jsonl", &format!("{}{MADE}\n", read_records(40)));
    bench.file("logs/20260309080000-InboxRules.csv", RULES);
    bench.file("logs/20260309080001-MailboxAuditStatus.csv", AUDITING);
    bench
        .run(&["examine", "logs", "--case", "c", "-q"])
        .ends_with(0);
    let brief = json(&bench.path("c").join("brief.json"));
    let standing = brief["standing"].as_array().unwrap();
    assert_eq!(standing.len(), 1, "{standing:?}");
    assert_eq!(standing[0]["object"], "old copy");
    assert_eq!(standing[0]["at"], "2026-03-09T08:00:00Z");
    assert!(
        standing[0]["sentence"]
            .as_str()
            .unwrap()
            .contains("x@collector.example")
    );
    // The rule that was made on record is asked after; what only stood is nobody's session.
    let sessions = brief["sessions"].as_array().unwrap();
    assert_eq!(sessions.len(), 1);
    assert_eq!(
        (&sessions[0]["verdict"], &sessions[0]["row"]),
        (&"suspect".into(), &6.into())
    );
    let open = std::fs::read_to_string(bench.path("c").join("open.csv")).unwrap();
    let line = |name: &str| open.lines().find(|line| line.contains(name));
    assert!(line("old copy").is_some() && line("tidy").is_none());
    // What was made on record is confirmed by the snapshot, and told once.
    assert!(
        line("made here")
            .unwrap()
            .contains("stood_at=2026-03-09T08:00:00Z")
    );
    assert_eq!(
        open.matches("made here").count(),
        line("made here").unwrap().matches("made here").count()
    );
    let gaps = std::fs::read_to_string(bench.path("c").join("gaps.csv")).unwrap();
    let unaudited = |store: &str| {
        let mut lines = gaps.lines();
        lines.any(|line| line.contains("store-not-audited") && line.contains(store))
    };
    assert!(unaudited("jon@example.org") && unaudited("ana@example.org"));
    assert!(!unaudited("mia@example.org"));
}
