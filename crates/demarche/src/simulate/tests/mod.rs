//! Tests of whole tenants: same bytes, true truth, issuance without holes.

mod anchor;
mod growth;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::simulate::guid::Guid;
use crate::simulate::options::{Damage, Form, Ids, Options, ShapeName, SignInForm, Twin};
use crate::simulate::sink::Stream;
use crate::simulate::truth::Truth;
use crate::simulate::{run, volume, write};

/// All records of a tenant, per log.
fn records(options: &Options) -> (BTreeMap<Stream, Vec<Value>>, Truth) {
    let mut out: BTreeMap<Stream, Vec<Value>> = BTreeMap::new();
    let (_, truth) = run(options, |sink, entries| {
        for entry in entries {
            let value = serde_json::from_slice(sink.body(entry)).unwrap();
            out.entry(entry.stream).or_default().push(value);
        }
        Ok(())
    })
    .unwrap();
    (out, truth)
}

fn small(seed: u64) -> Options {
    Options {
        people: 7,
        days: 20,
        ..Options::new(seed)
    }
}

fn texts<'a>(records: &'a [Value], key: &str) -> BTreeSet<&'a str> {
    records
        .iter()
        .filter_map(|record| record[key].as_str())
        .collect()
}

#[test]
fn the_same_options_give_the_same_bytes_and_another_seed_gives_others() {
    let bytes = |options: &Options| {
        let mut out = Vec::new();
        run(options, |sink, entries| {
            entries
                .iter()
                .for_each(|entry| out.extend_from_slice(sink.body(entry)));
            Ok(())
        })
        .unwrap();
        out
    };
    let options = Options {
        shape: ShapeName::Storm,
        ..small(3)
    };
    assert_eq!(bytes(&options), bytes(&options));
    assert_ne!(
        bytes(&options),
        bytes(&Options {
            seed: 4,
            ..options.clone()
        })
    );
}

#[test]
fn an_intruder_changes_no_clean_record() {
    let lines = |options: &Options| -> BTreeSet<String> {
        records(options).0[&Stream::Audit]
            .iter()
            .map(Value::to_string)
            .collect()
    };
    let options = Options {
        people: 5,
        ..small(5)
    };
    let clean = lines(&options);
    for shape in SHAPES {
        let entered = lines(&Options {
            shape,
            ..options.clone()
        });
        assert!(clean.is_subset(&entered), "{shape:?}");
        assert!(entered.len() > clean.len(), "{shape:?}");
    }
}

const SHAPES: [ShapeName; 10] = [
    ShapeName::Middle,
    ShapeName::Saml,
    ShapeName::Storm,
    ShapeName::Spray,
    ShapeName::Consent,
    ShapeName::Theft,
    ShapeName::Fraud,
    ShapeName::Insider,
    ShapeName::Slow,
    ShapeName::Contractor,
];

#[test]
fn the_truth_names_what_the_records_name() {
    for (shape, ids) in SHAPES
        .into_iter()
        .zip([Ids::Linkable, Ids::None].into_iter().cycle())
    {
        let (logs, truth) = records(&Options {
            shape,
            ids,
            ..small(11)
        });
        let by_id: BTreeMap<&str, &Value> = logs[&Stream::Audit]
            .iter()
            .map(|r| (r["Id"].as_str().unwrap(), r))
            .collect();
        assert!(!truth.sessions.is_empty(), "{shape:?}");
        for session in &truth.sessions {
            let mut n_counted = 0;
            let of_records: BTreeSet<Guid> = session.items.iter().map(|item| item.2).collect();
            for id in &of_records {
                n_counted += by_id[id.to_string().as_str()]["OperationCount"]
                    .as_i64()
                    .unwrap();
            }
            assert!(
                n_counted as usize == session.items.len()
                    && (n_counted > 0 || shape == ShapeName::Saml),
                "{shape:?}"
            );
            for (mailbox, item, record) in &session.items {
                let text = by_id[record.to_string().as_str()].to_string();
                assert!(text.contains(item.as_str()), "{item} is not in {text}");
                assert!(text.to_lowercase().contains(mailbox.as_str()));
            }
            for (operation, record) in &session.actions {
                assert_eq!(by_id[record.to_string().as_str()]["Operation"], *operation);
            }
        }
    }
}

