//! The card of the directory's audit log.

use crate::vocab::card::{Card, Retention, Stream};

/// What the directory's audit log says of itself (semantics §1.8, §2.9, §6.3).
pub const CARD: Card = Card {
    name: "entra-audit",
    title: "Entra audit log",
    spec: "Microsoft Graph directoryAudit resource; Azure Monitor table AuditLogs; Entra activity \
           log schemas",
    streams: &[Stream::Directory],
    delay_minutes_max: 3 * 24 * 60,
    retention: &[
        Retention {
            licence: "Entra ID Free",
            days: 7,
            assumed: false,
        },
        Retention {
            licence: "Entra ID P1 or P2",
            days: 30,
            assumed: true,
        },
    ],
    row_caps: &[250_000, 30_000],
    export: "Graph: GET /v1.0/auditLogs/directoryAudits; or Entra admin center > Audit logs > \
             Download (JSON)",
    realm: "microsoft-365",
    needed_for: "it shows consents, secrets, roles and federation changes that stay behind after a \
                 password reset",
    cannot_tell: &[
        "Its records carry token and session ids in the beta interface only.",
        "What an application did with a permission is in other logs.",
        "The portal's CSV keeps five changed properties of three targets at the most.",
    ],
    splits: true,
    relays: &[],
};
