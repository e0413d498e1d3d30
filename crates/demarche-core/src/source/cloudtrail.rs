//! AWS CloudTrail: sign-ins, temporary credentials, objects read, rights, the trail itself.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::event::event::{Event, Text};
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::csv::cells;
use crate::record::delivered::Delivered;
use crate::record::json::Value;
use crate::source::object::{
    file, first_at, hand, has_keys, kind_in, list_at, outcome_of, put, rows, text_at, value_at, who,
};
use crate::source::row::names_of;
use crate::source::{Fate, Form, moments, reject};
use crate::vocab::card::{Card, Retention, Stream};

/// What CloudTrail says of itself.
pub const CARD: Card = Card {
    name: "cloudtrail",
    title: "AWS CloudTrail",
    spec: "AWS CloudTrail User Guide: record contents, userIdentity element, digest file structure",
    streams: &[
        Stream::SignInInteractive,
        Stream::Directory,
        Stream::File,
        Stream::Rows,
        Stream::Alert,
        Stream::Other,
    ],
    delay_minutes_max: 15,
    retention: &[Retention {
        licence: "event history, no trail",
        days: 90,
        assumed: true,
    }],
    row_caps: &[],
    export: "aws s3 sync s3://<trail bucket>/AWSLogs/ . (with the CloudTrail-Digest folders); \
             without a trail: aws cloudtrail lookup-events",
    realm: "aws",
    needed_for: "it shows credentials that were made, rights that were given, secrets and objects \
                 that were read",
    cannot_tell: &[
        "Reading of objects and tables is on record only where a trail logs data events.",
        "An operation on a table is on record, the rows it returned are not.",
        "A session name of an assumed role is the caller's to choose.",
    ],
    splits: false,
    relays: &[],
};

/// Records, as trails, event history and searches deliver them.
pub const RECORDS: Form = Form {
    name: "cloudtrail/json",
    card: &CARD,
    lossy: false,
    fits: |text, _| {
        has_keys(text, &["eventVersion", "eventTime"]) && has_keys(text, &["awsRegion"])
    },
    read,
};

/// Events of the event history, each with its record inside.
pub const LOOKUP: Form = Form {
    name: "cloudtrail/lookup",
    card: &CARD,
    lossy: false,
    fits: |text, _| has_keys(text, &["EventId", "EventName", "CloudTrailEvent"]),
    read: read_lookup,
};

/// Rows of a monitor of buckets, which keep few fields.
pub const ROWS: Form = Form {
    name: "cloudtrail/rows",
    card: &CARD,
    lossy: true,
    fits: |text, header| {
        const NAMES: &[&str] = &["eventname", "eventid", "eventdatetime", "requestparameters"];
        !header.columns.is_empty() && names_of(text, header, NAMES) == 0b1111
    },
    read: read_row,
};

/// Digest files: hashes of the log files of an hour.
pub const DIGEST: Form = Form {
    name: "cloudtrail/digest",
    card: &CARD,
    lossy: false,
    fits: |text, _| has_keys(text, &["digestStartTime", "digestS3Object", "logFiles"]),
    read: read_digest,
};