#[test]
fn a_spray_fails_on_many_accounts_and_opens_one_from_the_same_machine() {
    let (logs, truth) = records(&Options {
        shape: ShapeName::Spray,
        ..small(13)
    });
    let address = truth.sessions[0].addresses.first().unwrap();
    let rows = logs[&Stream::Interactive]
        .iter()
        .filter(|row| row["ipAddress"] == address.as_str());
    let mut outcomes: BTreeMap<i64, BTreeSet<&str>> = BTreeMap::new();
    for row in rows {
        let code = row["status"]["errorCode"].as_i64().unwrap();
        outcomes
            .entry(code)
            .or_default()
            .insert(row["userPrincipalName"].as_str().unwrap());
        assert_eq!(row["userAgent"], crate::simulate::intruder::spray::AGENT);
    }
    assert!(outcomes[&50126].len() >= 5, "{outcomes:?}");
    assert_eq!(
        outcomes[&0],
        BTreeSet::from([truth.sessions[0].account.as_str()])
    );
}

#[test]
fn a_stolen_session_is_used_from_two_networks_and_makes_a_rule() {
    let (logs, truth) = records(&Options {
        shape: ShapeName::Theft,
        ..small(14)
    });
    let session = truth.sessions[0].sessions.first().unwrap().to_string();
    let mine = |r: &&Value| r["SessionId"] == session.as_str() && r["RecordType"] == 50;
    let used: BTreeSet<&str> = logs[&Stream::Audit]
        .iter()
        .filter(mine)
        .filter_map(|r| r["ClientIPAddress"].as_str())
        .collect();
    let hostile = truth.sessions[0].addresses.first().unwrap().as_str();
    assert!(used.contains(hostile) && used.len() > 1, "{used:?}");
    assert!(
        truth.sessions[0]
            .actions
            .iter()
            .any(|(operation, _)| *operation == "New-InboxRule")
    );
}

#[test]
fn of_two_intruders_one_outlives_the_eviction() {
    let (logs, truth) = records(&Options {
        shape: ShapeName::Contractor,
        days: 32,
        people: 4,
        ..small(16)
    });
    let last = |n: usize| crate::simulate::calendar::text(truth.sessions[n].span.unwrap().1);
    let evicted = logs[&Stream::Audit].iter().any(|record| {
        let at = format!("{}Z", record["CreationTime"].as_str().unwrap());
        let object = record["ObjectId"].as_str().map(str::to_lowercase);
        record["Operation"] == "Update StsRefreshTokenValidFrom Timestamp."
            && object.as_deref() == Some(&truth.sessions[0].account)
            && (last(0)..last(1)).contains(&at)
    });
    assert!(evicted);
}

#[test]
fn an_insider_uses_their_own_session_and_is_not_called_hostile() {
    let (logs, truth) = records(&Options {
        shape: ShapeName::Insider,
        ..small(17)
    });
    let session = &truth.sessions[0];
    assert_eq!(session.verdict, "insider");
    let known = texts(&logs[&Stream::NonInteractive], "sessionId");
    let known: BTreeSet<&str> = known
        .union(&texts(&logs[&Stream::Interactive], "sessionId"))
        .copied()
        .collect();
    assert!(
        session
            .sessions
            .iter()
            .all(|id| known.contains(id.to_string().as_str()))
    );
    assert!(
        session
            .actions
            .iter()
            .any(|(operation, _)| *operation == "FileDownloaded")
    );
}

