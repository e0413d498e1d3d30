//! What a sign-in came to, what was presented, and whether a person was there.

use std::borrow::Cow;

use crate::event::event::Text;
use crate::event::kind::{Kind, Outcome};
use crate::source::envelope::Around;
use crate::source::error_codes;
use crate::source::row::Row;
use crate::source::sign_in::parts;
use crate::source::sign_in::slots::Field;
use crate::vocab::card::Stream;

/// Error code and outcome; the portal's word where there is no code.
pub fn outcome_of<'a>(
    row: &Row<'a, Field>,
    around: &Around<'a>,
    stream: Stream,
    steps: &parts::Steps,
) -> (Text<'a>, Outcome) {
    let status = parts::status(row);
    let mut code = row.text(Field::ErrorCode);
    if code.is_empty() && !status.code.is_empty() {
        code = Cow::Owned(status.code);
    }
    if code.is_empty() {
        code = around.code.clone();
    }
    let outcome = error_codes::outcome(&code)
        .or_else(|| outcome_of_word(&row.text(Field::Status)))
        .or_else(|| outcome_of_word(&code))
        .unwrap_or_default();
    if outcome == Outcome::Stopped && !password_shown(row, stream, steps) {
        return (code, Outcome::Interrupted);
    }
    (code, outcome)
}

/// The outcome that a word states, where there is no code.
fn outcome_of_word(word: &str) -> Option<Outcome> {
    match word.to_ascii_lowercase().as_str() {
        "success" => Some(Outcome::Succeeded),
        "failure" => Some(Outcome::Failed),
        "interrupted" => Some(Outcome::Interrupted),
        _ => None,
    }
}

/// Whether a password was presented, as far as the record lets one say.
///
/// A refresh or primary token shown, or a first factor satisfied by a token, means none was. A
/// row without a person presented one only with the protocols that carry it.
fn password_shown(row: &Row<'_, Field>, stream: Stream, steps: &parts::Steps) -> bool {
    if steps.password || carries_password(row) {
        return true;
    }
    if steps.by_token
        || matches!(
            spelled(row.text(Field::IncomingToken)).as_ref(),
            "refreshToken" | "primaryRefreshToken"
        )
    {
        return false;
    }
    matches!(stream, Stream::SignInInteractive | Stream::SignInSummary)
}

/// Whether the protocol hands the password over with the request.
fn carries_password(row: &Row<'_, Field>) -> bool {
    const LEGACY: &[&str] = &[
        "Authenticated SMTP",
        "Autodiscover",
        "Exchange ActiveSync",
        "Exchange Online PowerShell",
        "Exchange Web Services",
        "IMAP4",
        "MAPI Over HTTP",
        "Offline Address Book",
        "Other clients",
        "Outlook Anywhere (RPC over HTTP)",
        "POP3",
        "Reporting Web Services",
        "SMTP",
    ];
    row.text(Field::Protocol).eq_ignore_ascii_case("ropc")
        || LEGACY.contains(&row.text(Field::ClientApp).as_ref())
}

/// What happened: a credential presented, or a token issued without a person.
pub fn kind_of(row: &Row<'_, Field>, stream: Stream, outcome: Outcome) -> Kind {
    let presented = match stream {
        Stream::SignInInteractive => true,
        Stream::SignInNonInteractive => {
            carries_password(row) || matches!(outcome, Outcome::WrongPassword | Outcome::Locked)
        }
        Stream::SignInSummary => spelled(row.text(Field::IncomingToken)) != "refreshToken",
        _ => false,
    };
    if presented {
        Kind::SignIn
    } else {
        Kind::TokenIssued
    }
}

/// The protocol; of those that carry a password without one, the program's name.
///
/// Not the program's name in general: copies that lack the protocol would contradict those that
/// have it.
pub fn grant_of<'a>(row: &Row<'a, Field>) -> Text<'a> {
    let protocol = spelled(row.text(Field::Protocol));
    if !(protocol.is_empty() || protocol.eq_ignore_ascii_case("none")) {
        protocol
    } else if carries_password(row) {
        row.text(Field::ClientApp)
    } else {
        Cow::Borrowed("")
    }
}

/// A word of a closed list in one spelling: portals write `Device code flow`, interfaces
/// `deviceCodeFlow`.
pub fn spelled(text: Text<'_>) -> Text<'_> {
    const WORDS: &[&str] = &[
        "authenticationTransfer",
        "AzureAD",
        "deviceCode",
        "deviceCodeFlow",
        "multiFactorAuthentication",
        "notApplied",
        "oAuth2",
        "primaryRefreshToken",
        "refreshToken",
        "ropc",
        "singleFactorAuthentication",
        "wsFederation",
    ];
    if !text.contains([' ', '-', '.']) {
        let known = WORDS.iter().find(|word| word.eq_ignore_ascii_case(&text));
        return known.map_or(text, |word| Cow::Borrowed(*word));
    }
    let bare: String = text.chars().filter(char::is_ascii_alphanumeric).collect();
    let known = WORDS.iter().find(|word| word.eq_ignore_ascii_case(&bare));
    known.map_or(text, |word| Cow::Borrowed(*word))
}
