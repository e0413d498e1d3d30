//! The verdict table of design.md: how findings of one session combine. Binding.

use crate::finding::finding::{Finding, Judgement, Row, Sign, Standing};
use crate::finding::odd::kinds_of;
use crate::finding::pivot::Pivot;
use crate::session::session::Session;
use crate::vocab::grade::Verdict;
use crate::vocab::moment::{DAY, HOUR, Moment};

/// What the table must know beside a session's own findings.
#[derive(Clone, Copy, Debug)]
pub struct Beside<'a> {
    /// The session.
    pub session: &'a Session,
    /// When row 2 was found for the account, in any of its sessions.
    pub sprayed: &'a [Moment],
    /// What hostile sessions of the pass before used.
    pub pivot: &'a Pivot,
}

/// Row 4 and row 6 must lie within this time.
const SETTING_MICROS_MOST: i64 = 24 * HOUR;
/// Row 2 must lie within this time before row 4.
const SPRAY_MICROS_MOST: i64 = 14 * DAY;

/// What the table makes of a session. Only supported findings count; absence is never a sign.
pub fn judge(findings: &[Finding], beside: &Beside<'_>) -> Judgement {
    let held: Vec<&Finding> = findings.iter().filter(|finding| finding.holds()).collect();
    let mut verdicts: Vec<Judgement> = Vec::new();
    for finding in &held {
        let cell = match finding.row {
            Row(2) => row_2(finding),
            Row(3) => row_3(finding, &held),
            Row(4) => row_4(finding, &held, beside),
            Row(5) => row_5(finding, &held),
            Row(6) => row_6(finding, &held, beside),
            Row(7) => row_7(finding, &held),
            Row(9) => row_9(finding),
            Row(10) => row_10(finding, &held),
            Row(11) => row_11(finding, &held, beside),
            _ => None,
        };
        verdicts.extend(cell);
    }
    let before = strongest(&verdicts).map_or(Verdict::Ordinary, |judgement| judgement.verdict);
    if held.iter().any(|finding| finding.row == Row(12)) {
        verdicts.push(row_12(before, &held));
    }
    // After row 12: what others say raises nothing else.
    verdicts.extend(held.iter().filter_map(|finding| row_13(finding)));
    // A token carried away from where it was issued says nothing of its use there.
    if !findings.iter().any(|finding| finding.has(Sign::IssuedHere)) {
        verdicts.extend(beside.pivot.raise(beside.session));
    }
    strongest(&verdicts).cloned().unwrap_or_else(ordinary)
}

/// Row 15: everything else, which is not cleared.
pub fn ordinary() -> Judgement {
    Judgement {
        verdict: Verdict::Ordinary,
        row: Row(15),
        basis: "rule".to_owned(),
        reason: "nothing in the table raises it; ordinary is not cleared".to_owned(),
    }
}

/// The strongest verdict; of equals the one that needed no hop, then the first row.
fn strongest(verdicts: &[Judgement]) -> Option<&Judgement> {
    verdicts.iter().min_by_key(|judgement| {
        (
            std::cmp::Reverse(judgement.verdict),
            judgement.basis != "rule",
            judgement.row,
        )
    })
}

fn rule(verdict: Verdict, finding: &Finding, reason: &str) -> Option<Judgement> {
    Some(Judgement {
        verdict,
        row: finding.row,
        basis: "rule".to_owned(),
        reason: reason.to_owned(),
    })
}

fn has_row(held: &[&Finding], row: u8) -> bool {
    held.iter().any(|finding| match finding.row {
        Row(2) => row == 2 && finding.alone == Verdict::Hostile,
        Row(3) => row == 3 && finding.has(Sign::Interleaved),
        Row(known) => known == row,
    })
}

/// Row 2: hostile alone; an attempt is none.
fn row_2(finding: &Finding) -> Option<Judgement> {
    if finding.alone != Verdict::Hostile {
        return None;
    }
    rule(
        Verdict::Hostile,
        finding,
        "wrong passwords on many accounts, then the right one with the same address, client and grant",
    )
}

/// Row 3: interleaved is suspect; hostile with a network new to the tenant, or rows 2, 6, 7.
fn row_3(finding: &Finding, held: &[&Finding]) -> Option<Judgement> {
    if !finding.has(Sign::Interleaved) {
        let begun = finding.has(Sign::BegunHostile);
        let reason = "a session id begun in a hostile session is used from an unrelated network; whose use it is cannot be told";
        return begun.then(|| Judgement {
            verdict: Verdict::Suspect,
            row: Row(3),
            basis: crate::finding::pivot::BASIS.to_owned(),
            reason: reason.to_owned(),
        });
    }
    if finding.has(Sign::NetworkNewToTenant) {
        let reason = "one session on two unrelated networks in turns, the second new to the tenant";
        return rule(Verdict::Hostile, finding, reason);
    }
    let with = [2, 6, 7].into_iter().find(|row| has_row(held, *row));
    if let Some(with) = with.filter(|with| *with == 2 || finding.has(Sign::Baseline)) {
        let reason = format!("one session on two unrelated networks in turns, with row {with}");
        return rule(Verdict::Hostile, finding, &reason);
    }
    let reason = "one session on two unrelated networks in turns";
    rule(Verdict::Suspect, finding, reason)
}

