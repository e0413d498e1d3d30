//! What an audited change of roles, rights, settings or objects is in our words.

use crate::event::kind::Kind;
use crate::source::postgresql::audit::Audit;
use crate::source::postgresql::statement::{first_word, has_word, word_behind};

/// The kind of a change, and the object it is about.
pub fn kind_of(audit: &Audit) -> (Kind, String) {
    let statement = audit.statement.as_str();
    if let Some(kind) = audit_setting(statement) {
        return (kind, "audit trail".to_owned());
    }
    let named = if audit.object.is_empty() {
        word_behind(
            statement,
            &[
                "role",
                "user",
                "group",
                "database",
                "server",
                "subscription",
                "publication",
            ],
        )
    } else {
        audit.object.clone()
    };
    let kind = match audit.command.as_str() {
        "GRANT" | "GRANT ROLE" => return (Kind::RoleGranted, word_behind(statement, &["to"])),
        "REVOKE" | "REVOKE ROLE" => return (Kind::RoleRemoved, word_behind(statement, &["from"])),
        "CREATE ROLE" | "CREATE USER" => Kind::AccountAdded,
        "DROP ROLE" | "DROP USER" => Kind::AccountRemoved,
        "ALTER ROLE" | "ALTER USER" => altered_role(statement),
        "CREATE SUBSCRIPTION"
        | "CREATE PUBLICATION"
        | "CREATE SERVER"
        | "CREATE USER MAPPING"
        | "ALTER SUBSCRIPTION"
        | "ALTER PUBLICATION" => Kind::AccessPathChanged,
        "INSERT" | "COPY" | "COPY FROM" => Kind::ItemCreated,
        "UPDATE" | "MERGE" => Kind::ItemUpdated,
        "DELETE" | "TRUNCATE" | "TRUNCATE TABLE" => Kind::ItemsDeleted,
        _ => Kind::Other,
    };
    (kind, named)
}

fn altered_role(statement: &str) -> Kind {
    const RIGHTS: &[&str] = &[
        "superuser",
        "createrole",
        "createdb",
        "replication",
        "bypassrls",
        "login",
    ];
    if has_word(statement, "password") {
        Kind::PasswordChanged
    } else if RIGHTS.iter().any(|right| has_word(statement, right)) {
        Kind::RoleGranted
    } else {
        Kind::AccountChanged
    }
}

/// A change of what is logged: switched off, switched on, or otherwise.
///
/// # Gaps
/// Only what the statement itself says. A value that is neither all nor nothing is a change of
/// policy: whether it narrows depends on what stood before.
pub fn audit_setting(statement: &str) -> Option<Kind> {
    const WATCHED: &[&str] = &[
        "pgaudit.log",
        "log_connections",
        "log_disconnections",
        "log_statement",
        "logging_collector",
    ];
    if first_word(statement) == "drop" && has_word(statement, "pgaudit") {
        return Some(Kind::AuditDisabled);
    }
    let first = first_word(statement);
    if !matches!(first.as_str(), "set" | "alter" | "reset") {
        return None;
    }
    let name = WATCHED.iter().find(|name| has_word(statement, name))?;
    let lower = statement.to_lowercase();
    let (_, behind) = lower.split_once(name)?;
    let value = behind.trim_start_matches([' ', '=', '\t', '\n']);
    let value = value.strip_prefix("to ").unwrap_or(value).trim_start();
    let value = value.trim_matches(['\'', '"', ';', ' ']);
    let is = |words: &[&str]| words.iter().any(|word| value.starts_with(word));
    Some(
        if first != "reset" && (value.is_empty() || is(&["none", "off", "false", "0", "no"])) {
            Kind::AuditDisabled
        } else if is(&["all", "on", "true", "1"]) {
            Kind::AuditEnabled
        } else {
            Kind::PolicyChanged
        },
    )
}

#[cfg(test)]
mod tests {
    use super::{audit_setting, kind_of};
    use crate::event::kind::Kind;
    use crate::source::postgresql::audit::Audit;

    #[test]
    fn settings_of_the_trail_are_told_apart() {
        for (statement, expect) in [
            (
                "alter role contractor set pgaudit.log='none';",
                Some(Kind::AuditDisabled),
            ),
            ("SET pgaudit.log TO 'none'", Some(Kind::AuditDisabled)),
            (
                "alter system set pgaudit.log = ''",
                Some(Kind::AuditDisabled),
            ),
            (
                "alter system set log_connections = off",
                Some(Kind::AuditDisabled),
            ),
            ("drop extension pgaudit", Some(Kind::AuditDisabled)),
            (
                "alter system set pgaudit.log = 'all'",
                Some(Kind::AuditEnabled),
            ),
            (
                "alter system set pgaudit.log = 'read, write'",
                Some(Kind::PolicyChanged),
            ),
            ("reset pgaudit.log", Some(Kind::PolicyChanged)),
            ("set search_path = x", None),
            ("select 'alter system set pgaudit.log'", None),
        ] {
            assert_eq!(audit_setting(statement), expect, "{statement}");
        }
    }

    #[test]
    fn changes_of_roles_are_named() {
        for (command, statement, kind, object) in [
            (
                "CREATE ROLE",
                "create role eve login",
                Kind::AccountAdded,
                "eve",
            ),
            (
                "GRANT",
                "grant select on personnel to \"Eve\"",
                Kind::RoleGranted,
                "Eve",
            ),
            (
                "ALTER ROLE",
                "alter role eve password <REDACTED>",
                Kind::PasswordChanged,
                "eve",
            ),
            (
                "ALTER ROLE",
                "alter role eve superuser",
                Kind::RoleGranted,
                "eve",
            ),
            (
                "ALTER ROLE",
                "alter role eve nosuperuser",
                Kind::AccountChanged,
                "eve",
            ),
            ("CREATE TABLE", "create table x()", Kind::Other, ""),
        ] {
            let audit = Audit {
                command: command.to_owned(),
                statement: statement.to_owned(),
                ..Audit::default()
            };
            assert_eq!(kind_of(&audit), (kind, object.to_owned()), "{statement}");
        }
    }
}
