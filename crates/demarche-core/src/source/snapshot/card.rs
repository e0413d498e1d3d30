//! The card of snapshots of settings.

use crate::vocab::card::{Card, Stream};

/// What a snapshot says of itself.
pub const CARD: Card = Card {
    name: "state-snapshot",
    title: "snapshot of settings (rules, grants, factors, roles, auditing)",
    spec: "outputs of Microsoft-Extractor-Suite 4.x (Get-Rules, Get-MailboxPermissions, Get-OAuthPermissions, Get-MFA, Get-AdminUsers, Get-MailboxAuditStatus, Get-LicensesByUser) and of the cmdlets themselves as CSV or JSON",
    streams: &[Stream::State],
    delay_minutes_max: 0,
    retention: &[],
    row_caps: &[],
    export: "Get-MailboxRules, Get-TransportRules, Get-MailboxPermissions, Get-MailboxAuditStatus, Get-OAuthPermissionsGraph, Get-MFA, Get-AdminUsers, Get-LicensesByUser of Microsoft-Extractor-Suite",
    realm: "microsoft-365",
    needed_for: "it alone shows what was put in place before the logs begin, and which mailboxes were never audited",
    cannot_tell: &[
        "It shows what stood when it was taken, not who put it there nor when.",
        "What was put in place and removed before it was taken is not in it.",
        "Its date is that of the file's name, by the clock of the collecting machine.",
    ],
    splits: true,
    relays: &[],
};
