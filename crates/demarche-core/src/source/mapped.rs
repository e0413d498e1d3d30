//! Logs that nobody coded for, read as their user describes them.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::item::{Item, ItemKind};
use crate::event::kind::{Capacity, Kind, Outcome};
use crate::event::sink::{Met, Sink};
use crate::record::csv::cells;
use crate::record::delivered::{Delivered, Header};
use crate::record::json::{Malformed, Value, ValueKind};
use crate::source::log_line::stamped;
use crate::source::{Fate, Form, moments, reject, token_id};
use crate::vocab::card::{Card, Stream};
use crate::vocab::given::Assumed;
use crate::vocab::mapping::{Layout, Mapping, Role, TimeForm};
use crate::vocab::moment::{DAY, Moment, SECOND};

/// Values of one record, by field of the mapping; an array has several.
type Values<'a> = Vec<Vec<Text<'a>>>;

/// The form of a mapping's log; `name` as in `mapping/issuer`.
pub const fn form(name: &'static str, card: &'static Card) -> Form {
    Form {
        name,
        card,
        lossy: false,
        fits,
        read,
    }
}

/// The stream that events of a kind belong to, where nothing but the kind is known.
pub fn stream_of(kind: Kind) -> Stream {
    match kind {
        Kind::TokenIssued => Stream::Issuance,
        // Never a ledger of issuance: that is for the rule to say.
        Kind::SignIn | Kind::SessionsRevoked => Stream::SignInSummary,
        Kind::ItemsRead | Kind::FolderSynced | Kind::AttachmentRead => Stream::ItemAccess,
        Kind::MessageSent
        | Kind::ItemCreated
        | Kind::ItemUpdated
        | Kind::ItemsMoved
        | Kind::ItemsDeleted
        | Kind::Searched
        | Kind::RuleSet
        | Kind::RuleRemoved => Stream::Mailbox,
        Kind::ForwardingSet
        | Kind::ForwardingRemoved
        | Kind::TransportRuleSet
        | Kind::TransportRuleRemoved
        | Kind::MailboxGranted
        | Kind::MailboxGrantRemoved => Stream::MailAdmin,
        Kind::FileRead
        | Kind::FilePreviewed
        | Kind::FileDownloaded
        | Kind::FileSynced
        | Kind::FileMoved
        | Kind::FileChanged
        | Kind::FileDeleted
        | Kind::Shared => Stream::File,
        Kind::RowsRead => Stream::Rows,
        Kind::ApiRequest => Stream::Api,
        Kind::AlertRaised => Stream::Alert,
        Kind::ChatRead | Kind::ChatChanged => Stream::Chat,
        Kind::Consented
        | Kind::PermissionGranted
        | Kind::ApplicationAdded
        | Kind::SecretAdded
        | Kind::RoleGranted
        | Kind::FactorChanged
        | Kind::PasswordChanged
        | Kind::AccountAdded => Stream::Directory,
        _ => Stream::Other,
    }
}

/// Whether a record may be one of the log: told by its layout alone, for the mapping was chosen
/// when the source was opened.
fn fits(text: &str, header: &Header) -> bool {
    match header.given.mapping.as_ref().map(|mapping| &mapping.layout) {
        None => false,
        Some(Layout::Json) => Value::of(text).kind() == ValueKind::Object,
        Some(Layout::Csv) => !header.columns.is_empty(),
        Some(Layout::Lines(_)) => header.columns.is_empty(),
    }
}

