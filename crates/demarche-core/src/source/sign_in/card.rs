//! The card of sign-in logs.

use crate::vocab::card::{Card, Retention, Stream};

/// What sign-in logs say of themselves (semantics §4, §6.3).
pub const CARD: Card = Card {
    name: "entra-sign-in",
    title: "Entra sign-in logs",
    spec: "Microsoft Graph signIn resource (v1.0 and beta); Azure Monitor tables SigninLogs, \
           AADNonInteractiveUserSignInLogs, AADServicePrincipalSignInLogs, \
           AADManagedIdentitySignInLogs; Entra activity log schemas",
    streams: &[
        Stream::SignInInteractive,
        Stream::SignInNonInteractive,
        Stream::SignInService,
        Stream::SignInManaged,
        Stream::SignInProvider,
        Stream::SignInSummary,
    ],
    // Minutes as a rule, without a promise; the first delivery to a workspace takes up to 3 days.
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
    row_caps: &[100_000, 30_000],
    export: "Graph: GET /beta/auditLogs/signIns once for each of interactiveUser, nonInteractiveUser, \
             servicePrincipal and managedIdentity, with $filter=signInEventTypes/any(t: t eq '…'); \
             or Entra admin center > Sign-in logs > Download (JSON) on each of the four tabs",
    realm: "microsoft-365",
    needed_for: "it is the only record of how an account was entered, and of which tokens were issued",
    cannot_tell: &[
        "Rows of all kinds but interactive may stand for several sign-ins, with one token id for all.",
        "A sign-in is not a use: what was touched with the token is in other logs.",
        "The v1.0 interface and its default give interactive sign-ins only, without token and session ids.",
        "For confidential clients the address may be that of the original sign-in, not of the caller.",
        "Guests sign in at home: their first authentication is in the home tenant's log.",
        "Tokens of the provider's own services are in an opt-in log without a download.",
    ],
    splits: false,
    relays: &[],
};