#[test]
fn a_hostile_application_has_its_consent_in_the_directory_and_its_tokens_in_the_sign_ins() {
    let (logs, truth) = records(&Options {
        shape: ShapeName::Consent,
        ..small(15)
    });
    let app = truth.sessions[0]
        .pairs
        .first()
        .and_then(|pair| pair.1)
        .unwrap()
        .to_string();
    let directory: BTreeSet<&str> = logs[&Stream::Audit]
        .iter()
        .filter(|record| record["RecordType"] == 8 && record.to_string().contains(&app))
        .filter_map(|record| record["Operation"].as_str())
        .collect();
    let wanted = [
        "Add delegated permission grant.",
        "Add service principal.",
        "Consent to application.",
    ];
    assert_eq!(directory, BTreeSet::from(wanted));
    let rows = logs[&Stream::NonInteractive]
        .iter()
        .filter(|row| row["appId"] == app.as_str());
    assert!(rows.count() > 0);
}

#[test]
fn forged_tokens_have_no_issuance_and_no_trace_in_the_directory() {
    let options = Options {
        shape: ShapeName::Storm,
        ..small(12)
    };
    let (logs, truth) = records(&options);
    let mut issued = texts(&logs[&Stream::NonInteractive], "uniqueTokenIdentifier");
    issued.extend(texts(&logs[&Stream::Interactive], "uniqueTokenIdentifier"));
    let mut known = texts(&logs[&Stream::NonInteractive], "sessionId");
    known.extend(texts(&logs[&Stream::Interactive], "sessionId"));
    let pairs: BTreeSet<_> = truth
        .sessions
        .iter()
        .flat_map(|s| s.pairs.iter().copied())
        .collect();
    assert_eq!(pairs.len(), 1, "one pair is shared by all mailboxes");
    assert!(truth.sessions.len() > 1);
    let app = pairs.first().and_then(|pair| pair.1).unwrap().to_string();
    for session in &truth.sessions {
        for token in &session.tokens {
            assert!(!issued.contains(std::str::from_utf8(&token.token_text()).unwrap()));
        }
        for id in &session.sessions {
            assert!(!known.contains(id.to_string().as_str()));
        }
    }
    for record in logs[&Stream::Audit]
        .iter()
        .filter(|record| record["RecordType"] == 8)
    {
        assert!(!record.to_string().contains(&app));
    }
    for record in logs[&Stream::Audit]
        .iter()
        .filter(|r| r["ClientAppId"] == app.as_str())
    {
        assert_eq!(record["Operation"], "MailItemsAccessed");
        let hour: u8 = record["CreationTime"].as_str().unwrap()[11..13]
            .parse()
            .unwrap();
        assert!(hour < 9, "{hour}");
    }
}

#[test]
fn every_ordinary_token_of_the_window_is_issued_or_its_session_is_known() {
    for seed in [1, 2] {
        let (logs, _) = records(&small(seed));
        let mut known = texts(&logs[&Stream::NonInteractive], "sessionId");
        known.extend(texts(&logs[&Stream::Interactive], "sessionId"));
        let mut n_tokens = 0;
        for record in &logs[&Stream::Audit] {
            let context = &record["AppAccessContext"];
            let Some(issued) = context["IssuedAtTime"].as_str() else {
                continue;
            };
            // What was issued before the logs begin cannot be in them.
            if issued < "2026-03-03" {
                continue;
            }
            n_tokens += 1;
            assert!(
                known.contains(context["AADSessionId"].as_str().unwrap()),
                "{record}"
            );
        }
        assert!(n_tokens > 500);
    }
}

#[test]
fn older_exports_have_no_token_and_no_linkable_session() {
    let (logs, _) = records(&Options {
        ids: Ids::None,
        ..small(21)
    });
    for record in &logs[&Stream::Audit] {
        assert!(record["AppAccessContext"].is_null() && record["TokenObjectId"].is_null());
    }
    assert!(
        logs[&Stream::Interactive]
            .iter()
            .all(|row| row["sessionId"].is_null())
    );
    let with_session = logs[&Stream::Audit]
        .iter()
        .filter(|r| r["SessionId"].as_str().is_some_and(|s| !s.is_empty()));
    assert!(
        with_session.count() > 100,
        "the web and desktop clients had a session id before 2025 too"
    );
}

