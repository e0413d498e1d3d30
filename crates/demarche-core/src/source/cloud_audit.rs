//! Google Cloud audit logs: who called which method on what, from where.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::Value;
use crate::source::object::{
    file, first_at, hand, has_keys, kind_in, list_at, put, rows, text_at, value_at, who,
};
use crate::source::workspace_kinds::{ADMIN, OTHERS};
use crate::source::{Fate, Form, moments};
use crate::vocab::card::{Card, Retention, Stream};

/// What cloud audit logs say of themselves.
pub const CARD: Card = Card {
    name: "cloud-audit",
    title: "Google Cloud audit logs",
    spec: "Cloud Logging LogEntry; Cloud Audit Logs AuditLog message; methods of IAM, Storage, \
           BigQuery, Secret Manager, Logging, Firestore",
    streams: &[
        Stream::SignInInteractive,
        Stream::Directory,
        Stream::File,
        Stream::Rows,
        Stream::Other,
    ],
    delay_minutes_max: 60,
    retention: &[
        Retention {
            licence: "admin activity (_Required)",
            days: 400,
            assumed: false,
        },
        Retention {
            licence: "data access (_Default)",
            days: 30,
            assumed: true,
        },
    ],
    row_caps: &[],
    export: "gcloud logging read 'logName:cloudaudit.googleapis.com' --format=json \
             --freshness=<days>d; or the bucket of a log sink",
    realm: "google-cloud",
    needed_for: "it shows keys that were made, rights that were given, objects and tables that \
                 were read",
    cannot_tell: &[
        "Reading is on record only where data access logs are switched on.",
        "A table that was read is on record, the rows that were returned are not.",
        "For methods that only look, the caller's name may be left out.",
    ],
    splits: false,
    relays: &[],
};

/// Entries of Cloud Logging.
pub const JSON: Form = Form {
    name: "cloud-audit/json",
    card: &CARD,
    lossy: false,
    fits: |text, _| {
        has_keys(text, &["protoPayload", "logName", "timestamp"]) && {
            let payload = Value::of(text).member("protoPayload");
            payload.is_some_and(|payload| has_keys(payload.raw(), &["methodName"]))
        }
    },
    read,
};

/// Last parts of methods, sorted.
const KINDS: &[(&str, Kind)] = &[
    ("AccessSecretVersion", Kind::FileRead),
    ("BatchGetDocuments", Kind::RowsRead),
    ("CreateRole", Kind::PolicyChanged),
    ("CreateServiceAccount", Kind::AccountAdded),
    ("CreateServiceAccountKey", Kind::SecretAdded),
    ("CreateSink", Kind::AuditEnabled),
    ("DeleteBucket", Kind::FileDeleted),
    ("DeleteServiceAccount", Kind::AccountRemoved),
    ("DeleteServiceAccountKey", Kind::SecretRemoved),
    ("DeleteSink", Kind::AuditDisabled),
    ("DisableServiceAccount", Kind::AccountRemoved),
    ("GenerateAccessToken", Kind::TokenIssued),
    ("GenerateIdToken", Kind::TokenIssued),
    ("GetDocument", Kind::RowsRead),
    ("List", Kind::Other),
    ("ListDocuments", Kind::RowsRead),
    ("RunQuery", Kind::RowsRead),
    ("SetIAMPolicy", Kind::RoleGranted),
    ("SetIamPolicy", Kind::RoleGranted),
    ("SignBlob", Kind::TokenIssued),
    ("SignJwt", Kind::TokenIssued),
    ("UpdateSink", Kind::PolicyChanged),
    ("UploadServiceAccountKey", Kind::SecretAdded),
    ("setIamPolicy", Kind::RoleGranted),
];

fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let value = Value::of(record.text);
    let at = moments::parse(&text_at(value, "timestamp"));
    hand(record, at, vec![event_of(value)], sink)
}