/// Row 4: a lead; hostile with row 6 within 24 hours, or row 2 on the account within 14 days.
fn row_4(finding: &Finding, held: &[&Finding], beside: &Beside<'_>) -> Option<Judgement> {
    if with_setting(finding, held) {
        let reason = "a sign-in from a network and device both new, and row 6 in the same session within 24 hours";
        return rule(Verdict::Hostile, finding, reason);
    }
    // What comes with another address and client than the spray's needs more than to be new to
    // the account: a telephone of the owner's on its carrier is that (decision 0018).
    if !finding.has(Sign::NetworkNewToTenant) || finding.has(Sign::RegisteredDevice) {
        return None;
    }
    let sprayed = beside.sprayed.iter().find(|at| {
        let before = finding.at.micros - at.micros;
        (0..=SPRAY_MICROS_MOST).contains(&before)
    })?;
    let reason = format!(
        "a sign-in from a network new to the tenant and a device new to the account, within 14 days of row 2 on the account at {sprayed}"
    );
    rule(Verdict::Hostile, finding, &reason)
}

fn with_setting(place: &Finding, held: &[&Finding]) -> bool {
    held.iter().any(|finding| {
        finding.row == Row(6) && (finding.at.micros - place.at.micros).abs() <= SETTING_MICROS_MOST
    })
}

/// Row 5: a lead; two kinds are suspect; never hostile among themselves.
fn row_5(finding: &Finding, held: &[&Finding]) -> Option<Judgement> {
    let of_row_5 = held.iter().filter(|other| other.row == Row(5)).copied();
    let n_kinds = kinds_of(of_row_5).len();
    if n_kinds < 2 {
        return None;
    }
    let reason = format!("{n_kinds} different kinds of odd sign-in");
    rule(Verdict::Suspect, finding, &reason)
}

/// Row 6: suspect; hostile with rows 2, 3 or 4 in the same session. Routine work alone is
/// ordinary (decision 0008).
fn row_6(finding: &Finding, held: &[&Finding], _: &Beside<'_>) -> Option<Judgement> {
    if has_row(held, 2) {
        return rule(Verdict::Hostile, finding, "a sensitive setting, with row 2");
    }
    let crossed = |other: &&Finding| other.has(Sign::Interleaved) && other.has(Sign::Baseline);
    if held.iter().any(crossed) {
        return rule(Verdict::Hostile, finding, "a sensitive setting, with row 3");
    }
    let place = held.iter().find(|other| {
        other.row == Row(4) && (finding.at.micros - other.at.micros).abs() <= SETTING_MICROS_MOST
    });
    if place.is_some() {
        let reason =
            "a sensitive setting within 24 hours of a sign-in from a network and device both new";
        return rule(Verdict::Hostile, finding, reason);
    }
    if finding.has(Sign::Routine) {
        return None;
    }
    let reason = if finding.has(Sign::UsualDevice) {
        "a sensitive setting from the owner's usual device: confirm with the owner"
    } else {
        "a sensitive setting: confirm with the owner"
    };
    rule(Verdict::Suspect, finding, reason)
}

/// Row 7: suspect; the reads of a bad application in consenting mailboxes are hostile, and only
/// they: whoever consented may have been deceived. What the organisation introduced is ordinary
/// beside none of rows 2 to 4 (decision 0021).
fn row_7(finding: &Finding, held: &[&Finding]) -> Option<Judgement> {
    let bad = [
        (Sign::ImitatedPublisher, "its name imitates a publisher"),
        (
            Sign::ToolkitScopes,
            "it asks for the exact scopes of a known toolkit",
        ),
        (
            Sign::HostileHands,
            "a hostile session let it in or gave it a secret",
        ),
    ];
    let why: Vec<&str> = bad
        .iter()
        .filter(|(sign, _)| finding.has(*sign))
        .map(|(_, why)| *why)
        .collect();
    if finding.has(Sign::ApplicationUse) {
        let reached = "content reached by an application in a mailbox that consented";
        if why.is_empty() {
            let reason = format!("{reached}; its first consent in the tenant is suspect");
            return rule(Verdict::Suspect, finding, &reason);
        }
        let reason = format!("{reached}; {}", why.join("; "));
        return rule(Verdict::Hostile, finding, &reason);
    }
    let crossed = [2, 3, 4].into_iter().any(|row| has_row(held, row));
    if finding.has(Sign::Routine) && why.is_empty() && !crossed {
        return None;
    }
    let reason = if why.is_empty() {
        "first consent in the tenant to content scopes".to_owned()
    } else {
        format!(
            "consent to content scopes of an application of which {}; who consented may have been deceived",
            why.join("; ")
        )
    };
    rule(Verdict::Suspect, finding, &reason)
}

