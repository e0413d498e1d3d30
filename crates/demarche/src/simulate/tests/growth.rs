//! Tests of twins, damage and warranted verdicts.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{records, small};
use crate::simulate::options::{Damage, Form, Ids, Options, ShapeName, SignInForm, Twin};
use crate::simulate::sink::Stream;
use crate::simulate::truth::Truth;

fn roomy(seed: u64) -> Options {
    Options {
        people: 14,
        days: 36,
        activity: 300,
        ..Options::new(seed)
    }
}

fn warranted(options: &Options) -> Vec<(&'static str, String)> {
    let (_, truth) = records(options);
    let sessions = truth.sessions.into_iter();
    sessions.map(|session| session.warranted).collect()
}

fn with(shape: ShapeName, ids: Ids, seed: u64) -> Options {
    Options {
        shape,
        ids,
        ..roomy(seed)
    }
}

#[test]
fn whole_logs_warrant_what_the_table_says() {
    for ids in [Ids::Linkable, Ids::None] {
        for (shape, wanted) in [
            (ShapeName::Storm, "hostile"),
            (ShapeName::Spray, "hostile"),
            (ShapeName::Middle, "hostile"),
            (ShapeName::Fraud, "hostile"),
            (ShapeName::Insider, "suspect"),
            (ShapeName::Slow, "ordinary"),
            (ShapeName::Contractor, "ordinary"),
        ] {
            let verdicts = warranted(&with(shape, ids, 3));
            assert!(!verdicts.is_empty());
            for (verdict, why) in verdicts {
                assert_eq!(verdict, wanted, "{shape:?} {ids:?}: {why}");
            }
        }
    }
    let saml = warranted(&with(ShapeName::Saml, Ids::Linkable, 3));
    assert_eq!(saml[0].0, "hostile");
    let wanted = if saml.len() >= 3 {
        "suspect"
    } else {
        "ordinary"
    };
    assert!(saml[1..].iter().all(|(verdict, _)| *verdict == wanted));
}

#[test]
fn logs_that_do_not_hold_it_warrant_less() {
    let whole = with(ShapeName::Storm, Ids::Linkable, 4);
    let without_issuer = Options {
        sign_in_form: SignInForm::None,
        ..whole.clone()
    };
    let (_, why) = warranted(&without_issuer).remove(0);
    assert!(why.starts_with("row 10"), "{why}");
    let short = Options { days: 12, ..whole };
    assert!(
        warranted(&short)
            .iter()
            .all(|(verdict, _)| *verdict == "ordinary")
    );
    // The directory's records have holes too, and nothing else speaks of issuance.
    let holes = |seed| Options {
        damage: Damage {
            hours: true,
            ..Damage::default()
        },
        ..with(ShapeName::Storm, Ids::None, seed)
    };
    let verdicts: Vec<_> = (4..9).flat_map(|seed| warranted(&holes(seed))).collect();
    let less = |verdict: &&(&str, String)| verdict.0 != "hostile";
    assert!(verdicts.iter().any(|one| less(&one)), "{verdicts:?}");
}

#[test]
fn an_owner_who_never_comes_back_interleaves_nothing() {
    let (logs, truth) = records(&with(ShapeName::Theft, Ids::Linkable, 6));
    let session = &truth.sessions[0];
    let id = session.sessions.iter().next().unwrap().to_string();
    let mut uses: Vec<(&str, bool)> = logs[&Stream::Audit]
        .iter()
        .filter(|record| record.to_string().contains(&id))
        .map(|record| {
            let address = record["ClientIPAddress"]
                .as_str()
                .or(record["ClientIP"].as_str());
            let hostile =
                address.is_some_and(|a| session.addresses.iter().any(|h| a.contains(h.as_str())));
            (record["CreationTime"].as_str().unwrap(), hostile)
        })
        .collect();
    uses.sort_unstable();
    uses.dedup_by_key(|(_, hostile)| *hostile);
    // Who comes back later than an hour interleaves nothing either.
    let hostile = session.warranted.0 == "hostile";
    assert!(!hostile || uses.len() >= 3, "{:?}", session.warranted);
}

