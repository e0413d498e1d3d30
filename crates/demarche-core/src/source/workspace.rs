//! Google Workspace audit: activities of the Reports API, rows of its export, alerts.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::{Value, ValueKind};
use crate::source::object::{file, first_at, hand, has_keys, kind_in, list_at, put, text_at, who};
use crate::source::workspace_kinds::{ADMIN, DRIVE, OTHERS};
use crate::source::{Fate, Form, moments};
use crate::vocab::card::{Card, Retention, Stream};
use crate::vocab::moment::Moment;

/// What the audit of Workspace says of itself.
pub const CARD: Card = Card {
    name: "workspace-audit",
    title: "Google Workspace audit",
    spec: "Admin SDK Reports API: Activities resource and event names of login, token, admin, \
           drive, saml, user_accounts, rules; BigQuery export schema; Alert Center API",
    streams: &[
        Stream::SignInInteractive,
        Stream::Directory,
        Stream::File,
        Stream::MailAdmin,
        Stream::Alert,
        Stream::Api,
        Stream::Other,
    ],
    delay_minutes_max: 3 * 24 * 60,
    retention: &[Retention {
        licence: "login, token, admin, drive logs",
        days: 180,
        assumed: true,
    }],
    row_caps: &[100_000],
    export: "Reports API activities.list for login, token, admin, drive, saml and user_accounts; \
             or the BigQuery export",
    realm: "google-workspace",
    needed_for: "it shows sign-ins, applications let in, files read and mail that was forwarded",
    cannot_tell: &[
        "Messages opened in mail are not in these logs.",
        "A token's activity names its application and a method, not each item it returned.",
        "Login events have no session id: what followed is tied by address and time only.",
    ],
    splits: false,
    relays: &[],
};

/// Activities of the Reports API.
pub const ACTIVITY: Form = Form {
    name: "workspace-audit/activity",
    card: &CARD,
    lossy: false,
    fits: |text, _| {
        has_keys(text, &["id", "actor", "events"]) && {
            let id = Value::of(text).member("id");
            id.is_some_and(|id| has_keys(id.raw(), &["time", "applicationName"]))
        }
    },
    read: read_activity,
};

/// Rows of the export to BigQuery, as JSON.
pub const EXPORT: Form = Form {
    name: "workspace-audit/export",
    card: &CARD,
    lossy: false,
    fits: |text, _| has_keys(text, &["time_usec", "email", "event_name", "record_type"]),
    read: read_export,
};

/// Alerts of the Alert Center.
pub const ALERT: Form = Form {
    name: "workspace-audit/alert",
    card: &CARD,
    lossy: false,
    fits: |text, _| has_keys(text, &["alertId", "createTime", "customerId"]),
    read: read_alert,
};

/// A parameter of an event, whatever type it has.
struct Parameters<'a>(Vec<Value<'a>>);

impl<'a> Parameters<'a> {
    fn texts(&self, name: &str) -> Vec<Text<'a>> {
        const SLOTS: [&str; 4] = ["value", "intValue", "boolValue", "stringValue"];
        const LISTS: [&str; 3] = ["multiValue", "multiIntValue", "multiStrValue"];
        let mut texts = Vec::new();
        for parameter in self.0.iter().filter(|p| text_at(**p, "name") == name) {
            let one = first_at(*parameter, &SLOTS);
            if !one.is_empty() {
                texts.push(one);
            }
            for list in LISTS {
                texts.extend(list_at(*parameter, list).into_iter().map(Value::text));
            }
        }
        texts
    }

    fn text(&self, name: &str) -> Text<'a> {
        self.texts(name).into_iter().next().unwrap_or_default()
    }
}

