//! Administration by commands: rules, forwarding, permissions, auditing, searches, exports.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::Kind;
use crate::event::words;
use crate::record::json::ValueKind;
use crate::source::unified_audit::keys::{Fields, Key};
use crate::source::unified_audit::record::{detail, parameter};

/// Reads the particulars of an administration record (semantics §2.6, §2.7).
///
/// # Gaps
/// The event is that of the command's first meaning; [`further`] hands over the others.
pub fn read<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    let parameters = parameters(fields);
    let of = |name: &str| {
        parameters
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, value)| value)
    };
    let operation = event.operation.to_ascii_lowercase();
    match operation.as_str() {
        "set-mailbox" => set_mailbox(&parameters, event),
        "set-mailboxauditbypassassociation" => switched(event, of("AuditBypassEnabled"), true),
        "set-organizationconfig" => switched(event, of("AuditDisabled"), true),
        "set-adminauditlogconfig" => {
            switched(event, of("UnifiedAuditLogIngestionEnabled"), false);
        }
        _ => {}
    }
    if event.kind == Kind::RoleGranted && lets_act_as_all(&parameters) {
        detail(event, words::REACH, Cow::Borrowed("tenant"));
    }
    let rule = of("Name").cloned();
    event.store.name = match event.kind {
        Kind::RuleSet | Kind::RuleRemoved => mailbox_named(event, of("Mailbox"), rule.as_deref()),
        _ if is_of_mailbox(event.kind, &operation) => {
            mailbox_named(event, of("Identity").or(of("Mailbox")), None)
        }
        _ => Cow::Borrowed(""),
    };
    if matches!(event.kind, Kind::Other | Kind::MailboxChanged) {
        // Provisioning writes thousands of these with dozens of parameters: the name is enough.
        return;
    }
    if event.object.is_empty() {
        event.object = rule.or(of("Identity").cloned()).unwrap_or_default();
    }
    for (name, value) in &parameters {
        if !worded(name, value, event) {
            parameter(event, name, value);
        }
    }
}

