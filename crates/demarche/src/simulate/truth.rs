//! What really happened, written beside the logs.

use std::collections::{BTreeMap, BTreeSet};

use crate::simulate::calendar::text;
use crate::simulate::client::{Client, GRAPH};
use crate::simulate::damage::Removal;
use crate::simulate::guid::Guid;
use crate::simulate::json::Json;
use crate::simulate::options::{Form, Options, ShapeName, SignInForm};
use crate::simulate::sink::STREAMS;
use crate::simulate::tenant::Tenant;

/// A hostile session: what one intruder did as one account with one set of identifiers.
#[derive(Debug, Clone, Default)]
pub struct HostileSession {
    /// Its name in the truth.
    pub id: String,
    /// What it is: `hostile`, or `insider` for somebody's own account, devices and networks.
    pub verdict: &'static str,
    /// The account, lower case.
    pub account: String,
    /// Mailboxes reached.
    pub mailboxes: BTreeSet<String>,
    /// `AppId` and `ClientAppId` of its records.
    pub pairs: BTreeSet<(Option<Guid>, Option<Guid>)>,
    /// Addresses as its records show them.
    pub addresses: BTreeSet<String>,
    /// Identifiers of the tokens shown.
    pub tokens: BTreeSet<Guid>,
    /// Session identifiers.
    pub sessions: BTreeSet<Guid>,
    /// Whether the owner uses the same session identifiers too.
    pub shared_with_owner: bool,
    /// First and last moment.
    pub span: Option<(i64, i64)>,
    /// Messages named: mailbox, message id, record.
    pub items: Vec<(String, String, Guid)>,
    /// Other things done: operation, record.
    pub actions: Vec<(&'static str, Guid)>,
    /// What its sign-in says of the machine; empty where there is none.
    pub agent: String,
    /// Passwords tried before: when, record, index of the account.
    pub attempts: Vec<(i64, Guid, usize)>,
    /// Further records of the intruder's that are neither items nor actions.
    pub records: BTreeSet<Guid>,
    /// What the delivered logs permit anyone to say of it, and why.
    pub warranted: (&'static str, String),
}

impl HostileSession {
    /// Takes a moment into the span.
    pub fn at(&mut self, at: i64) {
        self.span = Some(match self.span {
            None => (at, at),
            Some((first, last)) => (first.min(at), last.max(at)),
        });
    }
}

/// Everything that is known about a simulated tenant's logs.
#[derive(Debug, Default)]
pub struct Truth {
    /// Hostile sessions.
    pub sessions: Vec<HostileSession>,
    /// Records written, per log.
    pub n_records: BTreeMap<&'static str, u64>,
    /// Ordinary sessions that were used.
    pub n_ordinary_sessions: u64,
    /// What was taken out, and how many records.
    pub removals: Vec<(Removal, u64)>,
    /// Whether records came in no order.
    pub reordered: bool,
    /// From when the exporter's own clock was ahead.
    pub clock_from: Option<i64>,
    /// Records delivered more than once: additional copies.
    pub n_duplicates: u64,
    /// Records of hostile sessions that were taken out.
    pub removed: BTreeSet<Guid>,
    /// Records that were cut short.
    pub truncated: BTreeSet<Guid>,
}

impl Truth {
    /// Of the records that were taken out, keeps those of hostile sessions.
    pub fn forget_ordinary_removals(&mut self) {
        let items = self
            .sessions
            .iter()
            .flat_map(|s| s.items.iter().map(|(_, _, id)| *id));
        let actions = self
            .sessions
            .iter()
            .flat_map(|s| s.actions.iter().map(|(_, id)| *id));
        let hostile: BTreeSet<Guid> = items.chain(actions).collect();
        self.removed.retain(|id| hostile.contains(id));
    }

    /// The truth as JSON.
    #[must_use]
    pub fn write(&self, tenant: &Tenant) -> Vec<u8> {
        let mut json = Json::default();
        json.start();
        json.number("version", 1);
        options(&mut json, &tenant.options);
        json.object("tenant");
        json.guid("id", tenant.id);
        json.text("domain", &tenant.domain);
        json.number("accounts", tenant.people.len() as i64);
        json.number("mailboxes", tenant.mailboxes.len() as i64);
        json.number("grouping_hours", tenant.grouping_hours);
        json.end_object();
        json.flag("clean", self.sessions.is_empty());
        self.counts(&mut json);
        json.array("sessions");
        for session in &self.sessions {
            self.session(&mut json, session);
        }
        json.end_array();
        twins(&mut json, tenant);
        self.damage(&mut json);
        json.end_object();
        json.bytes.push(b'\n');
        json.bytes
    }

    fn counts(&self, json: &mut Json) {
        json.object("counts");
        for stream in STREAMS {
            let n = self.n_records.get(stream.name()).copied().unwrap_or(0);
            json.number(stream.name(), n as i64);
        }
        json.number("ordinary_sessions", self.n_ordinary_sessions as i64);
        let items: BTreeSet<_> = self
            .sessions
            .iter()
            .flat_map(|s| s.items.iter().map(|(m, i, _)| (m, i)))
            .collect();
        json.number("hostile_items", items.len() as i64);
        json.end_object();
    }

    fn session(&self, json: &mut Json, session: &HostileSession) {
        json.object_item();
        json.text("id", &session.id);
        json.text("verdict", session.verdict);
        json.text("account", &session.account);
        texts(json, "mailboxes", session.mailboxes.iter().cloned());
        json.array("pairs");
        for (app, client) in &session.pairs {
            json.object_item();
            json.text("app_id", &app.map(|id| id.to_string()).unwrap_or_default());
            json.text(
                "client_app_id",
                &client.map(|id| id.to_string()).unwrap_or_default(),
            );
            json.end_object();
        }
        json.end_array();
        texts(json, "addresses", session.addresses.iter().cloned());
        let tokens = session
            .tokens
            .iter()
            .map(|id| String::from_utf8_lossy(&id.token_text()).into_owned());
        texts(json, "token_ids", tokens);
        texts(
            json,
            "session_ids",
            session.sessions.iter().map(Guid::to_string),
        );
        texts(json, "records", session.records.iter().map(Guid::to_string));
        let attempts = session.attempts.iter();
        texts(json, "attempts", attempts.map(|(_, id, _)| id.to_string()));
        json.text("warranted", session.warranted.0);
        json.text("why", &session.warranted.1);
        json.flag("shared_with_owner", session.shared_with_owner);
        if let Some((first, last)) = session.span {
            json.text("first", &text(first));
            json.text("last", &text(last));
        }
        json.array("items");
        for (mailbox, item, record) in &session.items {
            json.object_item();
            json.text("mailbox", mailbox);
            json.text("item", item);
            json.guid("record", *record);
            self.mark(json, *record);
            json.end_object();
        }
        json.end_array();
        json.array("actions");
        for (operation, record) in &session.actions {
            json.object_item();
            json.text("operation", operation);
            json.guid("record", *record);
            self.mark(json, *record);
            json.end_object();
        }
        json.end_array();
        json.end_object();
    }

    /// Says of a hostile record that it did not arrive, or not whole.
    fn mark(&self, json: &mut Json, record: Guid) {
        if self.removed.contains(&record) {
            json.flag("removed", true);
        }
        if self.truncated.contains(&record) {
            json.flag("truncated", true);
        }
    }

    fn damage(&self, json: &mut Json) {
        json.array("damage");
        for (removal, n_records) in &self.removals {
            json.object_item();
            json.text("kind", removal.kind);
            json.text("log", removal.log);
            if !removal.what.is_empty() {
                json.text("what", &removal.what);
            }
            // What was never collected has no hours.
            if !matches!(removal.kind, "missing kind" | "filtered") {
                json.text("from", &text(removal.span.0));
                json.text("to", &text(removal.span.1));
            }
            json.number("records", *n_records as i64);
            json.end_object();
        }
        if self.reordered {
            json.object_item();
            json.text("kind", "reordered");
            json.text("log", "audit");
            json.end_object();
        }
        if let Some(from) = self.clock_from {
            json.object_item();
            json.text("kind", "clock");
            json.text("log", "audit");
            json.text("set_forward_at", &text(from));
            json.end_object();
        }
        if self.n_duplicates > 0 {
            json.object_item();
            json.text("kind", "duplicates");
            json.text("log", "audit");
            json.number("records", self.n_duplicates as i64);
            json.end_object();
        }
        if !self.truncated.is_empty() {
            json.object_item();
            json.text("kind", "truncated");
            json.text("log", "audit");
            texts(json, "records", self.truncated.iter().map(Guid::to_string));
            json.end_object();
        }
        json.end_array();
    }
}

fn texts(json: &mut Json, key: &str, values: impl Iterator<Item = String>) {
    json.array(key);
    for value in values {
        json.text_item(&value);
    }
    json.end_array();
}

fn options(json: &mut Json, options: &Options) {
    use clap::ValueEnum as _;
    json.object("options");
    json.text("seed", &options.seed.to_string());
    json.text("from", &text(options.from()));
    json.text("to", &text(options.to()));
    json.number("days", i64::from(options.days));
    json.number("activity", options.activity as i64);
    let names = [
        ("ids", options.ids.to_possible_value()),
        ("shape", ShapeName::to_possible_value(&options.shape)),
        ("form", Form::to_possible_value(&options.form)),
        (
            "sign_in_form",
            SignInForm::to_possible_value(&options.sign_in_form),
        ),
    ];
    for (key, value) in names {
        json.text(key, value.as_ref().map_or("", |value| value.get_name()));
    }
    json.end_object();
}

fn twins(json: &mut Json, tenant: &Tenant) {
    json.array("twins");
    let mut told = |kind: &str, day: i64, pair: (Option<Guid>, Option<Guid>)| {
        json.object_item();
        json.text("kind", kind);
        json.text("from", &text(tenant.moment(day)));
        for (key, app) in [("app_id", pair.0), ("client_app_id", pair.1)] {
            json.text(key, &app.map(|id| id.to_string()).unwrap_or_default());
        }
        json.end_object();
    };
    for reader in tenant.readers.iter().filter(|reader| reader.from_day >= 0) {
        told(
            "rollout",
            reader.from_day,
            (Some(reader.pair.0), Some(reader.pair.1)),
        );
    }
    if let Some((_, day)) = tenant.new_tunnel {
        told("tunnel", day, (None, None));
    }
    if let Some(day) = tenant.new_program {
        told("program", day, Client::Next.pair(true));
    }
    let simple = [
        ("merger", tenant.merger),
        ("test", tenant.test.map(|(_, day)| day)),
        ("resets", tenant.resets),
    ];
    for (kind, day) in simple {
        if let Some(day) = day {
            told(kind, day, (None, None));
        }
    }
    if let Some((app, day)) = &tenant.new_app {
        told("app", *day, (Some(GRAPH.id), Some(app.id)));
    }
    json.end_array();
}
