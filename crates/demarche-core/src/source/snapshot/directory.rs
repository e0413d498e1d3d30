//! States of the directory: grants, applications, factors, roles, licences, domains.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::Kind;
use crate::event::sink::Sink;
use crate::event::words;
use crate::record::delivered::Delivered;
use crate::source::Fate;
use crate::source::moments;
use crate::source::row::Row;
use crate::source::sign_in::read::lower;
use crate::source::snapshot::mail::{Cells, finish, is_true, put, standing};
use crate::source::snapshot::slots::Field;

/// When it was made, as the snapshot says.
fn put_made(event: &mut Event<'_>, row: &Row<'_, Field>) {
    if let Some(made) = moments::parse(&row.text(Field::Made)) {
        put(event, words::MADE, Cow::Owned(made.to_string()));
    }
}

fn put_application<'a>(event: &mut Event<'a>, row: &Row<'a, Field>) {
    let app = lower(row.text(Field::AppId));
    let principal = lower(row.text(Field::Principal));
    event.object = if app.is_empty() {
        principal.clone()
    } else {
        app.clone()
    };
    put(event, words::APP_ID, app);
    put(event, words::PRINCIPAL_ID, principal);
    put(event, words::NAME, row.text(Field::Name));
    put_made(event, row);
}

/// A permission that an application has.
pub fn grant(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "application grant", Kind::Consented.word());
    put_application(&mut event, &row);
    let scopes = row.text(Field::Permission);
    for scope in scopes.split_whitespace() {
        put(&mut event, words::SCOPE, Cow::Owned(scope.to_owned()));
    }
    let all = row
        .text(Field::ConsentType)
        .eq_ignore_ascii_case("AllPrincipals");
    let own = row
        .text(Field::PermissionType)
        .eq_ignore_ascii_case("Application");
    let reach = if all || own { "tenant" } else { "account" };
    put(&mut event, words::REACH, Cow::Borrowed(reach));
    put(
        &mut event,
        words::TARGET,
        row.first(&[Field::Consenter, Field::ConsenterId]),
    );
    finish(record, &event, fault.as_ref(), sink)
}

/// An application that was let in, or one of the tenant's own.
pub fn application(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "application", Kind::ApplicationAdded.word());
    put_application(&mut event, &row);
    finish(record, &event, fault.as_ref(), sink)
}

/// The second factors of one account.
pub fn factors(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "factors", Kind::FactorChanged.word());
    event.object = lower(row.text(Field::Mailbox));
    put(&mut event, words::TARGET, lower(row.text(Field::Mailbox)));
    let known: [(Field, &'static str); 8] = [
        (Field::Email, "email"),
        (Field::Fido, "security key"),
        (Field::App, "authenticator"),
        (Field::Phone, "phone"),
        (Field::Oath, "code generator"),
        (Field::Hello, "device"),
        (Field::Pass, "temporary pass"),
        (Field::Certificate, "certificate"),
    ];
    for (field, name) in known {
        if is_true(&row.text(field)) {
            put(&mut event, words::FACTOR, Cow::Borrowed(name));
        }
    }
    let methods = row.text(Field::Methods).into_owned();
    for method in methods.split([',', ';']).map(str::trim) {
        put(&mut event, words::FACTOR, Cow::Owned(method.to_owned()));
    }
    finish(record, &event, fault.as_ref(), sink)
}

/// An account in a role.
pub fn role(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "role", Kind::RoleGranted.word());
    let account: Text<'_> = lower(row.first(&[Field::Mailbox, Field::Account]));
    event.object = account.clone();
    put(&mut event, words::TRUSTEE, account);
    put(&mut event, words::RIGHT, row.text(Field::Role));
    finish(record, &event, fault.as_ref(), sink)
}

/// A licence of an account: which decides what of it is logged, and for how long.
pub fn licence(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let mut event = standing(record, "licence", "licence");
    event.object = lower(row.text(Field::Mailbox));
    put(&mut event, words::TARGET, lower(row.text(Field::Mailbox)));
    put(&mut event, words::RIGHT, row.text(Field::Licence));
    finish(record, &event, fault.as_ref(), sink)
}

/// A domain, and who signs its people in.
pub fn domain(record: &Delivered<'_>, sink: &mut dyn Sink) -> Fate {
    let (row, fault): Cells<'_> = Row::of(record);
    let federated = row
        .text(Field::Authentication)
        .eq_ignore_ascii_case("Federated");
    let stands = if federated {
        Kind::FederationChanged.word()
    } else {
        "domain"
    };
    let mut event = standing(record, "domain", stands);
    event.object = lower(row.first(&[Field::AccountId, Field::Name]));
    put(&mut event, words::SETTING, row.text(Field::Authentication));
    finish(record, &event, fault.as_ref(), sink)
}