/// Operations by name (API references of the services), sorted.
const KINDS: &[(&str, Kind)] = &[
    ("AddUserToGroup", Kind::RoleGranted),
    ("AssumeRole", Kind::TokenIssued),
    ("AssumeRoleWithSAML", Kind::TokenIssued),
    ("AssumeRoleWithWebIdentity", Kind::TokenIssued),
    ("AttachGroupPolicy", Kind::RoleGranted),
    ("AttachRolePolicy", Kind::RoleGranted),
    ("AttachUserPolicy", Kind::RoleGranted),
    ("BatchExecuteStatement", Kind::RowsRead),
    ("BatchGetItem", Kind::RowsRead),
    ("ChangePassword", Kind::PasswordChanged),
    ("ConsoleLogin", Kind::SignIn),
    ("CopyObject", Kind::FileMoved),
    ("CreateAccessKey", Kind::SecretAdded),
    ("CreateLoginProfile", Kind::PasswordChanged),
    ("CreateOpenIDConnectProvider", Kind::FederationChanged),
    ("CreateRole", Kind::AccountAdded),
    ("CreateSAMLProvider", Kind::FederationChanged),
    ("CreateTrail", Kind::AuditEnabled),
    ("CreateUser", Kind::AccountAdded),
    ("DeactivateMFADevice", Kind::FactorRemoved),
    ("DeleteAccessKey", Kind::SecretRemoved),
    ("DeleteBucketPolicy", Kind::ShareRemoved),
    ("DeleteDetector", Kind::AuditDisabled),
    ("DeleteFlowLogs", Kind::AuditDisabled),
    ("DeleteGroupPolicy", Kind::RoleRemoved),
    ("DeleteObject", Kind::FileDeleted),
    ("DeleteObjects", Kind::FileDeleted),
    ("DeleteRolePolicy", Kind::RoleRemoved),
    ("DeleteTrail", Kind::AuditDisabled),
    ("DeleteUser", Kind::AccountRemoved),
    ("DeleteUserPolicy", Kind::RoleRemoved),
    ("DeleteVirtualMFADevice", Kind::FactorRemoved),
    ("DetachGroupPolicy", Kind::RoleRemoved),
    ("DetachRolePolicy", Kind::RoleRemoved),
    ("DetachUserPolicy", Kind::RoleRemoved),
    ("EnableMFADevice", Kind::FactorChanged),
    ("ExecuteStatement", Kind::RowsRead),
    ("GetFederationToken", Kind::TokenIssued),
    ("GetItem", Kind::RowsRead),
    ("GetObject", Kind::FileDownloaded),
    ("GetParameter", Kind::FileRead),
    ("GetParameters", Kind::FileRead),
    ("GetSecretValue", Kind::FileRead),
    ("GetSessionToken", Kind::TokenIssued),
    ("ListObjects", Kind::Browsed),
    ("ListObjectsV2", Kind::Browsed),
    ("ModifyDBSnapshotAttribute", Kind::Shared),
    ("ModifyImageAttribute", Kind::Shared),
    ("ModifySnapshotAttribute", Kind::Shared),
    ("PutBucketAcl", Kind::Shared),
    ("PutBucketPolicy", Kind::Shared),
    ("PutEventSelectors", Kind::PolicyChanged),
    ("PutGroupPolicy", Kind::RoleGranted),
    ("PutObject", Kind::FileChanged),
    ("PutRolePolicy", Kind::RoleGranted),
    ("PutUserPolicy", Kind::RoleGranted),
    ("Query", Kind::RowsRead),
    ("RemoveUserFromGroup", Kind::RoleRemoved),
    ("Scan", Kind::RowsRead),
    ("StartLogging", Kind::AuditEnabled),
    ("StopConfigurationRecorder", Kind::AuditDisabled),
    ("StopLogging", Kind::AuditDisabled),
    ("UpdateAssumeRolePolicy", Kind::AccessPathChanged),
    ("UpdateFunctionCode20150331v2", Kind::ApplicationChanged),
    ("UpdateLoginProfile", Kind::PasswordChanged),
    ("UpdateSAMLProvider", Kind::FederationChanged),
    ("UpdateTrail", Kind::PolicyChanged),
    ("UploadSSHPublicKey", Kind::SecretAdded),
];

fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let value = Value::of(record.text);
    let at = moments::parse(&text_at(value, "eventTime"));
    hand(record, at, vec![event_of(value)], sink)
}

fn read_lookup(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let inner = text_at(Value::of(record.text), "CloudTrailEvent");
    let value = Value::of(&inner);
    let at = moments::parse(&text_at(value, "eventTime"));
    hand(record, at, vec![event_of(value).into_owned()], sink)
}

