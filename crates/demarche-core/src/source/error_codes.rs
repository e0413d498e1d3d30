//! Sign-in error codes: what each says about the password.

use crate::event::kind::Outcome;

/// What a sign-in error code says came of the sign-in; `None` for a text that is no number.
///
/// # Shape
/// `0` succeeded. A code of no entry is [`Outcome::Failed`]: it says nothing about the secret.
///
/// # Gaps
/// That a stopped sign-in proves the password holds only where a password was presented; the
/// reader knows whether one was.
///
/// # Spec
/// semantics §2.10, §4.5; row 14 of the verdict table
pub fn outcome(code: &str) -> Option<Outcome> {
    let code: u32 = code.trim().parse().ok()?;
    let entry = TABLE.binary_search_by_key(&code, |(known, _, _)| *known);
    Some(entry.map_or(Outcome::Failed, |at| TABLE[at].1))
}

/// What a code means, in a few words; `None` where the table has no entry.
pub fn meaning(code: &str) -> Option<&'static str> {
    let code: u32 = code.trim().parse().ok()?;
    let entry = TABLE.binary_search_by_key(&code, |(known, _, _)| *known);
    entry.ok().map(|at| TABLE[at].2)
}

/// The code of an interrupt behind which the session goes on: the keep-me-signed-in question.
pub const KEEP_SIGNED_IN: &str = "50140";

use Outcome::{Failed, Interrupted, Locked, Stopped, Succeeded, WrongPassword};

/// Code, outcome and meaning, by code.
const TABLE: &[(u32, Outcome, &str)] = &[
    (0, Succeeded, "success"),
    (16000, Interrupted, "choice of account needed"),
    (16001, Interrupted, "choice of account needed"),
    (16003, Failed, "account not in this tenant"),
    (50005, Stopped, "platform not allowed by policy"),
    (50011, Failed, "reply address not registered"),
    (50020, Failed, "account of another tenant, not let in"),
    (50034, Failed, "no such account"),
    (50053, Locked, "account locked, or address blocked"),
    (50055, Interrupted, "password expired"),
    (50056, Failed, "account has no password here"),
    (50057, Failed, "account disabled"),
    (50058, Interrupted, "no session to sign in silently with"),
    (50059, Failed, "tenant not found"),
    (50064, WrongPassword, "credential validation failed"),
    (
        50072,
        Interrupted,
        "second factor must be enrolled to go on",
    ),
    (50074, Stopped, "second factor asked for and not passed"),
    (50076, Stopped, "second factor asked for by policy"),
    (50078, Stopped, "second factor expired"),
    (50079, Stopped, "second factor must be enrolled"),
    (
        50088,
        Stopped,
        "limit of calls for the second factor reached",
    ),
    (50089, Interrupted, "flow token expired"),
    (50097, Interrupted, "device authentication needed"),
    (50105, Failed, "account not assigned to the application"),
    (50125, Interrupted, "password reset or registration"),
    (50126, WrongPassword, "wrong user name or password"),
    (50127, Interrupted, "broker application needed"),
    (50129, Interrupted, "device not registered"),
    (50131, Stopped, "blocked by policy"),
    (50132, Interrupted, "session invalid or expired"),
    (50133, Interrupted, "session revoked or password changed"),
    (50140, Interrupted, "keep-me-signed-in question"),
    (50143, Interrupted, "session of another tenant"),
    (50144, Interrupted, "directory password expired"),
    (50155, Failed, "device authentication failed"),
    (50158, Stopped, "outside challenge not passed"),
    (50173, Interrupted, "fresh token needed after revocation"),
    (50177, Failed, "outside challenge not supported"),
    (50178, Interrupted, "session control needed"),
    (50192, Failed, "invalid request"),
    (50196, Failed, "client loops"),
    (50199, Interrupted, "confirmation of the sign-in needed"),
    (50203, Interrupted, "authenticator not registered yet"),
    (50206, Interrupted, "mobile confirmation needed"),
    (50207, Interrupted, "two claims needed"),
    (51004, Failed, "no such account in the directory"),
    (51006, Interrupted, "fresh sign-in needed"),
    (52004, Interrupted, "confirmation of the account needed"),
    (53000, Stopped, "device not compliant"),
    (53001, Stopped, "device not joined"),
    (53002, Stopped, "application not approved"),
    (53003, Stopped, "blocked by conditional access"),
    (
        53004,
        Stopped,
        "enrolment of a second factor blocked for risk",
    ),
    (53008, Stopped, "browser not supported by policy"),
    (53009, Stopped, "application must be protected by policy"),
    (53010, Stopped, "enrolment blocked by policy"),
    (53011, Stopped, "blocked for risk on the home tenant"),
    (65001, Interrupted, "consent missing"),
    (65004, Failed, "consent declined"),
    (65005, Failed, "application asks what it may not"),
    (70008, Interrupted, "code or refresh token expired"),
    (70016, Interrupted, "device code not yet entered"),
    (70018, Interrupted, "device code wrong or expired"),
    (70043, Interrupted, "refresh token too old for policy"),
    (70044, Interrupted, "session too old for policy"),
    (70046, Interrupted, "session must sign in again"),
    (81010, Failed, "silent ticket refused"),
    (120_000, Failed, "change of password: old one wrong"),
    (130_500, Failed, "phone sign-in blocked"),
    (135_010, Failed, "key not found"),
    (500_121, Stopped, "second factor failed or denied"),
    (500_133, Interrupted, "assertion outside its time"),
    (530_031, Stopped, "blocked by conditional access"),
    (530_032, Stopped, "blocked by security policy of the tenant"),
    (530_034, Stopped, "delegated administrator blocked for risk"),
    (530_035, Stopped, "blocked by security defaults"),
    (700_016, Failed, "application not found"),
    (700_027, Failed, "client assertion invalid"),
    (700_056, Failed, "account not assigned"),
    (700_082, Interrupted, "refresh token expired by disuse"),
    (700_084, Interrupted, "refresh token of a web page expired"),
    (
        900_941,
        Failed,
        "administrator's consent needed: risky application",
    ),
    (1_000_000, Failed, "account not bound"),
    (1_000_002, Failed, "account not bound"),
    (7_000_215, Failed, "client secret wrong"),
    (7_000_218, Failed, "client secret missing"),
    (7_000_222, Failed, "client keys expired"),
    (9_002_341, Interrupted, "consent to single sign-on needed"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_sorted_and_row_14_is_kept() {
        assert!(TABLE.windows(2).all(|pair| pair[0].0 < pair[1].0));
        for code in ["50074", "50076", "50079", "53003"] {
            assert_eq!(outcome(code), Some(Stopped), "{code}");
        }
        for code in ["50058", "65001", "50055", "50072", KEEP_SIGNED_IN, "50132"] {
            assert_eq!(outcome(code), Some(Interrupted), "{code}");
        }
        assert_eq!(outcome("0"), Some(Succeeded));
        assert_eq!(outcome(" 50126 "), Some(WrongPassword));
        assert_eq!(outcome("50053"), Some(Locked));
        assert_eq!(outcome("4711"), Some(Failed));
        assert_eq!(outcome("Success"), None);
        assert_eq!(meaning("53003"), Some("blocked by conditional access"));
        assert_eq!(meaning("4711"), None);
    }
}
