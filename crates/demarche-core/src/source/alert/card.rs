//! The card of alerts and risk.

use crate::vocab::card::{Card, Retention, Stream};

/// What alerts and risk say of themselves (semantics §6.3; row 13 of the verdict table).
pub const CARD: Card = Card {
    name: "entra-risk",
    title: "Identity protection risk and security alerts",
    spec: "Microsoft Graph riskDetection, riskyUser and alert resources; Azure Monitor tables \
           AADUserRiskEvents, AADRiskyUsers and SecurityAlert; Entra activity log schemas",
    streams: &[Stream::Alert],
    delay_minutes_max: 48 * 60,
    retention: &[
        Retention {
            licence: "Entra ID Free",
            days: 7,
            assumed: false,
        },
        Retention {
            licence: "Entra ID P1",
            days: 30,
            assumed: true,
        },
        Retention {
            licence: "Entra ID P2",
            days: 90,
            assumed: false,
        },
    ],
    row_caps: &[30_000],
    export: "Graph: GET /v1.0/identityProtection/riskDetections and /riskyUsers; or Entra admin \
             center > Identity Protection > Download",
    realm: "microsoft-365",
    needed_for: "it shows when someone could first have known",
    cannot_tell: &[
        "A score is the provider's judgement, not evidence of use.",
        "Without a P2 licence details of a detection are hidden.",
    ],
    splits: true,
    relays: &[],
};