/// Whether a role lets whoever has it act as any owner of a mailbox (semantics §2.6), and nothing
/// narrows whose.
fn lets_act_as_all(parameters: &[(String, Text<'_>)]) -> bool {
    let acts_as = |list: &str| {
        let mut roles = list.split([';', ',']);
        roles.any(|role| alias(role).eq_ignore_ascii_case("ApplicationImpersonation"))
    };
    let mut given = parameters.iter();
    let mut narrowed = parameters.iter();
    given.any(|(name, value)| matches!(name.as_str(), "Role" | "Roles") && acts_as(value))
        && !narrowed.any(|(name, value)| name.ends_with("WriteScope") && !value.is_empty())
}

/// Whether a command is about one mailbox.
fn is_of_mailbox(kind: Kind, operation: &str) -> bool {
    match kind {
        Kind::MailboxChanged
        | Kind::MailboxGranted
        | Kind::MailboxGrantRemoved
        | Kind::ForwardingSet
        | Kind::ForwardingRemoved => true,
        Kind::AuditDisabled | Kind::AuditEnabled => operation.starts_with("set-mailbox"),
        _ => matches!(operation, "set-casmailbox" | "new-mailboxexportrequest"),
    }
}

/// Parameters by name; compliance records write them as one text (semantics §2.7).
fn parameters<'a>(fields: &Fields<'a>) -> Vec<(String, Text<'a>)> {
    let mut out = Vec::new();
    let value = fields.value(Key::Parameters);
    if value.is_some_and(|value| value.kind() == ValueKind::Text) {
        let text = fields.text(Key::Parameters);
        for (name, value) in switches(&text) {
            out.push((name, Cow::Owned(value)));
        }
        if out.is_empty() && !text.is_empty() {
            out.push(("Parameters".to_owned(), text));
        }
    } else {
        fields.pairs(Key::Parameters, |name, value| {
            out.push((name.to_owned(), value))
        });
    }
    out
}

/// Reads `-Name "value" -Other value`.
fn switches(text: &str) -> Vec<(String, String)> {
    let (mut out, mut rest) = (Vec::new(), text.trim());
    while let Some(after) = rest.strip_prefix('-') {
        let end = after.find(char::is_whitespace).unwrap_or(after.len());
        let (name, value) = after.split_at(end);
        let (value, next) = match value.trim_start().strip_prefix('"') {
            Some(quoted) => quoted.split_once('"').unwrap_or((quoted, "")),
            None => value.split_at(value.find(" -").unwrap_or(value.len())),
        };
        out.push((name.to_owned(), value.trim().to_owned()));
        rest = next.trim_start();
    }
    out
}

/// What `Set-Mailbox` did, by the parameters it was given: the first of its meanings.
fn set_mailbox(parameters: &[(String, Text<'_>)], event: &mut Event<'_>) {
    if let Some(meaning) = meanings(parameters).into_iter().next() {
        meaning.put(event);
    }
}

/// One thing that a command did, with the fact that belongs to it.
struct Meaning {
    kind: Kind,
    fact: Option<(&'static str, String)>,
}

impl Meaning {
    fn put(self, event: &mut Event<'_>) {
        event.kind = self.kind;
        if let Some((word, value)) = self.fact {
            detail(event, word, Cow::Owned(value));
        }
    }
}

/// Everything one `Set-Mailbox` did: forwarding, auditing, and a right to send may stand in one
/// command.
fn meanings(parameters: &[(String, Text<'_>)]) -> Vec<Meaning> {
    let of = |name: &str| {
        parameters
            .iter()
            .find(|(n, _)| n == name)
            .map(|(_, v)| v.as_ref())
    };
    let mut all = Vec::new();
    let mut add = |kind: Kind, fact| all.push(Meaning { kind, fact });
    let forwarding = ["ForwardingSmtpAddress", "ForwardingAddress"].map(of);
    if forwarding.iter().flatten().any(|value| !value.is_empty()) {
        add(Kind::ForwardingSet, None);
    } else if forwarding.iter().any(Option::is_some) {
        add(Kind::ForwardingRemoved, None);
    }
    let actions = ["AuditOwner", "AuditDelegate", "AuditAdmin"].map(of);
    let limit = of("AuditLogAgeLimit");
    let audits = |on: bool| match on {
        true => Kind::AuditEnabled,
        false => Kind::AuditDisabled,
    };
    if let Some(value) = of("AuditEnabled") {
        let fact = Some((words::SETTING, value.to_ascii_lowercase()));
        add(audits(is_true(value)), fact);
    } else if limit.is_some() || actions.iter().any(Option::is_some) {
        let wider = limit.is_none_or(is_long) && actions.iter().flatten().all(|set| is_added(set));
        add(audits(wider), None);
    }
    if of("GrantSendOnBehalfTo").is_some_and(|value| !value.is_empty()) {
        add(
            Kind::MailboxGranted,
            Some((words::RIGHT, "SendOnBehalf".to_owned())),
        );
    }
    all
}

/// Hands over what else the command did, one event a meaning, behind the event of the first.
pub fn further<'a>(fields: &Fields<'a>, event: &Event<'a>, each: &mut dyn FnMut(&Event<'a>)) {
    if !event.operation.eq_ignore_ascii_case("set-mailbox") {
        return;
    }
    for meaning in meanings(&parameters(fields)).into_iter().skip(1) {
        let mut other = event.clone();
        // Where mail goes belongs to the forwarding alone.
        other
            .details
            .retain(|(name, _)| name != words::FORWARDS_TO && name != words::SETTING);
        meaning.put(&mut other);
        each(&other);
    }
}

/// Whether audit records are kept at least the default of 90 days (`90.00:00:00`).
fn is_long(limit: &str) -> bool {
    limit
        .split_once('.')
        .and_then(|(days, _)| days.trim().parse::<u32>().ok())
        .is_some_and(|days| days >= 90)
}

/// Whether a set of audited actions is only added to; a set that is replaced may lose defaults.
fn is_added(set: &str) -> bool {
    let lower = set.to_ascii_lowercase();
    lower.contains("add") && !lower.contains("remove")
}

/// A switch of auditing: `off_when` is the value that switches auditing off; without the
/// parameter the command did something else (semantics §2.6).
fn switched(event: &mut Event<'_>, value: Option<&Text<'_>>, off_when: bool) {
    let Some(value) = value else {
        event.kind = Kind::Other;
        return;
    };
    event.kind = if is_true(value) == off_when {
        Kind::AuditDisabled
    } else {
        Kind::AuditEnabled
    };
    detail(
        event,
        words::SETTING,
        Cow::Owned(value.to_ascii_lowercase()),
    );
}

fn is_true(value: &str) -> bool {
    value.eq_ignore_ascii_case("true") || value == "1"
}

/// The mailbox a command is about: a parameter, else what precedes the rule in the object.
///
/// # Shape
/// Directory paths end in the alias (`<forest>/…/<tenant>/mia\Rule name`); where the alias is the
/// first part of the actor's own name, the actor's name is the mailbox's.
fn mailbox_named<'a>(event: &Event<'a>, stated: Option<&Text<'a>>, rule: Option<&str>) -> Text<'a> {
    let named = match stated {
        Some(stated) if !stated.is_empty() => stated.as_ref(),
        _ => event.object.as_ref(),
    };
    let named = rule
        .and_then(|rule| named.strip_suffix(rule))
        .unwrap_or(named);
    let named = match (rule, stated) {
        (Some(_), _) | (None, None) => named.rsplit_once('\\').map_or(named, |(owner, _)| owner),
        _ => named,
    };
    let alias = named.rsplit('/').next().unwrap_or(named);
    let alias = alias
        .split(":\\")
        .next()
        .unwrap_or(alias)
        .trim_end_matches('\\');
    let own = event.actor.name.split('@').next().unwrap_or("");
    if alias.is_empty() || (!own.is_empty() && alias.eq_ignore_ascii_case(own)) {
        return event.actor.name.clone();
    }
    Cow::Owned(alias.to_owned())
}

/// Gives a parameter the word it has; `false` where it has none.
fn worded<'a>(name: &str, value: &Text<'a>, event: &mut Event<'a>) -> bool {
    let own = || Cow::Owned(value.to_string());
    match name {
        "Name" => detail(event, words::NAME, own()),
        "ForwardTo"
        | "ForwardAsAttachmentTo"
        | "RedirectTo"
        | "RedirectMessageTo"
        | "CopyTo"
        | "AddToRecipients"
        | "ForwardingSmtpAddress"
        | "ForwardingAddress"
        | "JournalEmailAddress" => each(event, words::FORWARDS_TO, value, address),
        "BlindCopyTo" => each(event, words::BLIND_COPIES_TO, value, address),
        "MoveToFolder" => detail(event, words::MOVES_TO, own()),
        "DeleteMessage" | "SoftDeleteMessage" if is_true(value) => {
            detail(event, words::DELETES, Cow::Borrowed("true"));
        }
        "MarkAsRead" if is_true(value) => {
            detail(event, words::MARKS_READ, Cow::Borrowed("true"));
        }
        "SubjectOrBodyContainsWords"
        | "SubjectContainsWords"
        | "BodyContainsWords"
        | "HeaderContainsWords"
        | "RecipientAddressContainsWords" => {
            each(event, words::MATCHES, value, str::trim);
        }
        "From" | "FromAddressContainsWords" => each(event, words::SENDER, value, address),
        "User"
        | "Trustee"
        | "GrantSendOnBehalfTo"
        | "Member"
        | "Members"
        | "SecurityGroup"
        | "App"
        | "Delegate" => each(event, words::TRUSTEE, value, alias),
        "AccessRights" | "Role" | "Roles" => each(event, words::RIGHT, value, str::trim),
        "AutoForwardEnabled" | "AutoForwardingMode" => detail(event, words::SETTING, own()),
        "ContentMatchQuery" | "SearchQuery" | "Query" => detail(event, words::QUERY, own()),
        _ => return false,
    }
    true
}

/// Adds each part of a list separated by semicolons.
fn each(event: &mut Event<'_>, word: &'static str, list: &str, part: fn(&str) -> &str) {
    for entry in list.split(';') {
        detail(event, word, Cow::Owned(part(entry).to_owned()));
    }
}

/// The address within `smtp:a@b`, `"Name" [SMTP:a@b]` or `a@b`.
fn address(text: &str) -> &str {
    let text = text.trim();
    let inner = text
        .rsplit_once('[')
        .and_then(|(_, inner)| inner.strip_suffix(']'))
        .unwrap_or(text);
    match inner.split_once(':') {
        Some((scheme, address)) if scheme.eq_ignore_ascii_case("smtp") => address,
        _ => inner,
    }
}

/// The last step of a directory path.
fn alias(text: &str) -> &str {
    text.trim().rsplit('/').next().unwrap_or("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_and_switches_are_read() {
        assert_eq!(address(" smtp:ex@example.net"), "ex@example.net");
        assert_eq!(address("\"A B\" [SMTP:a@example.net]"), "a@example.net");
        assert_eq!(address("a@example.net"), "a@example.net");
        assert_eq!(
            switches("-Name \"a -b\" -Force -Query x y -Z"),
            [
                ("Name".to_owned(), "a -b".to_owned()),
                ("Force".to_owned(), String::new()),
                ("Query".to_owned(), "x y".to_owned()),
                ("Z".to_owned(), String::new()),
            ]
        );
    }
}