/// Reads a record by its mapping: the event of the first rule that fits, or nothing.
fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let Some(mapping) = record.header.given.mapping.as_deref() else {
        sink.problem(reject::lacking(record, "a mapping of its log", &[]));
        return Fate::Rejected;
    };
    let values = match values(record, mapping) {
        Ok(Some(values)) => values,
        // A line that the expression does not match is another program's, or of another kind.
        Ok(None) => return Fate::Read,
        Err(fault) => {
            sink.problem(reject::broken(record, &fault, &[]));
            return Fate::Rejected;
        }
    };
    for (field, values) in values.iter().enumerate() {
        if values.iter().any(|value| !value.is_empty()) {
            sink.met(Met::Field(field));
        }
    }
    let fitting = mapping.rules.iter().position(|rule| {
        rule.when
            .iter()
            .all(|(field, wanted)| wanted.iter().any(|text| text == first(&values, *field)))
    });
    let Some(rule) = fitting else {
        return Fate::Read;
    };
    sink.met(Met::Rule(rule));
    let written = first(&values, mapping.clock.field);
    let Some(at) = time(written, mapping, &record.header.given.assumed) else {
        let expected = format!("a time in {}", mapping.fields[mapping.clock.field]);
        let facts = [("time", written)];
        sink.problem(reject::lacking(record, &expected, &facts));
        return Fate::Rejected;
    };
    let rule = &mapping.rules[rule];
    let mut event = Event {
        place: record.place,
        at,
        stream: rule.stream,
        kind: Kind::from_word(rule.kind).unwrap_or_default(),
        outcome: Outcome::from_word(rule.outcome),
        ..Event::default()
    };
    fill(&mut event, mapping, &values);
    sink.event(&event);
    Fate::Read
}

fn first<'v>(values: &'v Values<'_>, field: usize) -> &'v str {
    values
        .get(field)
        .and_then(|values| values.first())
        .map_or("", |value| value.trim())
}

fn values<'a>(record: &Delivered<'a>, mapping: &Mapping) -> Result<Option<Values<'a>>, Malformed> {
    let mut values: Values<'a> = vec![Vec::new(); mapping.fields.len()];
    match &mapping.layout {
        Layout::Json => {
            let names: Vec<(usize, &str)> = mapping
                .fields
                .iter()
                .enumerate()
                .map(|(place, name)| (place, name.as_str()))
                .collect();
            descend(Value::of(record.text), &names, &mut values)?;
        }
        Layout::Csv => cells(record.text, |place, text| {
            let column = record.header.columns.get(place);
            let field = mapping
                .fields
                .iter()
                .position(|name| column.is_some_and(|column| column.trim() == name));
            if let Some(field) = field {
                values[field].push(text);
            }
        }),
        Layout::Lines(pattern) => match pattern.taken(record.text, &mapping.fields) {
            None => return Ok(None),
            Some(taken) => {
                for (field, text) in taken.into_iter().enumerate() {
                    values[field].push(Cow::Borrowed(text));
                }
            }
        },
    }
    Ok(Some(values))
}

/// Collects the fields of an object: a name with a dot is looked for whole, then step by step.
fn descend<'a>(
    object: Value<'a>,
    names: &[(usize, &str)],
    values: &mut Values<'a>,
) -> Result<(), Malformed> {
    let mut within: Vec<(Value<'a>, Vec<(usize, &str)>)> = Vec::new();
    object.members(|key, value| {
        let mut inner = Vec::new();
        for (field, name) in names {
            if *name == key {
                collect(value, &mut values[*field]);
            } else if let Some(rest) = name.strip_prefix(key).and_then(|n| n.strip_prefix('.')) {
                inner.push((*field, rest));
            }
        }
        if !inner.is_empty() && value.kind() == ValueKind::Object {
            within.push((value, inner));
        }
    })?;
    for (value, names) in within {
        descend(value, &names, values)?;
    }
    Ok(())
}

/// The texts of a value: each of an array's, or its own.
fn collect<'a>(value: Value<'a>, texts: &mut Vec<Text<'a>>) {
    if value.kind() == ValueKind::Array {
        let _ = value.elements(|element| texts.push(element.text()));
    } else {
        texts.push(value.text());
    }
}

/// A time in the form that the mapping names; the epoch where year or zone are not known.
fn time(text: &str, mapping: &Mapping, on_line: &Assumed) -> Option<Moment> {
    let clock = &mapping.clock;
    match clock.form {
        TimeForm::EpochSeconds => epoch(text, SECOND),
        TimeForm::EpochMillis => epoch(text, SECOND / 1000),
        TimeForm::Text => {
            let Some((stamp, _)) = stamped(text) else {
                return moments::parse(text);
            };
            // The command line knows better than the file.
            let assumed = Assumed {
                year: on_line.year.or(clock.assumed.year),
                over_new_year: match on_line.year {
                    Some(_) => on_line.over_new_year,
                    None => clock.assumed.over_new_year,
                },
                zone_micros: on_line.zone_micros.or(clock.assumed.zone_micros),
            };
            Some(stamp.moment(&assumed).unwrap_or_default())
        }
    }
}

