//! The outcome of a case as text, one line per value.

use demarche_core::coverage::gap::Gap;
use demarche_core::coverage::ledger::Silence;
use demarche_core::exposure::exposure::Exposure;
use demarche_core::vocab::moment::Moment;

use super::tenant::{Tenant, short_names};

fn time(moment: Option<Moment>) -> String {
    moment.map_or("-".to_owned(), |moment| moment.to_string())
}

fn or_dash(text: &str) -> &str {
    if text.is_empty() { "-" } else { text }
}

fn gap(gap: &Gap) -> String {
    format!(
        "gap {} {} {} {} {} {}\n  {}\n",
        gap.kind.word(),
        gap.stream.map_or("-", |stream| stream.word()),
        or_dash(&gap.account),
        or_dash(&gap.store),
        time(gap.from),
        time(gap.to),
        gap.effect
    )
}

/// Gaps, and answers to the questions.
///
/// What every small ledger says of limits, ids and absent streams is left out.
pub fn coverage(tenant: &Tenant) -> String {
    let coverage = tenant.coverage();
    let mut out = String::new();
    let general = ["never-logged", "no-ids"];
    for row in &coverage.gaps {
        let absent = row.kind.word() == "absent-stream" && row.from.is_none();
        if !general.contains(&row.kind.word()) && !absent {
            out.push_str(&gap(row));
        }
    }
    for question in &tenant.questions {
        let (said, because) = match coverage.silence(question) {
            Silence::NotShown { because } => ("not shown", because),
            Silence::Unknowable { because, .. } => ("unknowable", because),
        };
        out.push_str(&format!(
            "ask {} {} {said}: {because}\n",
            question.stream.word(),
            or_dash(&question.account)
        ));
    }
    out
}

fn exposed(row: &Exposure, session: &str) -> String {
    let caveats: Vec<String> = row.caveats.iter().map(|caveat| caveat.word()).collect();
    let why = match (row.why.as_str(), row.items_unlisted) {
        ("", _) => String::new(),
        (why, 0) => format!("\n  {why}"),
        (why, n) => format!("\n  {why}: at least {n}"),
    };
    format!(
        "{} {} {session} {} {} {} {} tie {} rows {} {} {}..{} leaf {}{why}\n",
        row.grade.word(),
        row.reached.word(),
        row.account,
        or_dash(&row.store),
        or_dash(&row.container),
        or_dash(&row.item),
        row.tie.word(),
        row.rows,
        caveats.join(" "),
        row.first,
        row.last,
        row.place,
    )
}

/// Exposures, acts, what is open, and the kinds of gap over each listed session.
pub fn exposure(tenant: &Tenant) -> String {
    let (listed, measured) = tenant.measured();
    let names = short_names(&listed);
    let mut out = String::new();
    for row in &measured.exposures {
        out.push_str(&exposed(row, &names[&row.session]));
    }
    for action in &measured.actions {
        out.push_str(&format!(
            "action {} {} {} {} {}\n",
            action.kind.word(),
            names[&action.session],
            action.at,
            or_dash(&action.object),
            or_dash(&action.recipients.join(","))
        ));
    }
    for open in &measured.open {
        out.push_str(&format!(
            "open {} {} {} {} since {}\n",
            open.need.word(),
            names[&open.session],
            or_dash(&open.store),
            or_dash(&open.object),
            open.since
        ));
    }
    for row in &measured.gaps {
        let mut text = gap(row);
        for (id, name) in &names {
            text = text.replace(id, name);
        }
        out.push_str(&text);
    }
    out
}

/// Page one, totals, steps, whom to warn, the clock and the claims.
pub fn brief(tenant: &Tenant) -> String {
    let brief = tenant.brief();
    let mut out = String::new();
    for answer in &brief.page_one {
        out.push_str(&format!("{}\n", answer.title));
        for sentence in &answer.sentences {
            out.push_str(&format!("  {sentence}\n"));
        }
    }
    for step in &brief.cut_off {
        out.push_str(&format!(
            "step {} {} {} {}\n  {}\n",
            step.number,
            step.need.word(),
            step.about,
            step.action,
            step.command
        ));
    }
    let marks = [
        ("first_attempt", &brief.clock.first_attempt),
        ("first_entry", &brief.clock.first_entry),
        ("first_access", &brief.clock.first_access),
        ("first_suspect", &brief.clock.first_suspect),
        ("first_alert_on_record", &brief.clock.first_alert_on_record),
        ("last_hostile", &brief.clock.last_hostile),
    ];
    for (name, mark) in marks {
        let at = mark.as_ref().map(|mark| mark.at);
        out.push_str(&format!("clock {name} {}\n", time(at)));
    }
    for claim in &brief.claims {
        let caveats: Vec<String> = claim.caveats().iter().map(|caveat| caveat.word()).collect();
        out.push_str(&format!(
            "claim {} {} records {}{}\n  {}\n",
            claim.kind().word(),
            caveats.join(" "),
            claim.places().len(),
            if claim.absence().is_some() {
                " absence"
            } else {
                ""
            },
            claim.sentence()
        ));
    }
    let mut sessions: Vec<_> = brief.sessions.iter().collect();
    sessions.sort_by_key(|row| (row.first, row.first_place));
    for (at, row) in sessions.iter().enumerate() {
        out = out.replace(&row.id, &format!("S{}", at + 1));
    }
    out
}
