//! One alert, detection or change of risk, read into one event.

use std::borrow::Cow;

use crate::event::event::{Event, Identity, Text};
use crate::event::kind::{ActorKind, Kind, Outcome};
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::record::json::{Malformed, Value};
use crate::source::dated::{Found, hand_over};
use crate::source::envelope::Around;
use crate::source::row::{Row, Slot};
use crate::source::sign_in::read::{canonical, lower, principal_identity, put_detail};
use crate::source::{Fate, token_id};
use crate::vocab::card::Stream;

/// One field of an alert.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// Its id.
    Id,
    /// When it was detected or raised.
    Detected,
    /// When it changed last.
    Updated,
    /// When the suspected act took place.
    Activity,
    /// When the workspace dates it.
    Generated,
    /// What it is.
    Title,
    /// Kind of risk.
    RiskType,
    /// Level or severity.
    Level,
    /// State or status.
    State,
    /// What was made of it.
    Detail,
    /// Name of the account.
    UserName,
    /// Object id of the account.
    UserId,
    /// Object id of the service principal.
    PrincipalId,
    /// Application.
    AppId,
    /// Address.
    Address,
    /// Place.
    Location,
    /// Request id of the sign-in.
    Request,
    /// Correlation id.
    Correlation,
    /// What was done, in hunting rows.
    Action,
    /// Device by name.
    Device,
    /// Security id of the account.
    Sid,
    /// Table of the workspace.
    Table,
}

impl Slot for Field {
    const COUNT: usize = Field::Table as usize + 1;

    fn place(self) -> usize {
        self as usize
    }

    const NAMES: &'static [(&'static str, Field)] = &[
        ("accountobjectid", Field::UserId),
        ("accountsid", Field::Sid),
        ("accountupn", Field::UserName),
        ("actiontype", Field::Action),
        ("activitydatetime", Field::Activity),
        ("alertid", Field::Id),
        ("alertname", Field::Title),
        ("alertseverity", Field::Level),
        ("appid", Field::AppId),
        ("correlationid", Field::Correlation),
        ("createddatetime", Field::Detected),
        ("detecteddatetime", Field::Detected),
        ("detecteddatetimeutc", Field::Detected),
        ("devicename", Field::Device),
        ("id", Field::Id),
        ("ipaddress", Field::Address),
        ("lastupdateddatetime", Field::Updated),
        ("location", Field::Location),
        ("requestid", Field::Request),
        ("riskdetail", Field::Detail),
        ("riskeventtype", Field::RiskType),
        ("risklastupdateddatetime", Field::Updated),
        ("risklastupdateddatetimeutc", Field::Updated),
        ("risklevel", Field::Level),
        ("riskstate", Field::State),
        ("serviceprincipalid", Field::PrincipalId),
        ("severity", Field::Level),
        ("status", Field::State),
        ("systemalertid", Field::Id),
        ("timegenerated", Field::Generated),
        ("timegeneratedutc", Field::Generated),
        ("timestamp", Field::Generated),
        ("title", Field::Title),
        ("type", Field::Table),
        ("userid", Field::UserId),
        ("userprincipalname", Field::UserName),
    ];
}

/// Reads one alert, detection, or change of risk.
///
/// # Shape
/// Out: one event of the account it is about. Its time is that of the detection, which is when
/// someone could first have known. A state that closes a risk is [`Kind::Other`]; so are rows of
/// advanced hunting that are no alerts, under the name of their action.
///
/// # Gaps
/// A risk is the provider's judgement: it is never more than a lead (row 13). The record of a
/// risky account has the account's id for its own: its id here is that and its time.
pub fn read(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault) = Row::of(record);
    emit(record, &row, &Around::default(), fault, sink)
}

/// Hands over the event of a row; rejects what is none.
pub fn emit<'a>(
    record: &Delivered<'a>,
    row: &Row<'a, Field>,
    around: &Around<'a>,
    fault: Option<Malformed>,
    sink: &mut dyn Sink,
) -> Fate {
    let time = row.first(&[
        Field::Detected,
        Field::Updated,
        Field::Activity,
        Field::Generated,
    ]);
    let event = event_of(record, row, around, &time);
    let found = Found {
        fault,
        time: &time,
        time_around: &around.time,
        is: "the alert",
        lacks: None,
        is_worth: false,
    };
    hand_over(record, event, found, sink)
}

