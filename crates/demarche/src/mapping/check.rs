//! Turns a mapping file as written into values, or says what is wrong with it.

use std::sync::Arc;

use demarche_core::coverage::facts::Issuer;
use demarche_core::event::kind::{Kind, Outcome};
use demarche_core::source::{cards, mapped};
use demarche_core::vocab::card::{Card, Stream};
use demarche_core::vocab::given::Assumed;
use demarche_core::vocab::mapping::{Clock, Layout, Mapping, Pattern, Role, Rule, TimeForm};
use demarche_store::intake::told::Mapped;

use super::issuer;
use super::written::{Written, WrittenLog, WrittenTime};

/// The longest name of a mapping.
const NAME_BYTES_MAX: usize = 40;

/// Checks all that can be checked before a log is opened.
pub(super) fn checked(
    place: &str,
    written: &Written,
) -> Result<(Option<Mapped>, Option<Issuer>), String> {
    name(&written.name)?;
    if let Some(source) = &written.matching.source {
        return stated_only(place, written, source).map(|issuer| (None, Some(issuer)));
    }
    let (Some(log), Some(time)) = (&written.log, &written.time) else {
        return Err("expected [log] and [time], or [match] with source".to_owned());
    };
    let layout = layout(log)?;
    matching(written, &layout)?;
    let mut fields = Vec::new();
    let clock = clock(time, &mut fields)?;
    let roles = roles(written, &mut fields)?;
    let rules = rules(written, &mut fields)?;
    groups(&layout, &fields)?;
    let card = card(place, written, &rules);
    let statement = written
        .issuer
        .as_ref()
        .map(|said| issuer::checked(place, card.name, said))
        .transpose()?;
    let issues = rules.iter().any(|rule| rule.stream == Stream::Issuance);
    if statement.is_some() && !issues {
        return Err("[issuer] is stated, and no [[record]] has kind = \"token-issued\"".to_owned());
    }
    let has_token = roles.iter().any(|(role, _)| *role == Role::Token);
    if statement.is_some() && !has_token {
        return Err("[issuer] is stated, and [fields] names no token".to_owned());
    }
    let form = format!("mapping/{}", written.name);
    // One form and one card for each mapping of a run: they live as long as it does.
    let form: &'static str = Box::leak(form.into_boxed_str());
    let mapping = Mapping {
        card,
        layout,
        fields,
        clock,
        roles,
        domain: written.account_domain.trim().to_lowercase(),
        rules,
    };
    let mapped = Mapped {
        files: written.matching.files.clone(),
        keys: written.matching.keys.clone(),
        mapping: Arc::new(mapping),
        form: Box::leak(Box::new(mapped::form(form, card))),
    };
    Ok((Some(mapped), statement))
}

fn name(name: &str) -> Result<(), String> {
    let plain = name
        .bytes()
        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
    if name.is_empty() || name.len() > NAME_BYTES_MAX || !plain {
        return Err(format!(
            "name {name:?}: expected at most {NAME_BYTES_MAX} small letters, digits and hyphens"
        ));
    }
    if cards().iter().any(|card| card.name == name) {
        return Err(format!("name {name:?}: a source known here is called so"));
    }
    Ok(())
}

/// A file that only states something of a log known here.
fn stated_only(place: &str, written: &Written, source: &str) -> Result<Issuer, String> {
    let described = written.log.is_some()
        || written.time.is_some()
        || !written.fields.is_empty()
        || !written.record.is_empty();
    if described {
        return Err("[match] names a source known here: it is read as it is, and only [issuer] may be stated".to_owned());
    }
    let Some(card) = cards().into_iter().find(|card| card.name == source) else {
        return Err(format!("match.source {source:?}: no source is called so"));
    };
    if !card.streams.contains(&Stream::Issuance) {
        return Err(format!(
            "match.source {source:?}: it is no log of a token issuer"
        ));
    }
    match &written.issuer {
        Some(said) => issuer::checked(place, card.name, said),
        None => Err("[match] names a source known here, and no [issuer] is stated".to_owned()),
    }
}

fn layout(log: &WrittenLog) -> Result<Layout, String> {
    match (log.form.as_str(), &log.expression) {
        ("json-lines", None) => Ok(Layout::Json),
        ("csv", None) => Ok(Layout::Csv),
        ("expression", Some(text)) => Pattern::of(text)
            .map(Layout::Lines)
            .map_err(|fault| format!("log.expression: {fault}")),
        ("expression", None) => Err("log.expression is missing".to_owned()),
        ("json-lines" | "csv", Some(_)) => {
            Err("log.expression is only for log.form = \"expression\"".to_owned())
        }
        (other, _) => Err(format!(
            "log.form {other:?}: expected json-lines, csv or expression"
        )),
    }
}

fn matching(written: &Written, layout: &Layout) -> Result<(), String> {
    let (files, keys) = (&written.matching.files, &written.matching.keys);
    if files.iter().chain(keys).any(|text| text.trim().is_empty()) {
        return Err("match: an empty text names nothing".to_owned());
    }
    match layout {
        Layout::Lines(_) if !keys.is_empty() => Err(
            "match.keys: lines have no keys; name files, or nothing to have the expression decide"
                .to_owned(),
        ),
        Layout::Lines(_) => Ok(()),
        _ if files.is_empty() && keys.is_empty() => {
            Err("match: name files, keys or both".to_owned())
        }
        _ => Ok(()),
    }
}

