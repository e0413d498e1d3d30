//! Which kind of sign-in a record is: the stream it belongs to.

use crate::record::delivered::Header;
use crate::source::row::Row;
use crate::source::sign_in::parts::list;
use crate::source::sign_in::slots::Field;
use crate::vocab::card::Stream;

/// The stream of a category of diagnostic logs or a table of a workspace.
pub fn of_category(name: &str) -> Option<Stream> {
    const TABLE: &[(&str, Stream)] = &[
        (
            "aadfirstpartytofirstpartysigninlogs",
            Stream::SignInProvider,
        ),
        ("aadmanagedidentitysigninlogs", Stream::SignInManaged),
        (
            "aadnoninteractiveusersigninlogs",
            Stream::SignInNonInteractive,
        ),
        ("aadserviceprincipalsigninlogs", Stream::SignInService),
        ("adfssigninlogs", Stream::SignInSummary),
        ("managedidentitysigninlogs", Stream::SignInManaged),
        (
            "microsoftserviceprincipalsigninlogs",
            Stream::SignInProvider,
        ),
        ("noninteractiveusersigninlogs", Stream::SignInNonInteractive),
        ("serviceprincipalsigninlogs", Stream::SignInService),
        ("signinlogs", Stream::SignInInteractive),
    ];
    let name = name.trim().to_ascii_lowercase();
    let at = TABLE
        .binary_search_by(|(known, _)| (*known).cmp(&name))
        .ok()?;
    Some(TABLE[at].1)
}

/// The kind of sign-in of a record.
///
/// # Shape
/// Its category or table decides; then the kinds it lists; then whether it says interactive;
/// then an application's fields. Columns of a portal's user files are the same for both kinds:
/// there the file's name decides (semantics §4.2).
///
/// # Gaps
/// A renamed portal file tells neither kind: its rows are a summary, and stand for neither.
/// JSON without any of these is interactive, as the default of the interface is.
pub fn of(row: &Row<'_, Field>, header: &Header) -> Stream {
    let named = [Field::Category, Field::Table]
        .into_iter()
        .find_map(|field| of_category(&row.text(field)));
    if let Some(stream) = named {
        return stream;
    }
    if let Some(stream) = list(row, Field::EventTypes)
        .iter()
        .find_map(|kind| of_event_type(kind))
    {
        return stream;
    }
    if row.has(Field::PrincipalId) && !row.has(Field::UserId) && !row.has(Field::UserName) {
        return of_principal(row, header);
    }
    match row.text(Field::Interactive).to_ascii_lowercase().as_str() {
        "true" => Stream::SignInInteractive,
        "false" => Stream::SignInNonInteractive,
        _ if header.columns.is_empty() => Stream::SignInInteractive,
        _ => of_name(&header.name),
    }
}

fn of_event_type(kind: &str) -> Option<Stream> {
    match kind {
        "interactiveUser" => Some(Stream::SignInInteractive),
        "nonInteractiveUser" => Some(Stream::SignInNonInteractive),
        "servicePrincipal" => Some(Stream::SignInService),
        "managedIdentity" => Some(Stream::SignInManaged),
        _ => None,
    }
}

fn of_principal(row: &Row<'_, Field>, header: &Header) -> Stream {
    let name = header.name.to_ascii_lowercase();
    let kind = row
        .nested(Field::ManagedKind, |value| {
            let kind = value.member("msiType");
            kind.map_or(String::new(), |kind| kind.text().into_owned())
        })
        .unwrap_or_else(|| row.text(Field::ManagedKind).into_owned());
    let managed = !kind.is_empty() && !kind.eq_ignore_ascii_case("none");
    if managed || name.contains("msisignins") {
        Stream::SignInManaged
    } else {
        Stream::SignInService
    }
}

/// The kind of a portal's file: `InteractiveSignIns_2026-….csv`.
fn of_name(name: &str) -> Stream {
    let name = name.to_ascii_lowercase();
    if name.contains("noninteractivesignins") {
        Stream::SignInNonInteractive
    } else if name.contains("interactivesignins") {
        Stream::SignInInteractive
    } else if name.contains("applicationsignins") {
        Stream::SignInService
    } else if name.contains("msisignins") {
        Stream::SignInManaged
    } else {
        Stream::SignInSummary
    }
}
