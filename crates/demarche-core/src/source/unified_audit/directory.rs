//! The directory: consents, permissions, applications, secrets, roles, federation, factors.

use std::borrow::Cow;

use crate::event::event::{Event, Text};
use crate::event::kind::Kind;
use crate::event::words;
use crate::record::json::{Value, ValueKind};
use crate::source::token_id::is_guid;
use crate::source::unified_audit::identity::id_and_type;
use crate::source::unified_audit::keys::{Fields, Key, text_of};
use crate::source::unified_audit::record::{detail, parameter};

/// Reads the particulars of a directory record (semantics §2.9).
pub fn read<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    additional(fields, event);
    particulars(Target::of(fields), &Changes::of(fields), event);
}

/// Tells what a directory operation was done to and what it changed, in whatever export.
pub fn particulars<'a>(target: Target<'a>, changes: &Changes<'a>, event: &mut Event<'a>) {
    match event.kind {
        Kind::Consented => consent(&target, changes, event),
        Kind::PermissionGranted | Kind::PermissionRemoved => grant(&target, changes, event),
        Kind::SecretAdded => secret(&target, changes, event),
        Kind::RoleGranted | Kind::RoleRemoved => {
            let names = ["Role.DisplayName", "Role.WellKnownObjectName"].map(|n| changes.now(n));
            let name = names.into_iter().find(|name| !name.is_empty());
            detail(event, words::RIGHT, name.unwrap_or_default());
            parameter(event, "Role.TemplateId", &changes.now("Role.TemplateId"));
            target.tell(event);
        }
        Kind::ApplicationAdded | Kind::ApplicationChanged | Kind::ApplicationRemoved => {
            application(&target, changes, event);
        }
        Kind::Other => target.tell(event),
        _ => {
            target.tell(event);
            changes.dump(event);
        }
    }
}

/// What stands for an agent where the issuer of tokens wrote the change for a person.
pub const ISSUER_ITSELF: &str = "EvoSTS";

/// Agent and application id within `additionalDetails`: an object in a string.
fn additional<'a>(fields: &Fields<'a>, event: &mut Event<'a>) {
    fields.pairs(Key::ExtendedProperties, |name, value| {
        if !name.eq_ignore_ascii_case("additionalDetails") {
            return;
        }
        let _ = Value::of(&value).members(|key, value| {
            let text = || Cow::Owned(text_of(value).into_owned());
            match key {
                // The issuer's own name, on what a person agreed to at its prompt: no client.
                "User-Agent" if text() == ISSUER_ITSELF => {}
                "User-Agent" => event.client.agent = text(),
                "AppId" => detail(event, words::APP_ID, app_id_within(text())),
                _ => {}
            }
        });
    });
}

/// What a record is about: its target list, by type (semantics §1.11).
#[derive(Default)]
pub struct Target<'a> {
    /// Display name.
    pub name: Text<'a>,
    /// Name of the account.
    pub account: Text<'a>,
    /// Id of the application.
    pub app_id: Text<'a>,
    /// Object id of the service principal.
    pub principal: Text<'a>,
    /// Object id of anything else.
    pub object: Text<'a>,
}