/// The place of a field among those used.
fn place_of(name: &str, fields: &mut Vec<String>) -> Result<usize, String> {
    let name = name.trim();
    if name.is_empty() {
        return Err("a field has an empty name".to_owned());
    }
    if let Some(place) = fields.iter().position(|known| known == name) {
        return Ok(place);
    }
    fields.push(name.to_owned());
    Ok(fields.len() - 1)
}

fn clock(time: &WrittenTime, fields: &mut Vec<String>) -> Result<Clock, String> {
    let form = match time.form.as_str() {
        "" | "text" => TimeForm::Text,
        "epoch-seconds" => TimeForm::EpochSeconds,
        "epoch-millis" => TimeForm::EpochMillis,
        other => {
            return Err(format!(
                "time.form {other:?}: expected text, epoch-seconds or epoch-millis"
            ));
        }
    };
    let said = [("year", &time.year), ("zone", &time.zone)];
    let said: Vec<String> = said
        .iter()
        .filter_map(|(name, value)| value.as_ref().map(|value| format!("{name}={value}")))
        .collect();
    let assumed = match said.is_empty() {
        true => Assumed::default(),
        false => Assumed::parse(&said.join(",")).map_err(|why| format!("time: {why}"))?,
    };
    Ok(Clock {
        field: place_of(&time.field, fields)?,
        form,
        assumed,
    })
}

fn roles(written: &Written, fields: &mut Vec<String>) -> Result<Vec<(Role, usize)>, String> {
    let mut roles = Vec::new();
    for (word, names) in &written.fields {
        let Some(role) = Role::ALL.into_iter().find(|role| role.word() == word) else {
            let known: Vec<&str> = Role::ALL.iter().map(|role| role.word()).collect();
            return Err(format!(
                "fields.{word}: expected one of {}",
                known.join(", ")
            ));
        };
        for name in names.texts() {
            roles.push((role, place_of(name, fields)?));
        }
    }
    let names_account = roles
        .iter()
        .any(|(role, _)| matches!(role, Role::Account | Role::AccountId));
    if !names_account {
        return Err(
            "fields: expected account or account_id: without it nothing can be judged".to_owned(),
        );
    }
    Ok(roles)
}

fn rules(written: &Written, fields: &mut Vec<String>) -> Result<Vec<Rule>, String> {
    let mut rules = Vec::new();
    for (number, rule) in written.record.iter().enumerate() {
        let at = format!("record {}", number + 1);
        let Some(kind) = Kind::from_word(&rule.kind) else {
            let known: Vec<&str> = Kind::ALL.iter().map(|kind| kind.word()).collect();
            return Err(format!(
                "{at}: kind {:?}: expected one of {}",
                rule.kind,
                known.join(", ")
            ));
        };
        let outcome = match rule.outcome.as_str() {
            "" => Outcome::Succeeded,
            word => Outcome::ALL
                .into_iter()
                .find(|outcome| outcome.word() == word)
                .ok_or_else(|| {
                    let known: Vec<&str> = Outcome::ALL.iter().map(|o| o.word()).collect();
                    format!(
                        "{at}: outcome {word:?}: expected one of {}",
                        known.join(", ")
                    )
                })?,
        };
        let mut when = Vec::new();
        for (field, values) in &rule.when {
            when.push((place_of(field, fields)?, values.texts().to_vec()));
        }
        rules.push(Rule {
            when,
            kind: kind.word(),
            outcome: outcome.word(),
            stream: mapped::stream_of(kind),
        });
    }
    if rules.is_empty() {
        return Err(
            "expected at least one [[record]]: which records, and what they are".to_owned(),
        );
    }
    Ok(rules)
}

/// Every field must be a group of the expression.
fn groups(layout: &Layout, fields: &[String]) -> Result<(), String> {
    let Layout::Lines(pattern) = layout else {
        return Ok(());
    };
    let groups: Vec<&str> = pattern.groups().collect();
    match fields
        .iter()
        .find(|field| !groups.contains(&field.as_str()))
    {
        None => Ok(()),
        Some(field) => Err(format!(
            "the expression has no group (?<{field}>…); it has {}",
            groups.join(", ")
        )),
    }
}

fn card(place: &str, written: &Written, rules: &[Rule]) -> &'static Card {
    let leaked = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    let mut streams: Vec<Stream> = rules.iter().map(|rule| rule.stream).collect();
    streams.sort_unstable();
    streams.dedup();
    let title = match written.title.trim() {
        "" => format!("the log described as {}", written.name),
        title => title.to_owned(),
    };
    Box::leak(Box::new(Card {
        name: leaked(written.name.clone()),
        title: leaked(title),
        spec: leaked(format!("mapping file {place}")),
        streams: Box::leak(streams.into_boxed_slice()),
        delay_minutes_max: 0,
        retention: &[],
        row_caps: &[],
        export: "",
        realm: "",
        needed_for: "",
        cannot_tell: &[
            "It is read as its user describes it: what the description leaves out is not known here.",
        ],
        splits: false,
        relays: &[],
    }))
}