fn event_of(value: Value<'_>) -> Event<'_> {
    let payload = value_at(value, "protoPayload").unwrap_or(Value::of("null"));
    let method = text_at(payload, "methodName");
    let kind = kind_of(payload, &method);
    let code = text_at(payload, "status.code");
    let mut event = Event {
        record_id: Cow::Owned(format!(
            "{}/{}/{}",
            text_at(value, "logName"),
            text_at(value, "timestamp"),
            text_at(value, "insertId")
        )),
        stream: stream_of(kind),
        kind,
        outcome: match code.as_ref() {
            "" | "0" => Outcome::Succeeded,
            _ => Outcome::Failed,
        },
        error: if code == "0" { Cow::Borrowed("") } else { code },
        operation: method,
        address: text_at(payload, "requestMetadata.callerIp"),
        object: text_at(payload, "resourceName"),
        ..Event::default()
    };
    event.client.agent = text_at(payload, "requestMetadata.callerSuppliedUserAgent");
    put_actor(payload, &mut event);
    put(
        &mut event,
        words::FAILURE,
        text_at(payload, "status.message"),
    );
    put(
        &mut event,
        words::ORGANISATION,
        text_at(value, "resource.labels.project_id"),
    );
    put_what(payload, &mut event);
    event
}

fn kind_of(payload: Value<'_>, method: &str) -> Kind {
    let last = method.rsplit('.').next().unwrap_or(method);
    // Sign-ins and console acts of Workspace that were passed on to Cloud Logging.
    let shared = list_at(payload, "metadata.event");
    if let Some(event) = shared.first() {
        let name = text_at(*event, "eventName");
        return kind_in(OTHERS, &name)
            .or_else(|| kind_in(ADMIN, &name))
            .unwrap_or_default();
    }
    match method {
        "storage.objects.get" | "google.storage.objects.get" => Kind::FileDownloaded,
        "storage.objects.list" | "storage.buckets.list" => Kind::Browsed,
        "storage.objects.create" => Kind::FileChanged,
        "storage.objects.delete" => Kind::FileDeleted,
        "storage.setIamPermissions" => Kind::RoleGranted,
        _ if value_at(payload, "metadata.tableDataRead").is_some() => Kind::RowsRead,
        "tabledata.list" | "google.cloud.bigquery.v2.TableDataService.List" => Kind::RowsRead,
        _ if last == "SetIamPolicy" || last == "SetIAMPolicy" || last == "setIamPolicy" => {
            policy_kind(payload)
        }
        _ => kind_in(KINDS, last).unwrap_or_default(),
    }
}

/// A policy that only takes away grants nothing.
fn policy_kind(payload: Value<'_>) -> Kind {
    let actions: Vec<Text<'_>> = deltas(payload)
        .iter()
        .map(|delta| text_at(*delta, "action"))
        .collect();
    if !actions.is_empty() && actions.iter().all(|action| action == "REMOVE") {
        Kind::RoleRemoved
    } else {
        Kind::RoleGranted
    }
}

fn deltas(payload: Value<'_>) -> Vec<Value<'_>> {
    let told = list_at(payload, "serviceData.policyDelta.bindingDeltas");
    if told.is_empty() {
        list_at(payload, "metadata.datasetChange.bindingDeltas")
    } else {
        told
    }
}

fn stream_of(kind: Kind) -> Stream {
    match kind {
        Kind::SignIn | Kind::TokenIssued => Stream::SignInInteractive,
        Kind::FileDownloaded
        | Kind::FileRead
        | Kind::FileChanged
        | Kind::FileDeleted
        | Kind::Browsed => Stream::File,
        Kind::RowsRead => Stream::Rows,
        Kind::AlertRaised => Stream::Alert,
        Kind::Other => Stream::Other,
        _ => Stream::Directory,
    }
}

fn put_actor<'a>(payload: Value<'a>, event: &mut Event<'a>) {
    let name = first_at(
        payload,
        &[
            "authenticationInfo.principalEmail",
            "authenticationInfo.principalSubject",
        ],
    );
    event.actor_kind = if name.ends_with(".gserviceaccount.com") {
        ActorKind::Application
    } else if name.is_empty() {
        ActorKind::Unknown
    } else {
        ActorKind::Person
    };
    event.actor = who(name, Cow::Borrowed(""));
    put(
        event,
        words::KEY_ID,
        text_at(payload, "authenticationInfo.serviceAccountKeyName"),
    );
}

fn put_what<'a>(payload: Value<'a>, event: &mut Event<'a>) {
    for delta in deltas(payload) {
        put(event, words::TRUSTEE, text_at(delta, "member"));
        put(event, words::RIGHT, text_at(delta, "role"));
    }
    let resource = event.object.clone();
    match event.kind {
        Kind::FileDownloaded | Kind::FileRead => {
            // `projects/_/buckets/<bucket>/objects/<name>`; a secret's version by its path.
            let bucket = part_behind(&resource, "/buckets/");
            event.store_id = Cow::Owned(if bucket.is_empty() {
                resource.to_string()
            } else {
                bucket.clone()
            });
            event
                .items
                .push(file(Cow::Owned(bucket), resource, Cow::Borrowed("")));
        }
        Kind::RowsRead => {
            let project = part_behind(&format!("/{resource}"), "/projects/");
            event.store_id = Cow::Owned(project);
            put(
                event,
                words::ROWS_UNCOUNTED,
                Cow::Borrowed(words::UNCOUNTED_SOME),
            );
            let id = text_at(payload, "metadata.tableDataRead.jobName");
            event.items.push(rows(resource, id));
        }
        Kind::SecretAdded => put(event, words::KEY_ID, text_at(payload, "response.name")),
        _ => {}
    }
}

/// The part of a path behind a word.
fn part_behind(path: &str, word: &str) -> String {
    let behind = path.split_once(word).map_or("", |(_, behind)| behind);
    behind.split('/').next().unwrap_or("").to_owned()
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn the_table_is_sorted() {
        assert!(KINDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