impl<'a> Target<'a> {
    fn of(fields: &Fields<'a>) -> Target<'a> {
        let mut target = Target::default();
        let Some(list) = fields.value(Key::Target) else {
            return target;
        };
        let _ = list.elements(|entry| {
            let (id, kind) = id_and_type(entry);
            match kind {
                1 => target.name = id,
                4 => target.app_id = app_id_within(id),
                5 => target.account = id,
                2 => {
                    if let Some(object) = id.strip_prefix("ServicePrincipal_") {
                        target.principal = Cow::Owned(object.to_owned());
                    } else if target.object.is_empty() && is_guid(&id) {
                        target.object = id;
                    }
                }
                _ => {}
            }
        });
        target
    }

    /// Names the target as details.
    fn tell(self, event: &mut Event<'a>) {
        if event.object.is_empty() {
            event.object = self.object;
        }
        detail(event, words::NAME, self.name);
        detail(event, words::TARGET, self.account);
        if event.detail(words::APP_ID).is_empty() {
            detail(event, words::APP_ID, self.app_id);
        }
        detail(event, words::PRINCIPAL_ID, self.principal);
    }
}

/// The application's id among the names of a service principal: separated by semicolons, a list
/// in a text, or part of an address. Names without any id name no application by it.
pub fn app_id_within(names: Text<'_>) -> Text<'_> {
    const LETTERS: usize = 36;
    if is_guid(&names) {
        return names;
    }
    let found = (0..names.len())
        .filter_map(|at| names.get(at..at + LETTERS))
        .find(|part| is_guid(part))
        .map(str::to_owned);
    Cow::Owned(found.unwrap_or_default())
}

/// Changed properties: name, new value, old value.
#[derive(Default)]
pub struct Changes<'a>(pub Vec<(Text<'a>, Text<'a>, Text<'a>)>);

impl<'a> Changes<'a> {
    fn of(fields: &Fields<'a>) -> Changes<'a> {
        let mut out = Vec::new();
        let Some(list) = fields.value(Key::ModifiedProperties) else {
            return Changes(out);
        };
        if list.kind() == ValueKind::Object {
            // Flattened by name: {"name": {"NewValue": …, "OldValue": …}}.
            let _ = list.members(|name, value| {
                let (_, new, old) = change_of(value);
                out.push((Cow::Owned(name.to_owned()), new, old));
            });
        } else {
            let _ = list.elements(|element| out.push(change_of(element)));
        }
        Changes(out)
    }

    /// The values of a property, new and old, as they stand.
    fn raw(&self, name: &str) -> (Text<'a>, Text<'a>) {
        let found = self.0.iter().find(|(n, _, _)| is_named(n, name));
        found.map_or_else(Default::default, |(_, new, old)| (new.clone(), old.clone()))
    }

    /// The value a property has now, out of `["…"]` where it is wrapped so.
    fn now(&self, name: &str) -> Text<'a> {
        unwrapped(&self.raw(name).0)
    }

    /// The value a property had before.
    fn before(&self, name: &str) -> Text<'a> {
        unwrapped(&self.raw(name).1)
    }

    /// Keeps all new values, and that an old one went.
    fn dump(&self, event: &mut Event<'a>) {
        for (name, new, old) in &self.0 {
            let new = unwrapped(new);
            if new.is_empty() && !unwrapped(old).is_empty() {
                parameter(event, name, "(removed)");
            } else {
                parameter(event, name, &new);
            }
        }
    }
}

fn change_of(element: Value<'_>) -> (Text<'_>, Text<'_>, Text<'_>) {
    let mut out = (Cow::Borrowed(""), Cow::Borrowed(""), Cow::Borrowed(""));
    let _ = element.members(|key, value| match key {
        "Name" => out.0 = text_of(value),
        "NewValue" => out.1 = text_of(value),
        "OldValue" => out.2 = text_of(value),
        _ => {}
    });
    out
}

/// Whether two names are one: flattening writes `_` for `.`, and case is never relied on.
fn is_named(name: &str, wanted: &str) -> bool {
    let same = |(a, b): (u8, u8)| a.eq_ignore_ascii_case(&b) || (a == b'_' && b == b'.');
    name.len() == wanted.len() && name.bytes().zip(wanted.bytes()).all(same)
}

/// A value out of `["value"]`, as the directory writes single values (JSON in a string).
fn unwrapped<'a>(text: &Text<'a>) -> Text<'a> {
    if !text.starts_with('[') {
        return text.clone();
    }
    let (mut only, mut n_elements) = (None, 0);
    let whole = Value::of(text).elements(|element| {
        n_elements += 1;
        if !matches!(element.kind(), ValueKind::Array | ValueKind::Object) {
            only = Some(text_of(element).into_owned());
        }
    });
    match (whole.is_ok(), n_elements, only) {
        (true, 0, _) => Cow::Borrowed(""),
        (true, 1, Some(only)) => Cow::Owned(only),
        _ => text.clone(),
    }
}

