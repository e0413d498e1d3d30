//! `brief.json`: the shapes scripts and courts rely on; a field's name is a promise.

use demarche_core::brief::accessed::{Counts, Totals};
use demarche_core::brief::accounting::{Accounting, Acquisition};
use demarche_core::brief::brief::{Brief, FORMAT};
use demarche_core::brief::changes::Changes;
use demarche_core::brief::clock::{Clock, Mark};
use demarche_core::brief::entered::{SessionRow, SuspectGroup};
use demarche_core::brief::method::Method;
use demarche_core::brief::proof::Proof;
use demarche_core::claim::claim::Claim;
use demarche_core::coverage::gap::Gap;
use demarche_core::coverage::missing::Missing;
use demarche_core::exposure::action::Open;
use demarche_core::exposure::exposure::Caveat;
use demarche_core::finding::finding::Finding;
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::Place;
use serde_json::{Value, json};

/// The whole of `brief.json`.
pub fn brief(brief: &Brief) -> Value {
    json!({
        "format": FORMAT,
        "page_one": brief.page_one.iter().map(|answer| json!({
            "question": answer.question,
            "title": answer.title,
            "sentences": answer.sentences,
        })).collect::<Vec<_>>(),
        "accounting": brief.accounting.iter().map(accounting).collect::<Vec<_>>(),
        "sessions": brief.sessions.iter().map(session).collect::<Vec<_>>(),
        "ordinary_sessions": brief.ordinary_sessions,
        "suspects": brief.suspects.iter().map(group).collect::<Vec<_>>(),
        "attempts": brief.attempts.iter().map(|attempt| json!({
            "kind": attempt.kind.word(), "cause": attempt.cause, "accounts": attempt.accounts,
            "first": time(&attempt.first), "sentence": attempt.sentence,
            "records": places(&attempt.places),
        })).collect::<Vec<_>>(),
        "findings": brief.findings.iter().map(finding).collect::<Vec<_>>(),
        "gaps": brief.gaps.iter().map(|row| {
            let mut value = gap(&row.gap);
            value["sessions"] = json!(row.sessions);
            value
        }).collect::<Vec<_>>(),
        "missing": brief.missing.iter().map(missing).collect::<Vec<_>>(),
        "totals": brief.totals.iter().map(totals).collect::<Vec<_>>(),
        "open": brief.open.iter().map(|row| {
            let mut value = open(&row.open);
            value["sentence"] = json!(row.sentence);
            value
        }).collect::<Vec<_>>(),
        "standing": brief.standing.iter().map(|row| json!({
            "id": row.open.id, "need": row.open.need.word(), "kind": row.open.kind.word(),
            "operation": row.open.operation, "store": row.open.store, "object": row.open.object,
            "facts": row.open.facts, "at": time(&row.open.since),
            "sentence": row.sentence, "record": place(&row.open.place),
        })).collect::<Vec<_>>(),
        "cut_off": brief.cut_off.iter().map(|step| json!({
            "number": step.number, "need": step.need.word(), "about": step.about,
            "sessions": step.sessions, "hostile": step.hostile, "action": step.action,
            "command": step.command, "note": step.note, "on_record": step.on_record,
        })).collect::<Vec<_>>(),
        "warn": warn(brief),
        "clock": clock(&brief.clock),
        "claims": brief.claims.iter().map(claim).collect::<Vec<_>>(),
        "caveats": Caveat::all().map(|caveat| json!({
            "id": caveat.word(), "text": caveat.text(),
        })).collect::<Vec<_>>(),
        "indicators": brief.indicators.len(),
        "changes": changes(&brief.changes),
        "method": method(&brief.method),
        "proof": proof(&brief.proof),
    })
}

/// The proof, last member of `brief.json`; decision 0007 says why last.
pub fn proof(proof: &Proof) -> Value {
    json!({
        "origin": proof.origin, "size": proof.size, "root": proof.root,
        "checkpoint": proof.checkpoint, "key_id": proof.key_id,
        "verifier_key": proof.verifier_key,
    })
}

/// A place: source, leaf and byte range.
pub fn place(place: &Place) -> Value {
    json!({
        "source": place.source.0, "leaf": place.leaf,
        "offset": place.offset, "length": place.length,
    })
}

fn places(list: &[Place]) -> Vec<Value> {
    list.iter().map(place).collect()
}

fn time(moment: &Moment) -> String {
    moment.to_string()
}