fn read_activity(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let value = Value::of(record.text);
    let at = moments::parse(&text_at(value, "id.time"));
    let application = text_at(value, "id.applicationName");
    let record_id = format!(
        "{}/{application}/{}/{}",
        text_at(value, "id.time"),
        text_at(value, "id.customerId"),
        text_at(value, "id.uniqueQualifier")
    );
    let events = list_at(value, "events").into_iter().map(|told| {
        let mut event = Event {
            record_id: Cow::Owned(record_id.clone()),
            address: text_at(value, "ipAddress"),
            actor: who(
                text_at(value, "actor.email"),
                text_at(value, "actor.profileId"),
            ),
            ..Event::default()
        };
        event.actor_kind = match text_at(value, "actor.callerType").as_ref() {
            "KEY" => ActorKind::Application,
            _ if event.actor.name.is_empty() => ActorKind::Unknown,
            _ => ActorKind::Person,
        };
        put(
            &mut event,
            words::ORGANISATION,
            text_at(value, "id.customerId"),
        );
        let parameters = Parameters(list_at(told, "parameters"));
        say(&application, text_at(told, "name"), &parameters, &mut event);
        event
    });
    hand(record, at, events.collect(), sink)
}

/// A row of the export: parameters are members of the object named for the application.
fn read_export(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let value = Value::of(record.text);
    let micros = text_at(value, "time_usec").parse::<i64>().ok();
    let at = micros
        .filter(|micros| (0..253_402_300_800_000_000).contains(micros))
        .map(Moment::from_micros);
    let application = text_at(value, "record_type");
    let mut event = Event {
        record_id: text_at(value, "unique_identifier"),
        address: text_at(value, "ip_address"),
        actor: who(text_at(value, "email"), Cow::Borrowed("")),
        actor_kind: ActorKind::Person,
        ..Event::default()
    };
    let mut members: Vec<String> = Vec::new();
    if let Some(object) = value
        .member(&application)
        .filter(|o| o.kind() == ValueKind::Object)
    {
        // In the shape of the interface's parameters, so that one reading serves both.
        let _ = object.members(|name, value| {
            let slot = if value.kind() == ValueKind::Array {
                "multiValue"
            } else {
                "value"
            };
            members.push(format!(
                "{{\"name\":{},\"{slot}\":{}}}",
                crate::record::json::quoted(name),
                value.raw()
            ));
        });
    }
    let name = text_at(value, "event_name").into_owned();
    let parameters = Parameters(members.iter().map(|member| Value::of(member)).collect());
    let mut told = Event::default();
    say(&application, Cow::Owned(name), &parameters, &mut told);
    let told = told.into_owned();
    let event = Event {
        record_id: std::mem::take(&mut event.record_id),
        address: std::mem::take(&mut event.address),
        actor: std::mem::take(&mut event.actor),
        actor_kind: event.actor_kind,
        ..told
    };
    hand(record, at, vec![event], sink)
}

fn read_alert(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let value = Value::of(record.text);
    let at = moments::parse(&text_at(value, "createTime"));
    let mut event = Event {
        record_id: text_at(value, "alertId"),
        stream: Stream::Alert,
        kind: Kind::AlertRaised,
        operation: first_at(value, &["type", "data.@type"]),
        actor: who(
            first_at(value, &["data.email", "data.actorEmail"]),
            Cow::Borrowed(""),
        ),
        ..Event::default()
    };
    put(
        &mut event,
        words::RISK,
        first_at(value, &["metadata.severity", "severity"]),
    );
    hand(record, at, vec![event], sink)
}

/// What an event of an application says.
fn say<'a>(application: &str, name: Text<'a>, told: &Parameters<'a>, event: &mut Event<'a>) {
    event.operation = name;
    event.outcome = Outcome::Succeeded;
    let operation = event.operation.to_string();
    event.kind = match application {
        "admin" => kind_in(ADMIN, &operation).unwrap_or_default(),
        "drive" => kind_in(DRIVE, &operation).unwrap_or_default(),
        "rules" | "alert" => Kind::AlertRaised,
        _ => kind_in(OTHERS, &operation).unwrap_or_default(),
    };
    event.stream = stream_of(event.kind);
    match application {
        "login" | "saml" | "user_accounts" => say_login(told, event),
        "token" => say_token(told, event),
        "drive" => say_drive(told, event),
        _ => say_admin(told, event),
    }
}