/// A consent: which application, which scopes, how far it reaches.
fn consent<'a>(target: &Target<'a>, changes: &Changes<'a>, event: &mut Event<'a>) {
    detail(event, words::NAME, target.name.clone());
    if event.detail(words::APP_ID).is_empty() {
        detail(event, words::APP_ID, target.app_id.clone());
    }
    detail(event, words::PRINCIPAL_ID, target.principal.clone());
    // `[] => [[…]]; ` is no JSON, though it begins as an empty list.
    let (permissions, _) = changes.raw("ConsentAction.Permissions");
    let (before, granted) = permissions
        .split_once("=>")
        .unwrap_or(("", permissions.as_ref()));
    let tenant =
        grants_of(granted).any(|grant| value_after(grant, "ConsentType:") == "AllPrincipals");
    for grant in grants_of(granted) {
        let account = value_after(grant, "PrincipalId:");
        if is_guid(account)
            && !event
                .details_of(words::TARGET)
                .any(|known| known == account)
        {
            detail(event, words::TARGET, Cow::Owned(account.to_owned()));
        }
    }
    for scope in new_scopes(before, granted) {
        detail(event, words::SCOPE, Cow::Owned(scope.to_owned()));
    }
    let is = |name: &str| changes.now(name).eq_ignore_ascii_case("true");
    let tenant = tenant || is("ConsentContext.OnBehalfOfAll") || is("ConsentContext.IsAppOnly");
    detail(event, words::REACH, reach(tenant));
    parameter(
        event,
        "IsAdminConsent",
        &changes.now("ConsentContext.IsAdminConsent"),
    );
}

/// The grants of one side of `[[Id: …, Scope: …], […]] => [[…]]`.
fn grants_of(side: &str) -> impl Iterator<Item = &str> {
    side.split(']').filter(|grant| grant.contains("Scope:"))
}

/// Scopes that were not granted before; all of them where none is new.
///
/// The list holds every grant of the application, the old ones too.
fn new_scopes<'t>(before: &'t str, granted: &'t str) -> Vec<&'t str> {
    let scopes = |side: &'t str| {
        let mut out = Vec::new();
        for scope in grants_of(side).flat_map(|g| value_after(g, "Scope:").split_whitespace()) {
            if !out.contains(&scope) {
                out.push(scope);
            }
        }
        out
    };
    let (old, all) = (scopes(before), scopes(granted));
    let new: Vec<&str> = all.iter().copied().filter(|s| !old.contains(s)).collect();
    if new.is_empty() { all } else { new }
}

fn reach(tenant: bool) -> Text<'static> {
    Cow::Borrowed(if tenant { "tenant" } else { "account" })
}

/// The value behind a key in `Key: value, Key: value`; scopes are separated by spaces, so a value
/// ends at the comma.
fn value_after<'t>(text: &'t str, key: &str) -> &'t str {
    text.split_once(key)
        .map_or("", |(_, rest)| rest.split(',').next().unwrap_or("").trim())
}