#[test]
fn background_readers_have_neither_session_nor_token_and_a_rollout_reaches_most_mailboxes() {
    let (logs, _) = records(&Options {
        twins: vec![Twin::Rollout],
        ..small(22)
    });
    let mut mailboxes: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
    for record in &logs[&Stream::Audit] {
        if record["ClientInfoString"] != "Client=REST;Client=RESTSystem;;" {
            continue;
        }
        assert!(
            record["SessionId"].is_null() && record["AppAccessContext"]["UniqueTokenId"].is_null()
        );
        let (app, owner) = (&record["AppId"], &record["MailboxOwnerUPN"]);
        mailboxes
            .entry(app.as_str().unwrap())
            .or_default()
            .insert(owner.as_str().unwrap());
    }
    assert_eq!(mailboxes.len(), 5);
    assert!(mailboxes.values().any(|owners| owners.len() >= 7));
}

#[test]
fn twins_are_seen_in_many_mailboxes_and_told_in_the_truth_without_a_hostile_session() {
    let twins = vec![Twin::Tunnel, Twin::Program, Twin::App];
    let (logs, truth) = records(&Options {
        twins,
        people: 12,
        ..small(23)
    });
    assert!(truth.sessions.is_empty());
    let mut mailboxes: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for record in logs[&Stream::Audit]
        .iter()
        .filter(|record| record["RecordType"] == 50)
    {
        let owners = mailboxes
            .entry(record["ClientAppId"].to_string())
            .or_default();
        owners.insert(record["MailboxOwnerUPN"].as_str().unwrap());
    }
    let program = crate::simulate::client::Client::Next.app().id;
    assert!(mailboxes[&format!("\"{program}\"")].len() >= 5);
    let admitted = logs[&Stream::Audit]
        .iter()
        .find(|r| r["Operation"] == "Add app role assignment to service principal.")
        .unwrap();
    // The record's target is the resource; the application is among what was changed.
    let changed = admitted["ModifiedProperties"].as_array().unwrap();
    let app = changed
        .iter()
        .find(|p| p["Name"] == "ServicePrincipal.AppId");
    let app = &app.unwrap()["NewValue"];
    assert!(mailboxes[&app.to_string()].len() >= 12);
    let issued = texts(&logs[&Stream::ServicePrincipal], "appId");
    assert!(issued.contains(app.as_str().unwrap()));
}

#[test]
fn records_cut_short_are_told_in_the_truth() {
    let directory = std::env::temp_dir().join(format!("demarche-cut-{}", std::process::id()));
    let damage = Damage {
        truncated: true,
        ..Damage::default()
    };
    let options = Options {
        damage,
        form: Form::Collector,
        sign_in_form: SignInForm::None,
        ..small(33)
    };
    let truth = write(&options, &directory).unwrap();
    let text = std::fs::read_to_string(directory.join("unified-audit-collector.jsonl")).unwrap();
    std::fs::remove_dir_all(&directory).unwrap();
    let mut cut = BTreeSet::new();
    for line in text.lines() {
        let wrapper: Value = serde_json::from_str(line).unwrap();
        if serde_json::from_str::<Value>(wrapper["AuditData"].as_str().unwrap()).is_err() {
            cut.insert(wrapper["Identity"].as_str().unwrap().to_owned());
        }
    }
    let told: BTreeSet<String> = truth.truncated.iter().map(Guid::to_string).collect();
    assert!(!cut.is_empty());
    assert_eq!(cut, told);
}