fn event_of(value: Value<'_>) -> Event<'_> {
    let name = text_at(value, "eventName");
    let error = text_at(value, "errorCode");
    let kind = match text_at(value, "eventType").as_ref() {
        "AwsCloudTrailInsight" => Kind::AlertRaised,
        _ => kind_in(KINDS, &name).unwrap_or_default(),
    };
    let mut event = Event {
        record_id: text_at(value, "eventID"),
        stream: stream_of(kind),
        kind,
        outcome: outcome_of(&error),
        error,
        operation: name,
        address: text_at(value, "sourceIPAddress"),
        ..Event::default()
    };
    // A service that acted on somebody's behalf is no address.
    if event.address.ends_with(".amazonaws.com") {
        event.client.program = std::mem::take(&mut event.address);
        event.marks.relay = true;
    }
    event.client.agent = text_at(value, "userAgent");
    put_actor(value, &mut event);
    put_what(value, &mut event);
    event
}

fn stream_of(kind: Kind) -> Stream {
    match kind {
        Kind::SignIn | Kind::TokenIssued => Stream::SignInInteractive,
        Kind::FileDownloaded
        | Kind::FileRead
        | Kind::FileMoved
        | Kind::FileChanged
        | Kind::FileDeleted
        | Kind::Browsed
        | Kind::Shared
        | Kind::ShareRemoved => Stream::File,
        Kind::RowsRead => Stream::Rows,
        Kind::AlertRaised => Stream::Alert,
        Kind::Other | Kind::ApplicationChanged => Stream::Other,
        _ => Stream::Directory,
    }
}

/// `userIdentity`: a user by ARN, a role's session by ARN, an account, a service.
fn put_actor<'a>(value: Value<'a>, event: &mut Event<'a>) {
    let Some(identity) = value_at(value, "userIdentity") else {
        return;
    };
    let kind = text_at(identity, "type");
    let name = first_at(identity, &["arn", "userName", "invokedBy", "accountId"]);
    event.actor = who(name, text_at(identity, "principalId"));
    event.actor_kind = match kind.as_ref() {
        "AWSService" => ActorKind::System,
        "IAMUser" | "Root" | "IdentityCenterUser" | "SAMLUser" | "WebIdentityUser" => {
            ActorKind::Person
        }
        _ => ActorKind::Unknown,
    };
    let key = text_at(identity, "accessKeyId");
    // A temporary key is one session's; a lasting one is a secret that many sessions use.
    if key.starts_with("ASIA") {
        event.ties.session = key;
    } else {
        put(event, words::KEY_ID, key);
    }
    put(
        event,
        words::ORGANISATION,
        text_at(value, "recipientAccountId"),
    );
    let issued = text_at(identity, "sessionContext.attributes.creationDate");
    event.ties.token_issued = moments::parse(&issued);
}

fn put_what<'a>(value: Value<'a>, event: &mut Event<'a>) {
    let asked = value_at(value, "requestParameters").unwrap_or(Value::of("null"));
    match event.kind {
        Kind::SignIn => put_sign_in(value, event),
        Kind::TokenIssued => {
            event.object = text_at(asked, "roleArn");
            let key = text_at(value, "responseElements.credentials.accessKeyId");
            put(event, words::TARGET, key);
        }
        Kind::RowsRead => {
            let table = first_at(asked, &["tableName", "database"]);
            let id = first_at(asked, &["statement", "sql", "keyConditionExpression"]);
            event.store_id = text_at(value, "recipientAccountId");
            put(
                event,
                words::ROWS_UNCOUNTED,
                Cow::Borrowed(words::UNCOUNTED_SOME),
            );
            event.items.push(rows(table, id));
        }
        Kind::FileDownloaded
        | Kind::FileMoved
        | Kind::FileChanged
        | Kind::FileDeleted
        | Kind::Browsed
        | Kind::FileRead => put_objects(value, asked, event),
        _ => {
            const NAMES: &[&str] = &[
                "userName",
                "roleName",
                "groupName",
                "name",
                "trailName",
                "serialNumber",
                "imageId",
                "snapshotId",
                "dBSnapshotIdentifier",
                "bucketName",
                "functionName",
                "sAMLProviderArn",
            ];
            event.object = first_at(asked, NAMES);
            put(event, words::TARGET, text_at(asked, "userName"));
            put(
                event,
                words::RIGHT,
                first_at(asked, &["policyArn", "policyName", "groupName"]),
            );
            let made = text_at(value, "responseElements.accessKey.accessKeyId");
            put(
                event,
                words::KEY_ID,
                first_of(made, text_at(asked, "accessKeyId")),
            );
        }
    }
}

fn first_of<'a>(one: Text<'a>, other: Text<'a>) -> Text<'a> {
    if one.is_empty() { other } else { one }
}

/// Objects of a bucket, secrets and parameters by name.
fn put_objects<'a>(value: Value<'a>, asked: Value<'a>, event: &mut Event<'a>) {
    let bucket = text_at(asked, "bucketName");
    event.store_id = first_of(bucket.clone(), text_at(value, "recipientAccountId"));
    let key = first_at(asked, &["key", "secretId", "name"]);
    if !key.is_empty() && event.kind != Kind::Browsed {
        let id = if bucket.is_empty() {
            key
        } else {
            Cow::Owned(format!("{bucket}/{key}"))
        };
        event.items.push(file(bucket, id, Cow::Borrowed("")));
    }
    for name in list_at(asked, "names") {
        event
            .items
            .push(file(Cow::Borrowed(""), name.text(), Cow::Borrowed("")));
    }
}