/// A permission given to or taken from an application or account.
///
/// The target is the resource; the application that was let in is among the changed properties.
fn grant<'a>(target: &Target<'a>, changes: &Changes<'a>, event: &mut Event<'a>) {
    event.application.resource = target.app_id.clone();
    detail(
        event,
        words::NAME,
        changes.now("ServicePrincipal.DisplayName"),
    );
    detail(event, words::APP_ID, changes.now("ServicePrincipal.AppId"));
    detail(
        event,
        words::PRINCIPAL_ID,
        changes.now("ServicePrincipal.ObjectID"),
    );
    detail(event, words::TARGET, changes.now("User.UPN"));
    let scope = "DelegatedPermissionGrant.Scope";
    let mut scopes = changes.now(scope);
    if scopes.is_empty() {
        scopes = changes.before(scope);
    }
    for one in scopes.split_whitespace() {
        detail(event, words::SCOPE, Cow::Owned(one.to_owned()));
    }
    let role = changes.now("AppRole.Value");
    let to_application = !changes.now("ServicePrincipal.ObjectID").is_empty();
    let consent_type = changes.now("DelegatedPermissionGrant.ConsentType");
    let to_account = !changes.now("User.ObjectID").is_empty();
    if to_account {
        // An account was assigned to an application: the target is that application.
        detail(event, words::NAME, target.name.clone());
        detail(event, words::APP_ID, target.app_id.clone());
        detail(event, words::PRINCIPAL_ID, target.principal.clone());
        event.application.resource = Cow::Borrowed("");
    }
    if !role.is_empty() {
        detail(event, words::SCOPE, role);
        detail(event, words::REACH, reach(to_application && !to_account));
    } else if !consent_type.is_empty() {
        detail(event, words::REACH, reach(consent_type == "AllPrincipals"));
    }
}

/// A secret or certificate: which keys came, which went.
fn secret<'a>(target: &Target<'a>, changes: &Changes<'a>, event: &mut Event<'a>) {
    let (new, old) = changes.raw("KeyDescription");
    let (new, old) = (keys_of(&new), keys_of(&old));
    let came: Vec<&String> = new.iter().filter(|key| !old.contains(key)).collect();
    let went = old.iter().any(|key| !new.contains(key));
    if came.is_empty() {
        event.kind = if went {
            Kind::SecretRemoved
        } else {
            Kind::ApplicationChanged
        };
    }
    let told = if came.is_empty() {
        old.iter().filter(|key| !new.contains(key)).collect()
    } else {
        came
    };
    for key in told {
        detail(
            event,
            words::KEY_ID,
            Cow::Owned(value_of_key(key, "KeyIdentifier=")),
        );
        parameter(event, "KeyType", &value_of_key(key, "KeyType="));
        parameter(event, "KeyName", &value_of_key(key, "DisplayName="));
    }
    detail(event, words::NAME, target.name.clone());
    if event.detail(words::APP_ID).is_empty() {
        detail(event, words::APP_ID, target.app_id.clone());
    }
    detail(event, words::PRINCIPAL_ID, target.principal.clone());
}

/// The keys of `["[KeyIdentifier=…,KeyType=…,KeyUsage=…,DisplayName=…]", …]`.
fn keys_of(list: &str) -> Vec<String> {
    let mut out = Vec::new();
    let _ = Value::of(list).elements(|element| {
        let text = text_of(element);
        if text.contains("KeyIdentifier=") {
            out.push(text.trim_matches(['[', ']']).to_owned());
        }
    });
    out
}

fn value_of_key(key: &str, name: &str) -> String {
    key.split_once(name)
        .map_or("", |(_, rest)| rest.split(',').next().unwrap_or(""))
        .trim()
        .to_owned()
}

/// An application that was added, changed or removed, or given an owner.
fn application<'a>(target: &Target<'a>, changes: &Changes<'a>, event: &mut Event<'a>) {
    let of_owner = changes.now("Application.DisplayName");
    detail(
        event,
        words::NAME,
        if of_owner.is_empty() {
            target.name.clone()
        } else {
            of_owner
        },
    );
    detail(event, words::TARGET, target.account.clone());
    if event.detail(words::APP_ID).is_empty() {
        let ids = [
            "Application.AppId",
            "AppId",
            "AppPrincipalId",
            "ServicePrincipal.AppId",
        ];
        let stated = ids.map(|name| changes.now(name));
        let first = stated.into_iter().find(|id| is_guid(id));
        detail(
            event,
            words::APP_ID,
            first.unwrap_or_else(|| target.app_id.clone()),
        );
    }
    detail(event, words::PRINCIPAL_ID, target.principal.clone());
    for name in ["ReplyUrl", "AppAddress", "RequiredResourceAccess"] {
        parameter(event, name, &changes.raw(name).0);
    }
}