fn event_of<'a>(
    record: &Delivered<'a>,
    row: &Row<'a, Field>,
    around: &Around<'a>,
    time: &str,
) -> Event<'a> {
    let hunted = around.category.split_once('-').map(|(_, table)| table);
    let state = row.text(Field::State);
    let raised = match hunted {
        Some(table) => matches!(table, "AlertInfo" | "AlertEvidence"),
        None => !is_closed(&state),
    };
    let mut event = Event {
        place: record.place,
        // Rows of one alert's evidence share its id.
        record_id: if hunted.is_some() {
            Cow::Borrowed("")
        } else {
            record_id(row, time)
        },
        stream: if raised || hunted.is_none() {
            Stream::Alert
        } else {
            Stream::Other
        },
        kind: if raised {
            Kind::AlertRaised
        } else {
            Kind::Other
        },
        operation: operation_of(row, around, hunted),
        outcome: Outcome::Unknown,
        address: row.text(Field::Address),
        country: country_of(row),
        object: row.text(Field::Device),
        ..Event::default()
    };
    put_account(row, &mut event);
    event.application.caller = lower(row.text(Field::AppId));
    // The request id of the sign-in is the id of the token it issued (semantics §3.2).
    let request = row.text(Field::Request);
    if token_id::is_guid(&request) {
        event.ties.token = canonical(request, token_id::canonical);
    }
    event.ties.correlation = row.text(Field::Correlation);
    put_detail(
        &mut event,
        words::ORGANISATION,
        lower(around.tenant.clone()),
    );
    put_detail(&mut event, words::RISK, row.text(Field::Level));
    put_detail(&mut event, words::RISK, row.text(Field::RiskType));
    put_detail(&mut event, words::RISK_STATE, state);
    put_detail(&mut event, words::FAILURE, row.text(Field::Detail));
    event
}

fn is_closed(state: &str) -> bool {
    const CLOSED: &[&str] = &[
        "confirmedSafe",
        "dismissed",
        "none",
        "remediated",
        "resolved",
    ];
    CLOSED
        .iter()
        .any(|closed| closed.eq_ignore_ascii_case(state))
}

/// The record's own id; where it is the account's or the alert's of several rows, that and the
/// time.
fn record_id<'a>(row: &Row<'a, Field>, time: &str) -> Text<'a> {
    let id = row.text(Field::Id);
    if !row.has(Field::Detected) && !id.is_empty() {
        Cow::Owned(format!("{id} {time}"))
    } else {
        id
    }
}

fn operation_of<'a>(row: &Row<'a, Field>, around: &Around<'a>, hunted: Option<&str>) -> Text<'a> {
    let stated = row.first(&[Field::Title, Field::RiskType, Field::Action]);
    if !stated.is_empty() {
        return stated;
    }
    match hunted {
        Some(table) => Cow::Owned(table.to_owned()),
        None if around.category.is_empty() => Cow::Borrowed("Risk"),
        None => around.category.clone(),
    }
}

fn country_of(row: &Row<'_, Field>) -> Text<'static> {
    let country = row.nested(Field::Location, |value: Value<'_>| {
        let country = value.member("countryOrRegion");
        country.map_or(String::new(), |country| country.text().into_owned())
    });
    Cow::Owned(country.unwrap_or_default())
}

fn put_account<'a>(row: &Row<'a, Field>, event: &mut Event<'a>) {
    let mut who = Identity {
        name: row.text(Field::UserName),
        object: lower(row.text(Field::UserId)),
        sid: row.text(Field::Sid),
        ..Identity::default()
    };
    let of_risky_account = row.has(Field::UserName) && !row.has(Field::Detected);
    if who.object.is_empty() && of_risky_account && token_id::is_guid(&row.text(Field::Id)) {
        who.object = lower(row.text(Field::Id));
    }
    if !who.is_empty() {
        event.actor = who;
        event.actor_kind = ActorKind::Person;
        return;
    }
    let principal = lower(row.text(Field::PrincipalId));
    if !principal.is_empty() {
        event.actor = principal_identity(&principal, principal.clone());
        event.actor_kind = ActorKind::Application;
    }
}