fn maybe(moment: &Option<Moment>) -> Value {
    moment.as_ref().map(time).into()
}

fn accounting(row: &Accounting) -> Value {
    json!({
        "source": row.source.0, "path": row.path, "kind": row.kind, "bytes": row.bytes,
        "decoded_bytes": row.decoded_bytes, "sha256": row.sha256, "spans": row.spans,
        "records": row.records, "distinct": row.distinct, "duplicates": row.duplicates,
        "rejected": row.rejected, "conflicting": row.conflicting,
        "filler_bytes": row.filler_bytes, "first": maybe(&row.first), "last": maybe(&row.last),
        "problem": row.problem, "upstream": row.upstream,
        "acquisition": row.acquisition.as_ref().map(acquisition),
    })
}

/// How a source was acquired, as stated; `null` stands for "not stated".
fn acquisition(acquisition: &Acquisition) -> Value {
    let fields = acquisition.fields.iter();
    json!({
        "by": acquisition.by,
        "stated": fields.map(|(name, value)| (name.clone(), value.clone().into()))
            .collect::<serde_json::Map<String, Value>>(),
        "differences": acquisition.differences,
    })
}

fn session(row: &SessionRow) -> Value {
    json!({
        "id": row.id, "account": row.account, "protected": row.protected,
        "verdict": row.verdict.word(), "row": row.row, "basis": row.basis, "reason": row.reason,
        "tie": row.tie.word(), "first": time(&row.first), "last": time(&row.last),
        "events": row.n_events,
        "kinds": row.kinds.iter().cloned().map(|(kind, n)| (kind, n.into()))
            .collect::<serde_json::Map<String, Value>>(),
        "addresses": row.addresses, "relayed": row.relayed, "clients": row.clients,
        "applications": row.applications, "countries": row.countries, "stores": row.stores,
        "token_ids": row.token_ids, "session_ids": row.session_ids, "unlisted": row.unlisted,
        "shared": row.shared, "findings": row.findings,
        "exposure": {
            "certain": {
                "messages": row.exposure.certain.messages,
                "attachments": row.exposure.certain.attachments,
                "files": row.exposure.certain.files,
                "rows": row.exposure.certain.rows,
            },
            "presumed": row.exposure.presumed.iter().map(|presumed| json!({
                "store": presumed.store, "container": presumed.container,
                "from": time(&presumed.from), "to": time(&presumed.to),
                "items": presumed.items, "why": presumed.why,
            })).collect::<Vec<_>>(),
            "unknowable": row.exposure.unknowable.iter().map(|gap| json!({ "gap": gap }))
                .collect::<Vec<_>>(),
        },
        "record": place(&row.first_place),
    })
}

fn group(group: &SuspectGroup) -> Value {
    json!({
        "cause": group.cause, "about": group.about, "sessions": group.sessions, "accounts": group.accounts,
        "first": time(&group.first), "last": time(&group.last), "question": group.question,
    })
}

/// One finding.
pub fn finding(finding: &Finding) -> Value {
    json!({
        "id": finding.id, "kind": finding.kind, "techniques": finding.techniques,
        "row": finding.row.0, "account": finding.account, "session": finding.session,
        "verdict": finding.standing.word(), "alone": finding.alone.word(),
        "sentence": finding.sentence, "cause": finding.cause,
        "tests": finding.tests.iter().map(|test| json!({
            "name": test.name, "result": test.result.word(), "why": test.why,
        })).collect::<Vec<_>>(),
        "records": places(&finding.records),
    })
}

/// One gap.
pub fn gap(gap: &Gap) -> Value {
    json!({
        "id": gap.id, "kind": gap.kind.word(), "source": gap.source.map(|source| source.0),
        "stream": gap.stream.map(|stream| stream.word()), "account": gap.account,
        "store": gap.store, "operation": gap.operation, "from": maybe(&gap.from),
        "to": maybe(&gap.to), "effect": gap.effect,
    })
}

/// One source that is missing.
pub fn missing(missing: &Missing) -> Value {
    json!({
        "source": missing.source, "title": missing.title, "stream": missing.stream.word(),
        "why": missing.why, "export": missing.export, "licence": missing.licence,
        "kept_days": missing.kept_days, "assumed": missing.assumed,
        "expires": maybe(&missing.expires), "expired": missing.expired,
    })
}

