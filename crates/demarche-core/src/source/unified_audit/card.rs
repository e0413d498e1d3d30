//! What the unified audit log says of itself.

use std::net::IpAddr;
use std::sync::LazyLock;

use crate::vocab::address::Block;
use crate::vocab::card::{Card, Retention, Stream};

/// The unified audit log, in whatever container.
pub const UNIFIED_AUDIT: Card = Card {
    name: "unified-audit",
    title: "Microsoft 365 unified audit log",
    spec: "Office 365 Management Activity API schema, as of 2026-06-24; semantics §1, §2",
    streams: &[
        Stream::ItemAccess,
        Stream::Mailbox,
        Stream::MailAdmin,
        Stream::File,
        Stream::Chat,
        Stream::Directory,
        Stream::SignInSummary,
        Stream::Alert,
        Stream::Other,
    ],
    delay_minutes_max: 24 * 60,
    retention: RETENTION,
    row_caps: &[5_000, 50_000, 1_000_000],
    export: "Microsoft Purview portal, Audit, New search, Export; or, in Exchange Online \
             PowerShell, Search-UnifiedAuditLog -StartDate … -EndDate … -SessionCommand \
             ReturnLargeSet -HighCompleteness | Export-Csv",
    realm: "microsoft-365",
    needed_for: "it alone names the messages and files that were opened, and who set which rule",
    cannot_tell: &[
        "It lists an identical access once an hour, and groups reads of two minutes (K1).",
        "It shows delivery to a client, not that a person read (K2).",
        "A synchronisation names a folder, not its messages (K4).",
        "Logging of reads of a mailbox may be suspended for a day after heavy reading (K5).",
        "Without the licence or setting, reads of a mailbox are not logged at all (K6).",
        "Mail exported by eDiscovery, or carried off by a rule, leaves no read (K10).",
        "Reading in the Teams client is never logged (K12).",
        "Its sign-ins are a summary without token ids, never a ledger of issuance.",
        "Searches of mailboxes are logged only where that was switched on.",
    ],
    splits: false,
    relays: RELAYS,
};

/// The office-activity table of a log workspace: the same records, fewer fields.
pub const OFFICE_ACTIVITY: Card = Card {
    name: "office-activity",
    title: "OfficeActivity table of Log Analytics or Sentinel",
    spec: "Azure Monitor table reference, OfficeActivity; semantics §1.8",
    streams: &[
        Stream::ItemAccess,
        Stream::Mailbox,
        Stream::MailAdmin,
        Stream::File,
        Stream::Chat,
        Stream::Other,
    ],
    delay_minutes_max: 24 * 60,
    retention: &[Retention {
        licence: "workspace setting",
        days: 90,
        assumed: true,
    }],
    row_caps: &[30_000],
    export: "az monitor log-analytics query --workspace … --analytics-query OfficeActivity",
    realm: "microsoft-365",
    needed_for: "it may hold audit records that the audit log itself no longer keeps",
    cannot_tell: &[
        "It has no token or session ids: nothing in it ties a use to a sign-in.",
        "It carries mail, files and chats only, and only the workloads its connector was given.",
        "Nested values may be lost or cut (K17).",
    ],
    splits: false,
    relays: RELAYS,
};

/// How long records are kept, by the licence of the acting account (semantics §6.3).
const RETENTION: &[Retention] = &[
    Retention {
        licence: "Audit (Standard)",
        days: 180,
        assumed: true,
    },
    Retention {
        licence: "Audit (Premium): Entra, Exchange, SharePoint and OneDrive records",
        days: 365,
        assumed: false,
    },
    Retention {
        licence: "Audit (Standard), records before 2023-10-17",
        days: 90,
        assumed: false,
    },
];

/// Networks from which the provider reads or fetches for others (semantics §1.13).
///
/// The first two are its sign-in and interface front ends, published as such; the others are its
/// mailbox servers, by continent, as the headers of mail that passed them name them. The whole of
/// the company's own allocation (2603:1000::/24) is not listed: customers rent parts of it, and
/// an intruder can.
pub const RELAYS: &[&str] = &[
    "20.190.128.0/18",
    "40.126.0.0/18",
    "2603:1096::/32",
    "2603:10a6::/32",
    "2603:10b6::/32",
    "2603:10c6::/32",
    "2603:10d6::/32",
];

static BLOCKS: LazyLock<Vec<Block>> = LazyLock::new(|| {
    RELAYS
        .iter()
        .filter_map(|relay| Block::parse(relay))
        .collect()
});

/// Whether an address is one of the provider's relays.
pub fn is_relay(host: IpAddr) -> bool {
    BLOCKS.iter().any(|block| block.holds(host))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn relays_are_the_provider_and_not_its_customers() {
        assert_eq!(BLOCKS.len(), RELAYS.len());
        for relay in ["20.190.159.2", "40.126.31.73", "2603:10a6:20b:1::5"] {
            assert!(is_relay(relay.parse().unwrap()), "{relay}");
        }
        for other in ["20.54.1.1", "52.155.1.1", "2603:1030::5", "2001:db8::1"] {
            assert!(!is_relay(other.parse().unwrap()), "{other}");
        }
    }
}