#[test]
fn damage_is_told_in_the_truth() {
    let undamaged = records(&small(31)).0[&Stream::Audit].len() as u64;
    let damage = Damage {
        hours: true,
        duplicates: true,
        truncated: true,
        ..Damage::default()
    };
    let (logs, truth) = records(&Options {
        damage,
        shape: ShapeName::Storm,
        ..small(31)
    });
    let lost: u64 = truth.removals.iter().map(|(_, n)| *n).sum();
    let n_hostile: usize = truth
        .sessions
        .iter()
        .flat_map(|s| s.items.iter().map(|i| i.2))
        .collect::<BTreeSet<_>>()
        .len();
    let written = logs[&Stream::Audit].len() as u64;
    assert!(lost > 0 && truth.n_duplicates > 0);
    assert_eq!(
        written,
        undamaged + n_hostile as u64 - lost + truth.n_duplicates
    );
    let distinct = texts(&logs[&Stream::Audit], "Id").len() as u64;
    assert_eq!(distinct, written - truth.n_duplicates);
}

#[test]
fn every_form_holds_every_record() {
    let directory = std::env::temp_dir().join(format!("demarche-simulate-{}", std::process::id()));
    for (form, sign_in_form) in [
        (Form::Jsonl, SignInForm::Graph),
        (Form::Portal, SignInForm::Diagnostic),
        (Form::Powershell, SignInForm::Graph),
        (Form::Graph, SignInForm::None),
        (Form::Collector, SignInForm::None),
        (Form::Blobs, SignInForm::None),
    ] {
        let options = Options {
            form,
            sign_in_form,
            days: 5,
            ..small(41)
        };
        let truth = write(&options, &directory.join(format!("{form:?}"))).unwrap();
        let n_records = truth.n_records["audit"] as usize;
        let read = |name: &str| {
            std::fs::read_to_string(directory.join(format!("{form:?}")).join(name)).unwrap()
        };
        let counted = match form {
            Form::Portal => read("unified-audit-portal.csv").matches("\r\n").count() - 1,
            Form::Powershell => read("unified-audit-powershell.csv").matches("\r\n").count() - 1,
            Form::Graph => serde_json::Deserializer::from_str(&read("unified-audit-graph.json"))
                .into_iter::<Value>()
                .map(|page| page.unwrap()["value"].as_array().unwrap().len())
                .sum(),
            Form::Blobs => serde_json::Deserializer::from_str(&read("unified-audit-blobs.json"))
                .into_iter::<Value>()
                .map(|page| page.unwrap().as_array().unwrap().len())
                .sum(),
            Form::Collector => read("unified-audit-collector.jsonl")
                .lines()
                .map(|line| serde_json::from_str::<Value>(line).unwrap())
                .filter(|w| {
                    let inner: Value =
                        serde_json::from_str(w["AuditData"].as_str().unwrap()).unwrap();
                    inner["Id"] == w["Identity"]
                })
                .count(),
            _ => read("unified-audit.jsonl")
                .lines()
                .filter(|l| serde_json::from_str::<Value>(l).is_ok())
                .count(),
        };
        assert_eq!(counted, n_records, "{form:?}");
        let truth: Value = serde_json::from_str(&read("truth.json")).unwrap();
        assert_eq!(truth["clean"], true);
        if sign_in_form == SignInForm::Graph {
            let pages = read("sign-ins-non-interactive.json");
            let n_rows: usize = serde_json::Deserializer::from_str(&pages)
                .into_iter::<Value>()
                .map(|page| page.unwrap().as_array().unwrap().len())
                .sum();
            assert_eq!(
                n_rows as i64,
                truth["counts"]["non-interactive"].as_i64().unwrap()
            );
        }
    }
    std::fs::remove_dir_all(&directory).unwrap();
}

#[test]
fn the_big_file_has_exactly_the_records_asked_for() {
    let path = std::env::temp_dir().join(format!("demarche-volume-{}.jsonl", std::process::id()));
    let n_bytes = volume::write(&Options::new(1), 3000, &path).unwrap();
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::remove_file(&path).unwrap();
    assert_eq!(text.len() as u64, n_bytes);
    let ids: BTreeSet<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["Id"].to_string())
        .collect();
    assert_eq!(ids.len(), 3000);
}
