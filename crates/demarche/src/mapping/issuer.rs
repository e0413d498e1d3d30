//! What an operator states of an issuer's log: times, lives, delays.

use demarche_core::coverage::facts::Issuer;
use demarche_core::vocab::moment::{DAY, HOUR, MINUTE, Moment, SECOND};

use super::written::WrittenIssuer;

/// Checks a statement about the log of a card.
pub(super) fn checked(place: &str, card: &str, written: &WrittenIssuer) -> Result<Issuer, String> {
    if written.by.trim().is_empty() {
        return Err("issuer.by is empty: a statement is somebody's, and is printed".to_owned());
    }
    let from = moment(&written.complete_from, "issuer.complete_from")?;
    let to = moment(&written.complete_to, "issuer.complete_to")?;
    if written.whole_file == from.is_some() {
        return Err(
            "issuer: expected either whole_file = true (the log holds every token since the issuer began) or complete_from".to_owned(),
        );
    }
    if from.is_some() && to.is_some() && from >= to {
        return Err("issuer.complete_from is not before issuer.complete_to".to_owned());
    }
    let life_micros = duration(&written.token_life_max, "issuer.token_life_max")?;
    let delay_micros = duration(&written.delivery_delay_max, "issuer.delivery_delay_max")?;
    if life_micros == 0 {
        return Err("issuer.token_life_max is nothing: no token could be used".to_owned());
    }
    let said = format!(
        "{} states ({place}) that the log of {card} holds every token issued {} {}, that none is used later than {} after it was issued, and that no record comes later than {}",
        written.by.trim(),
        from.map_or("since the issuer began".to_owned(), |from| format!(
            "from {from}"
        )),
        to.map_or("until its last record".to_owned(), |to| format!("to {to}")),
        written.token_life_max,
        written.delivery_delay_max,
    );
    Ok(Issuer {
        card: card.to_owned(),
        from,
        to,
        life_micros,
        delay_micros,
        said,
    })
}

fn moment(text: &Option<String>, name: &str) -> Result<Option<Moment>, String> {
    let read = |text: &String| {
        Moment::parse_iso(text)
            .ok_or_else(|| format!("{name} {text:?}: expected a time, as in 2026-03-02T09:00Z"))
    };
    text.as_ref().map(read).transpose()
}

/// `90s`, `10m`, `1h`, `30d`.
fn duration(text: &str, name: &str) -> Result<i64, String> {
    let text = text.trim();
    let expected = || format!("{name} {text:?}: expected a time span, as in 90s, 10m, 1h or 30d");
    let unit = match text.chars().last() {
        Some('s') => SECOND,
        Some('m') => MINUTE,
        Some('h') => HOUR,
        Some('d') => DAY,
        _ => return Err(expected()),
    };
    let number: i64 = text[..text.len() - 1]
        .trim()
        .parse()
        .map_err(|_| expected())?;
    let span = number
        .checked_mul(unit)
        .filter(|span| (0..=3660 * DAY).contains(span));
    span.ok_or_else(expected)
}