fn counts(counts: &Counts) -> Value {
    json!({
        "messages": counts.messages, "attachments": counts.attachments,
        "files": counts.files, "rows": counts.rows,
    })
}

fn totals(totals: &Totals) -> Value {
    json!({
        "verdict": totals.verdict.word(), "sessions": totals.n_sessions,
        "accounts": totals.n_accounts, "certain": counts(&totals.certain),
        "presumed": counts(&totals.presumed), "presumed_containers": totals.presumed_containers,
        "presumed_stores": totals.presumed_stores, "copying_rules": totals.copying_rules,
        "counted_unlisted": totals.counted_unlisted,
        "sessions_unknowable": totals.n_sessions_unknowable, "stores": totals.stores,
    })
}

fn open(open: &Open) -> Value {
    json!({
        "id": open.id, "session": open.session, "verdict": open.verdict.word(),
        "need": open.need.word(), "kind": open.kind.word(), "operation": open.operation,
        "account": open.account, "store": open.store, "object": open.object,
        "facts": open.facts, "since": time(&open.since), "record": place(&open.place),
    })
}

fn warn(brief: &Brief) -> Value {
    json!({
        "recipients": brief.warn.iter().map(|recipient| json!({
            "address": recipient.address, "sessions": recipient.sessions,
            "senders": recipient.senders, "messages": recipient.n_messages,
            "first": time(&recipient.first), "last": time(&recipient.last),
            "records": places(&recipient.places),
        })).collect::<Vec<_>>(),
        "unnamed": {
            "messages": brief.warn_unnamed.n_messages, "senders": brief.warn_unnamed.senders,
            "records": places(&brief.warn_unnamed.places),
        },
    })
}

fn mark(mark: &Option<Mark>) -> Value {
    mark.as_ref()
        .map(|mark| {
            json!({
                "at": time(&mark.at), "what": mark.what, "session": mark.session,
                "record": mark.place.as_ref().map(place),
            })
        })
        .into()
}

fn clock(clock: &Clock) -> Value {
    json!({
        "visible_from": mark(&clock.visible_from), "first_attempt": mark(&clock.first_attempt),
        "first_entry": mark(&clock.first_entry), "first_access": mark(&clock.first_access),
        "first_suspect": mark(&clock.first_suspect),
        "first_alert_on_record": mark(&clock.first_alert_on_record),
        "last_hostile": mark(&clock.last_hostile),
        "noticed": clock.noticed.iter().map(|told| json!({
            "who": told.who, "at": time(&told.at),
        })).collect::<Vec<_>>(),
        "contained": maybe(&clock.contained), "sentences": clock.sentences,
    })
}

fn claim(claim: &Claim) -> Value {
    json!({
        "id": claim.id(), "kind": claim.kind().word(), "session": claim.session(),
        "sentence": claim.sentence(), "records": places(claim.places()),
        "caveats": claim.caveats().iter().map(|caveat| caveat.word()).collect::<Vec<_>>(),
        "absence": claim.absence(),
    })
}

/// `changes.json`.
pub fn changes(changes: &Changes) -> Value {
    json!({
        "since_run": changes.since_run,
        "sentences": changes.sentences,
        "changes": changes.changes.iter().map(|change| json!({
            "movement": change.movement.word(), "thing": change.thing, "id": change.id,
            "before": change.before, "after": change.after, "by": change.by,
        })).collect::<Vec<_>>(),
    })
}

fn method(method: &Method) -> Value {
    let pairs = |pairs: &[(String, String)]| {
        pairs
            .iter()
            .map(|(name, value)| json!({ "name": name, "value": value }))
            .collect::<Vec<_>>()
    };
    json!({
        "version": method.version, "run": method.run, "options": pairs(&method.options),
        "limits": method.limits, "lists": pairs(&method.lists),
        "table": method.table.iter().map(|row| json!({
            "row": row.row, "evidence": row.evidence, "alone": row.alone,
            "hostile_with": row.hostile_with,
        })).collect::<Vec<_>>(),
        "determinations": method.determinations.iter().map(|determination| json!({
            "text": determination.text, "sessions": determination.sessions,
            "conflicts": determination.conflicts,
        })).collect::<Vec<_>>(),
        "notes": method.notes,
        "other_operations": method.other_operations.iter().map(|(name, n)| json!({
            "operation": name, "events": n,
        })).collect::<Vec<_>>(),
    })
}