/// Row 9: grouped logs: suspect, hostile with a network new to the tenant; an ungrouped ledger
/// with a positive control: hostile. Always "no issuance on record", never "forged".
fn row_9(finding: &Finding) -> Option<Judgement> {
    if finding.has(Sign::UngroupedLedger) {
        let reason = "no issuance on record in a complete ledger that has every other token";
        return rule(Verdict::Hostile, finding, reason);
    }
    if finding.has(Sign::NetworkNewToTenant) {
        let reason =
            "no issuance on record in complete sign-in logs, from a network new to the tenant";
        return rule(Verdict::Hostile, finding, reason);
    }
    rule(
        Verdict::Suspect,
        finding,
        "no issuance on record in complete sign-in logs, which group",
    )
}

/// Row 10: ordinary alone; suspect with a new network and no trace of the application; hostile
/// if besides two or more unrelated stores, or row 9.
fn row_10(finding: &Finding, held: &[&Finding]) -> Option<Judgement> {
    if !finding.has(Sign::NetworkNewToTenant) || !finding.has(Sign::NoTrace) {
        return None;
    }
    let base = "an application pair new to store and tenant, from a network new to the tenant, without a trace in a complete directory log";
    if finding.has(Sign::SeveralStores) {
        let reason = format!("{base}, in several unrelated stores");
        return rule(Verdict::Hostile, finding, &reason);
    }
    if has_row(held, 9) {
        let reason = format!("{base}, with row 9");
        return rule(Verdict::Hostile, finding, &reason);
    }
    rule(Verdict::Suspect, finding, base)
}

/// Row 11: suspect; hostile with row 2, or rows 6 or 7 in two or more of the accounts.
fn row_11(finding: &Finding, held: &[&Finding], beside: &Beside<'_>) -> Option<Judgement> {
    let networks = &beside.session.networks;
    let sprayed = has_row(held, 2);
    let marked = networks
        .iter()
        .map(|network| beside.pivot.n_accounts_marked(*network))
        .max()
        .unwrap_or(0);
    if sprayed {
        return rule(
            Verdict::Hostile,
            finding,
            "one address on many accounts, with row 2",
        );
    }
    if marked >= 2 {
        let reason = format!("one address on many accounts, with rows 6 or 7 in {marked} of them");
        return rule(Verdict::Hostile, finding, &reason);
    }
    rule(
        Verdict::Suspect,
        finding,
        "one address on many accounts, no habitual way out",
    )
}

/// Row 12: suspect; hostile with rows 1 to 10 in the same session that themselves raise it. From
/// the owner's usual device it stays suspect: an insider's export is never above.
fn row_12(before: Verdict, held: &[&Finding]) -> Judgement {
    let usual = held.iter().any(|other| other.has(Sign::UsualDevice));
    let row_5_only = held
        .iter()
        .filter(|other| other.row != Row(12) && other.alone >= Verdict::Suspect)
        .all(|other| matches!(other.row, Row(5) | Row(11) | Row(13)));
    let (verdict, reason) = if before >= Verdict::Suspect && !usual && !row_5_only {
        (
            Verdict::Hostile,
            "far more content than the account or its peers reach, with an earlier row in the same session",
        )
    } else {
        (
            Verdict::Suspect,
            "far more content than the account or its peers reach: confirm with the owner",
        )
    };
    Judgement {
        verdict,
        row: Row(12),
        basis: "rule".to_owned(),
        reason: reason.to_owned(),
    }
}

/// Row 13: a lead; suspect where it is tied to the session; never hostile, nor two of them.
fn row_13(finding: &Finding) -> Option<Judgement> {
    if finding.row != Row(13) || finding.alone < Verdict::Suspect {
        return None;
    }
    rule(
        Verdict::Suspect,
        finding,
        "a public rule, the provider's alert or a threat list names a record of the session",
    )
}

/// Whether a finding is a condition unmet: printed, of no effect.
pub fn is_unmet(finding: &Finding) -> bool {
    finding.standing == Standing::CannotBeSaid
}