fn stream_of(kind: Kind) -> Stream {
    match kind {
        Kind::SignIn => Stream::SignInInteractive,
        Kind::ForwardingSet | Kind::TransportRuleSet | Kind::TransportRuleRemoved => {
            Stream::MailAdmin
        }
        Kind::FileRead
        | Kind::FilePreviewed
        | Kind::FileDownloaded
        | Kind::FileSynced
        | Kind::FileMoved
        | Kind::FileChanged
        | Kind::FileDeleted
        | Kind::Shared
        | Kind::ShareRemoved
        | Kind::SiteGranted => Stream::File,
        Kind::AlertRaised => Stream::Alert,
        Kind::ApiRequest => Stream::Api,
        Kind::Other => Stream::Other,
        _ => Stream::Directory,
    }
}

fn say_login<'a>(told: &Parameters<'a>, event: &mut Event<'a>) {
    event.client.grant = told.text("login_type");
    let failure = told.text("login_failure_type");
    event.outcome = match event.operation.as_ref() {
        "login_failure" if failure == "login_failure_invalid_password" => Outcome::WrongPassword,
        "login_failure" => Outcome::Failed,
        "login_challenge" | "login_verification" => Outcome::Interrupted,
        _ => Outcome::Succeeded,
    };
    put(event, words::FAILURE, failure);
    for method in told.texts("login_challenge_method") {
        put(event, words::FACTOR, method);
    }
    if told.text("is_suspicious") == "true" {
        put(event, words::RISK, Cow::Borrowed("suspicious"));
    }
    put(
        event,
        words::FORWARDS_TO,
        told.text("email_forwarding_destination_address"),
    );
    let affected = told.text("affected_email_address");
    if event.actor.is_empty() {
        event.actor = who(affected.clone(), Cow::Borrowed(""));
    }
    put(event, words::TARGET, affected);
}

fn say_token<'a>(told: &Parameters<'a>, event: &mut Event<'a>) {
    let id = told.text("client_id");
    event.application.name = told.text("app_name");
    if event.kind == Kind::ApiRequest {
        event.application.caller = id.clone();
        put(event, words::REQUEST, told.text("method_name"));
        put(
            event,
            words::RESPONSE_BYTES,
            told.text("num_response_bytes"),
        );
    }
    put(event, words::APP_ID, id.clone());
    put(event, words::NAME, told.text("app_name"));
    for scope in told.texts("scope") {
        put(event, words::SCOPE, scope);
    }
    if event.kind == Kind::Consented {
        put(event, words::REACH, Cow::Borrowed("account"));
    }
    event.object = id;
}

fn say_drive<'a>(told: &Parameters<'a>, event: &mut Event<'a>) {
    let owner = told.text("owner");
    if told.text("owner_is_shared_drive") == "true" {
        event.store_id = told.text("shared_drive_id");
    }
    if event.store_id.is_empty() {
        event.store = who(owner, Cow::Borrowed(""));
    }
    let id = told.text("doc_id");
    if !id.is_empty() {
        event
            .items
            .push(file(told.text("doc_type"), id, told.text("doc_title")));
    }
    put(event, words::SHARE, told.text("visibility"));
    put(event, words::TRUSTEE, told.text("target_user"));
    put(event, words::RIGHT, told.text("new_value"));
    put(
        event,
        words::DESTINATION,
        told.text("destination_folder_id"),
    );
    let program = told.text("originating_app_id");
    put(event, words::APP_ID, program);
}

fn say_admin<'a>(told: &Parameters<'a>, event: &mut Event<'a>) {
    put(event, words::TARGET, told.text("USER_EMAIL"));
    put(event, words::RIGHT, told.text("ROLE_NAME"));
    put(event, words::NAME, told.text("SETTING_NAME"));
    put(event, words::SETTING, told.text("NEW_VALUE"));
    put(event, words::APP_ID, told.text("API_CLIENT_NAME"));
    for scope in told.texts("API_SCOPES") {
        put(event, words::SCOPE, scope);
    }
    if event.kind == Kind::TransportRuleSet {
        put(
            event,
            words::BLIND_COPIES_TO,
            told.text("EMAIL_MONITOR_DEST_EMAIL"),
        );
    }
    if event.kind == Kind::Consented {
        put(event, words::REACH, Cow::Borrowed("tenant"));
        event.object = told.text("API_CLIENT_NAME");
    } else {
        event.object = told.text("USER_EMAIL");
    }
}
