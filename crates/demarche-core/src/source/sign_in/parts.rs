//! Parts of a sign-in that are objects of their own: device, place, status, steps.

use crate::record::json::Value;
use crate::source::row::{Row, trimmed};
use crate::source::sign_in::slots::Field;

/// The most steps of authentication that are kept of one sign-in.
const STEPS_MAX: usize = 64;

/// Where it came from, as far as the record says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Whereabouts {
    /// Two-letter country.
    pub country: String,
    /// City and state.
    pub city: String,
}

/// The device, as far as the record says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Device {
    /// Its id in the directory.
    pub id: String,
    /// Operating system and browser.
    pub platform: String,
    /// How it is joined, and whether it is compliant and managed.
    pub trust: String,
}

/// What the status object says.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Status {
    /// Error code.
    pub code: String,
    /// Why.
    pub reason: String,
}

/// The steps of authentication.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Steps {
    /// Each step in words: method, detail, what came of it.
    pub listed: Vec<String>,
    /// Whether a step was the right password.
    pub password: bool,
    /// Whether the first factor was satisfied by a token shown, not by a secret.
    pub by_token: bool,
}

fn text_of(value: Value<'_>) -> String {
    let text = trimmed(value.text());
    if text == "null" {
        String::new()
    } else {
        text.into_owned()
    }
}

/// Joins what is not empty.
fn joined(parts: &[&str], between: &str) -> String {
    let mut out = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !out.is_empty() {
            out.push_str(between);
        }
        out.push_str(part);
    }
    out
}

/// The place: an object, two letters, or `City, State, CC` (semantics §4.2).
pub fn whereabouts(row: &Row<'_, Field>) -> Whereabouts {
    let of_object = |value: Value<'_>| {
        let (mut country, mut city, mut state) = (String::new(), String::new(), String::new());
        let _ = value.members(|key, value| match key {
            "countryOrRegion" => country = text_of(value),
            "city" => city = text_of(value),
            "state" => state = text_of(value),
            _ => {}
        });
        Whereabouts {
            country,
            city: joined(&[&city, &state], ", "),
        }
    };
    for field in [Field::LocationDetails, Field::Location] {
        if let Some(found) = row.nested(field, of_object)
            && found != Whereabouts::default()
        {
            return found;
        }
    }
    let text = row.text(Field::Location);
    let mut found = match text.rsplit_once(',') {
        Some((city, country)) => Whereabouts {
            country: country.trim().to_owned(),
            city: city.trim().trim_matches(',').trim().to_owned(),
        },
        None => Whereabouts {
            country: text.clone().into_owned(),
            city: String::new(),
        },
    };
    if found.country.is_empty() {
        found.country = row.text(Field::Country).into_owned();
        found.city = row.text(Field::City).into_owned();
    }
    if found.country.len() != 2 || !found.country.is_ascii() {
        found.country.clear();
        if found.city.is_empty() {
            found.city = text.into_owned();
        }
    }
    found.country.make_ascii_uppercase();
    found
}

/// The device: an object, or columns of their own.
pub fn device(row: &Row<'_, Field>) -> Device {
    let (mut id, mut system, mut browser) = (String::new(), String::new(), String::new());
    let (mut compliant, mut managed, mut join) = (String::new(), String::new(), String::new());
    let of_object = |value: Value<'_>| {
        let _ = value.members(|key, value| match key {
            "deviceId" => id = text_of(value),
            "operatingSystem" => system = text_of(value),
            "browser" => browser = text_of(value),
            "isCompliant" => compliant = text_of(value),
            "isManaged" => managed = text_of(value),
            "trustType" => join = text_of(value),
            _ => {}
        });
    };
    if row.nested(Field::Device, of_object).is_none() {
        id = row.text(Field::DeviceId).into_owned();
        system = row.text(Field::System).into_owned();
        browser = row.text(Field::Browser).into_owned();
        compliant = row.text(Field::Compliant).into_owned();
        managed = row.text(Field::Managed).into_owned();
        join = row.text(Field::JoinType).into_owned();
    }
    let said = |text: &str, word: &'static str| {
        if text.eq_ignore_ascii_case("true") || text.eq_ignore_ascii_case("yes") {
            word
        } else {
            ""
        }
    };
    Device {
        trust: joined(
            &[
                &join,
                said(&compliant, "compliant"),
                said(&managed, "managed"),
            ],
            ", ",
        ),
        id: id.to_ascii_lowercase(),
        platform: joined(&[&system, &browser], " "),
    }
}

/// The status object, where the record has one.
pub fn status(row: &Row<'_, Field>) -> Status {
    let of_object = |value: Value<'_>| {
        let mut status = Status::default();
        let _ = value.members(|key, value| match key {
            "errorCode" => status.code = text_of(value),
            "failureReason" => status.reason = text_of(value),
            _ => {}
        });
        status
    };
    row.nested(Field::Status, of_object).unwrap_or_default()
}

/// The steps of authentication, where the record lists them.
pub fn steps(row: &Row<'_, Field>) -> Steps {
    let mut steps = Steps::default();
    row.nested(Field::Steps, |value| {
        let _ = value.elements(|step| take_step(step, &mut steps));
    });
    let method = row.text(Field::FactorMethod);
    let result = row.text(Field::FactorResult);
    if !(method.is_empty() && result.is_empty()) {
        steps.listed.push(joined(&[&method, &result], ": "));
    }
    steps
}

fn take_step(step: Value<'_>, steps: &mut Steps) {
    let (mut method, mut detail) = (String::new(), String::new());
    let (mut result, mut succeeded) = (String::new(), None);
    let _ = step.members(|key, value| match key {
        "authenticationMethod" => method = text_of(value),
        "authenticationMethodDetail" => detail = text_of(value),
        "authenticationStepResultDetail" => result = text_of(value),
        "succeeded" => succeeded = value.boolean(),
        _ => {}
    });
    if method.eq_ignore_ascii_case("password") && succeeded == Some(true) {
        steps.password = true;
    }
    if method.eq_ignore_ascii_case("previously satisfied")
        || method.eq_ignore_ascii_case("satisfied by token")
    {
        steps.by_token = true;
    }
    if steps.listed.len() < STEPS_MAX {
        let word = match succeeded {
            Some(true) => "succeeded",
            Some(false) => "failed",
            None => "",
        };
        let head = joined(&[&method, &detail, word], ", ");
        steps.listed.push(joined(&[&head, &result], ": "));
    }
}

/// The words of a list, which may be a JSON array, JSON in a string, or text with commas.
pub fn list(row: &Row<'_, Field>, field: Field) -> Vec<String> {
    let mut words = Vec::new();
    let nested = row.nested(field, |value| {
        let _ = value.elements(|word| words.push(text_of(word)));
    });
    if nested.is_none() {
        let text = row.text(field);
        words.extend(text.split([',', ';']).map(|word| word.trim().to_owned()));
    }
    words.retain(|word| !word.is_empty());
    words.truncate(STEPS_MAX);
    words
}