fn told<'a>(truth: &'a Truth, kind: &str) -> Vec<&'a (crate::simulate::damage::Removal, u64)> {
    truth
        .removals
        .iter()
        .filter(|(removal, _)| removal.kind == kind)
        .collect()
}

fn damaged(damage: Damage, form: Form) -> Options {
    Options {
        damage,
        form,
        activity: 1000,
        ..roomy(9)
    }
}

#[test]
fn every_loss_takes_what_the_truth_says_and_nothing_else() {
    let none = Damage::default();
    let all = records(&damaged(none, Form::Powershell)).0;
    let count = |logs: &std::collections::BTreeMap<Stream, Vec<Value>>| {
        logs.values().map(|of| of.len() as u64).sum::<u64>()
    };
    for (kind, damage) in [
        (
            "missing hours",
            Damage {
                hours: true,
                ..none
            },
        ),
        (
            "missing kind",
            Damage {
                kinds: true,
                ..none
            },
        ),
        ("row cap", Damage { cap: true, ..none }),
        (
            "throttled",
            Damage {
                throttled: true,
                ..none
            },
        ),
        (
            "filtered",
            Damage {
                filtered: true,
                ..none
            },
        ),
    ] {
        let (logs, truth) = records(&damaged(damage, Form::Powershell));
        let removals = told(&truth, kind);
        let lost: u64 = removals.iter().map(|(_, n)| n).sum();
        assert!(!removals.is_empty() && lost > 0, "{kind}");
        assert_eq!(count(&all) - count(&logs), lost, "{kind}");
    }
}

#[test]
fn what_a_service_stops_logging_it_marks_before() {
    let damage = Damage {
        throttled: true,
        ..Damage::default()
    };
    let (logs, _) = records(&damaged(damage, Form::Jsonl));
    let marked = logs[&Stream::Audit].iter().filter(|record| {
        record
            .to_string()
            .contains(r#""Name":"IsThrottled","Value":"True""#)
    });
    let boxes: BTreeSet<&str> = marked
        .filter_map(|record| record["MailboxOwnerUPN"].as_str())
        .collect();
    assert!(!boxes.is_empty());
}

#[test]
fn twins_of_a_whole_tenant_are_lived() {
    let (logs, truth) = records(&Options {
        twins: vec![Twin::Merger, Twin::Travel, Twin::Test, Twin::Resets],
        activity: 1000,
        ..roomy(12)
    });
    assert!(truth.sessions.is_empty());
    let did = |operation: &str| {
        logs[&Stream::Audit]
            .iter()
            .filter(|record| record["Operation"] == operation)
            .count()
    };
    assert!(did("Add user.") >= 2 && did("Reset user password.") >= 8);
    let tester = "python-requests/2.32.3";
    let tried: Vec<&Value> = logs[&Stream::Interactive]
        .iter()
        .filter(|row| row["userAgent"] == tester)
        .collect();
    assert!(tried.len() >= 6);
    assert!(
        tried.iter().all(|row| row["status"]["errorCode"] != 0),
        "nobody gets in"
    );
    let wrong = logs[&Stream::Interactive]
        .iter()
        .filter(|row| row["status"]["errorCode"] == 50126 && row["userAgent"] != tester);
    assert!(wrong.count() >= 8, "new passwords are mistyped");
}

#[test]
fn a_policy_makes_people_sign_in_more_often() {
    let n = |hours| {
        let (_, truth) = records(&Options {
            sign_in_hours: hours,
            ..small(2)
        });
        truth.n_ordinary_sessions
    };
    assert!(n(24) > n(0) * 3 / 2, "{} {}", n(24), n(0));
}