/// A sign-in to the console; what failed is not told apart from a wrong password.
fn put_sign_in<'a>(value: Value<'a>, event: &mut Event<'a>) {
    let came = text_at(value, "responseElements.ConsoleLogin");
    let message = text_at(value, "errorMessage");
    event.outcome = match (came.as_ref(), message.as_ref()) {
        ("Success", _) => Outcome::Succeeded,
        (_, "Failed authentication") => Outcome::WrongPassword,
        ("Failure", _) => Outcome::Failed,
        _ => Outcome::Unknown,
    };
    put(event, words::FAILURE, message);
    let factors = match text_at(value, "additionalEventData.MFAUsed").as_ref() {
        "Yes" => "multiple",
        "No" => "single",
        _ => "",
    };
    put(event, words::FACTORS, Cow::Borrowed(factors));
}

/// A row: names of columns are those of the record, its parts are texts of another language.
fn read_row(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let mut row: BTreeMap<String, String> = BTreeMap::new();
    cells(record.text, |place, cell| {
        if let Some(column) = record.header.columns.get(place) {
            row.insert(column.trim().to_owned(), cell.trim().to_owned());
        }
    });
    let mut text = |name: &str| row.remove(name).unwrap_or_default();
    let (name, asked) = (text("Event Name"), text("Request Parameters"));
    let kind = kind_in(KINDS, &name).unwrap_or_default();
    let bucket = quoted_behind(&asked, "'bucketName': '");
    let mut event = Event {
        record_id: Cow::Owned(text("Event ID")),
        stream: stream_of(kind),
        kind,
        outcome: Outcome::Unknown,
        operation: Cow::Owned(name),
        address: Cow::Owned(text("Source IP")),
        store_id: Cow::Owned(bucket.clone()),
        actor: who(
            Cow::Owned(quoted_behind(&text("User ID"), "'accountId': '")),
            Cow::Borrowed(""),
        ),
        place: record.place,
        ..Event::default()
    };
    event.client.agent = Cow::Owned(text("Request User Agent"));
    event.marks.lossy = true;
    let key = quoted_behind(&asked, "'key': '");
    if !key.is_empty() {
        let id = Cow::Owned(format!("{bucket}/{key}"));
        event
            .items
            .push(file(Cow::Owned(bucket), id, Cow::Borrowed("")));
    }
    let Some(at) = moments::parse(&text("Event DateTime")) else {
        let facts = [
            ("record_id", event.record_id.as_ref()),
            ("operation", event.operation.as_ref()),
        ];
        sink.problem(reject::lacking(record, "the time of the record", &facts));
        return Fate::Rejected;
    };
    event.at = at;
    sink.event(&event);
    Fate::Read
}

/// The text behind a word, up to the next quote.
fn quoted_behind(text: &str, word: &str) -> String {
    let behind = text.split_once(word).map_or("", |(_, behind)| behind);
    behind.split('\'').next().unwrap_or("").to_owned()
}

/// A digest file: one note for each log file it lists, with the hash it states.
///
/// # Gaps
/// Whether the listed files are those at hand is for the run to compare; the signature lies
/// beside the file in the bucket, not in it.
fn read_digest(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let value = Value::of(record.text);
    let at = moments::parse(&text_at(value, "digestEndTime"));
    let mut events = vec![digest_note(
        value,
        "digestS3Object",
        "previousDigestHashValue",
    )];
    for listed in list_at(value, "logFiles") {
        let mut note = digest_note(listed, "s3Object", "hashValue");
        note.operation = Cow::Borrowed(words::LISTED_FILE);
        events.push(note);
    }
    if let Some(first) = events.first_mut() {
        put(first, words::WINDOW_FROM, text_at(value, "digestStartTime"));
        put(first, words::WINDOW_TO, text_at(value, "digestEndTime"));
        put(
            first,
            words::PREVIOUS,
            text_at(value, "previousDigestS3Object"),
        );
    }
    hand(record, at, events, sink)
}

fn digest_note<'a>(value: Value<'a>, object: &str, hash: &str) -> Event<'a> {
    let mut event = Event {
        stream: Stream::Collector,
        kind: Kind::CollectorNote,
        operation: Cow::Borrowed(words::LIST_OF_FILES),
        object: text_at(value, object),
        ..Event::default()
    };
    put(&mut event, words::HASH, text_at(value, hash));
    event
}

#[cfg(test)]
mod tests {
    use super::KINDS;

    #[test]
    fn the_table_is_sorted() {
        assert!(KINDS.windows(2).all(|pair| pair[0].0 < pair[1].0));
    }
}