/// Whole or decimal units since 1970, within the years 1971 to 9999.
fn epoch(text: &str, unit: i64) -> Option<Moment> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let whole: i64 = whole.parse().ok()?;
    if !fraction.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let digits: String = fraction.chars().chain("000000".chars()).take(6).collect();
    let part = digits.parse::<i64>().ok()? * unit / SECOND;
    let micros = whole.checked_mul(unit)?.checked_add(part)?;
    (365 * DAY..2_932_896 * DAY)
        .contains(&micros)
        .then(|| Moment::from_micros(micros))
}

fn fill<'a>(event: &mut Event<'a>, mapping: &Mapping, values: &Values<'a>) {
    let text = |role: Role| -> Text<'a> {
        mapping
            .roles
            .iter()
            .filter(|(known, _)| *known == role)
            .filter_map(|(_, field)| values.get(*field)?.first())
            .find(|value| !value.trim().is_empty())
            .cloned()
            .unwrap_or_default()
    };
    event.actor.name = with_domain(text(Role::Account), &mapping.domain);
    event.actor.object = text(Role::AccountId);
    event.address = text(Role::Address);
    event.country = text(Role::Country);
    event.client.agent = text(Role::Agent);
    event.client.device = text(Role::Device);
    event.client.grant = text(Role::Grant);
    event.application.caller = text(Role::Client);
    event.ties.token = Cow::Owned(token_id::canonical(&text(Role::Token)).into_owned());
    event.ties.session = Cow::Owned(token_id::canonical_session(&text(Role::Session)).into_owned());
    event.object = text(Role::Object);
    event.error = text(Role::Error);
    event.record_id = text(Role::RecordId);
    event.operation = text(Role::Operation);
    if event.operation.is_empty() {
        event.operation = Cow::Borrowed(event.kind.word());
    }
    event.marks.peer = true;
    event.store.name = with_domain(text(Role::Store), &mapping.domain);
    let rows = text(Role::Rows).trim().parse().unwrap_or(1);
    if let Some(kind) = item_kind(event.kind) {
        if event.store.name.is_empty() && event.kind != Kind::RowsRead {
            event.store.name = event.actor.name.clone();
            event.capacity = Capacity::Owner;
        }
        items(event, mapping, values, (kind, rows));
    }
}

/// The items that a record names: one for each value of its item field, or its rows.
fn items<'a>(
    event: &mut Event<'a>,
    mapping: &Mapping,
    values: &Values<'a>,
    (kind, rows): (ItemKind, u64),
) {
    let of = |role: Role| {
        let field = mapping.roles.iter().find(|(known, _)| *known == role);
        field.and_then(|(_, field)| values.get(*field))
    };
    let one = |role: Role| {
        of(role)
            .and_then(|v| v.first())
            .cloned()
            .unwrap_or_default()
    };
    let blank = Item {
        kind,
        container: one(Role::Container),
        title: one(Role::Title),
        rows,
        ..Item::default()
    };
    let named = of(Role::Item).into_iter().flatten();
    let named = named.filter(|id| !id.trim().is_empty());
    event.items.extend(named.map(|id| Item {
        id: id.clone(),
        ..blank.clone()
    }));
    if event.items.is_empty() && !blank.container.is_empty() {
        event.items.push(blank);
    }
}

/// What kind of item events of a kind name; `None` for kinds that name none.
fn item_kind(kind: Kind) -> Option<ItemKind> {
    match kind {
        Kind::ItemsRead | Kind::ItemsMoved | Kind::ItemsDeleted => Some(ItemKind::Message),
        Kind::AttachmentRead => Some(ItemKind::Attachment),
        Kind::FolderSynced => Some(ItemKind::Container),
        Kind::FileRead
        | Kind::FilePreviewed
        | Kind::FileDownloaded
        | Kind::FileSynced
        | Kind::FileMoved
        | Kind::FileDeleted => Some(ItemKind::File),
        Kind::RowsRead => Some(ItemKind::Rows),
        _ => None,
    }
}

fn with_domain<'a>(name: Text<'a>, domain: &str) -> Text<'a> {
    if domain.is_empty() || name.trim().is_empty() || name.contains('@') {
        return name;
    }
    Cow::Owned(format!("{}@{domain}", name.trim()))
}
