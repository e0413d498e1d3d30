//! Page one in plain words: it never accuses on silence and never reassures on it.
//!
//! It fits one printed page: lists are short here and whole in their sections, and no id stands
//! where a name is on record.

use std::collections::BTreeSet;

use crate::brief::accessed::Totals;
use crate::brief::attempts::AttemptKind;
use crate::brief::brief::{Answer, Brief};
use crate::brief::cut_off::Step;
use crate::brief::entered::SessionRow;
use crate::brief::names::Names;
use crate::brief::open::{OpenRow, what};
use crate::brief::phrase::{accounts, capital, count, day, grouped, list, list_of, verb, when};
use crate::brief::unlogged;
use crate::session::session::who;
use crate::vocab::grade::Verdict;

/// The most names of one list; the rest is counted and stands in its section.
const NAMES_MOST: usize = 6;

/// The most things still in place that are told one by one.
const OPEN_MOST: usize = 4;

/// The most steps that are told, those alike counted as one.
const STEPS_MOST: usize = 6;

/// The answers of page one, in order.
pub fn answers(brief: &Brief) -> Vec<Answer> {
    let still: Vec<_> = brief.open.iter().map(|row| row.open.clone()).collect();
    let names = Names::of(&brief.actions, &still);
    let answer = |question, title, sentences| Answer {
        question,
        title,
        sentences,
    };
    vec![
        answer(
            "entered",
            "Who was entered, and since when?",
            entered(brief),
        ),
        answer("accessed", "What was accessed?", accessed(brief)),
        answer("open", "What is still in place?", open(brief, &names)),
        answer(
            "cut_off",
            "How is it cut off, in order?",
            cut_off(brief, &names),
        ),
        answer("warn", "Who else must be warned?", warn(brief)),
        answer(
            "unknown",
            "What cannot be known, and what can still be had?",
            unlogged::sentences(brief),
        ),
        answer("unlisted", "What about everything else?", unlisted(brief)),
    ]
}

fn of(brief: &Brief, verdict: Verdict) -> Vec<&SessionRow> {
    let rows = brief.sessions.iter();
    rows.filter(|row| row.verdict == verdict).collect()
}

/// Accounts of sessions, protected ones first, each once.
fn whose(rows: &[&SessionRow]) -> String {
    let distinct: BTreeSet<(bool, &str)> = rows
        .iter()
        .map(|row| (!row.protected, row.account.as_str()))
        .collect();
    let n_protected = distinct.iter().filter(|(other, _)| !other).count() as u64;
    let names: Vec<&str> = distinct.iter().map(|(_, account)| *account).collect();
    let (named, nameless): (Vec<&str>, Vec<&str>) = names.iter().partition(|name| !name.is_empty());
    let text = match (named.is_empty(), nameless.is_empty()) {
        (true, _) => who("").to_owned(),
        (false, true) => accounts(&named, NAMES_MOST),
        (false, false) => format!("{} and of {}", accounts(&named, NAMES_MOST), who("")),
    };
    match n_protected {
        0 => text,
        n => format!("{text} ({} protected)", grouped(n)),
    }
}

fn entered(brief: &Brief) -> Vec<String> {
    let (hostile, suspect) = (of(brief, Verdict::Hostile), of(brief, Verdict::Suspect));
    let mut sentences = Vec::new();
    // Where it got in: wrong passwords before that are attempts.
    let entry = brief.clock.first_entry.as_ref().map(|mark| mark.at);
    let first = entry.or_else(|| hostile.iter().map(|row| row.first).min());
    let last = hostile.iter().map(|row| row.last).max();
    match (first, last) {
        (Some(first), Some(last)) => {
            let n = hostile.len() as u64;
            sentences.push(format!(
                "{} in the name of {} {} hostile: stated evidence ties {} to someone who should not have been there.",
                capital(&count(n, "session", "sessions")),
                whose(&hostile),
                verb(n, "is", "are"),
                verb(n, "it", "them"),
            ));
            sentences.push(format!(
                "First entry on record {}, last use on record {}; use before or after may have left no record here.",
                when(first),
                when(last)
            ));
        }
        _ => sentences.push(
            "No session on record meets the conditions for being called hostile; that is not a finding that nobody entered.".to_owned(),
        ),
    }
    if !suspect.is_empty() {
        let n = suspect.len() as u64;
        sentences.push(format!(
            "{} in the name of {} {} suspect: {} to the owners {} them, under Suspects by cause.",
            capital(&count(n, "further session", "further sessions")),
            whose(&suspect),
            verb(n, "is", "are"),
            count(brief.suspects.len() as u64, "question", "questions"),
            verb(brief.suspects.len() as u64, "settles", "settle"),
        ));
    }
    sentences.extend(attempted(brief));
    sentences
}

/// Attempts by kind; each stands under Attempts with its records.
fn attempted(brief: &Brief) -> Vec<String> {
    let tried = |kind: AttemptKind| -> BTreeSet<&str> {
        let of_kind = brief.attempts.iter().filter(|attempt| attempt.kind == kind);
        of_kind
            .flat_map(|attempt| attempt.accounts.iter().map(String::as_str))
            .collect()
    };
    let mut sentences = Vec::new();
    let known: Vec<&str> = tried(AttemptKind::PasswordKnown).into_iter().collect();
    if !known.is_empty() {
        let n = known.len() as u64;
        sentences.push(format!(
            "Somebody typed the right password of {} and was stopped by a later check: where it was not the owner, {} known.",
            accounts(&known, NAMES_MOST),
            verb(n, "the password is", "the passwords are"),
        ));
    }
    let sprayed = tried(AttemptKind::Spray).len() as u64;
    if sprayed > 0 {
        sentences.push(format!(
            "Besides, wrong passwords were tried on {} in turn: no right one is on record from the same client, which clears no other sign-in of these accounts.",
            count(sprayed, "account", "accounts")
        ));
    }
    sentences
}

fn accessed(brief: &Brief) -> Vec<String> {
    let mut sentences = Vec::new();
    for totals in brief.totals.iter().filter(|totals| totals.n_sessions > 0) {
        sentences.extend(total(totals));
    }
    let under: u64 = brief.totals.iter().map(|t| t.n_sessions_unknowable).sum();
    if under > 0 {
        let n = brief.sessions.len() as u64;
        let all = count(n, "listed session", "listed sessions");
        let of = match (under == n, n) {
            (true, 1) => "the one listed session".to_owned(),
            (true, _) => format!("all {all}"),
            (false, _) => format!("{} of the {all}", grouped(under)),
        };
        sentences.push(format!(
            "Gaps in the logs lie over {of}: whether more was accessed there cannot be known."
        ));
    }
    if sentences.is_empty() {
        sentences.push(
            "No session is listed, so no exposure was measured; what sessions that are not listed reached was not judged.".to_owned(),
        );
    }
    sentences
}

/// Stores in words: mailboxes by whose they are, sites and the rest counted.
fn stores(totals: &Totals) -> String {
    let is_site = |store: &&&str| store.contains("://");
    let all: Vec<&str> = totals.stores.iter().map(String::as_str).collect();
    let mailboxes: Vec<&str> = all.iter().filter(|s| s.contains('@')).copied().collect();
    let n_sites = all.iter().filter(is_site).count();
    let n_other = all.len() - mailboxes.len() - n_sites;
    let mut parts = Vec::new();
    if !mailboxes.is_empty() {
        let mailbox = verb(mailboxes.len() as u64, "the mailbox", "the mailboxes");
        parts.push(format!("{mailbox} of {}", accounts(&mailboxes, NAMES_MOST)));
    }
    if n_sites > 0 {
        parts.push(count(n_sites as u64, "site", "sites"));
    }
    if n_other > 0 {
        parts.push(count(n_other as u64, "other store", "other stores"));
    }
    let parts: Vec<&str> = parts.iter().map(String::as_str).collect();
    list(&parts)
}

fn total(totals: &Totals) -> Vec<String> {
    let (whose, condition) = match totals.verdict {
        Verdict::Hostile => ("hostile", ""),
        _ => ("suspect", "if the suspect sessions were hostile: "),
    };
    let mut sentences = vec![match totals.certain.is_empty() {
        true => format!(
            "In the {whose} sessions no record names an item that was accessed; that is not a finding that none was."
        ),
        false if totals.verdict == Verdict::Hostile => capital(&format!(
            "{} accessed in the hostile sessions, each named by a record, in {}.",
            totals.certain.words(),
            stores(totals)
        )),
        false => capital(&format!(
            "{condition}{} accessed, each named by a record, in {}.",
            totals.certain.words(),
            stores(totals)
        )),
    }];
    let presumed = presumed(totals);
    if !presumed.is_empty() {
        let parts: Vec<&str> = presumed.iter().map(String::as_str).collect();
        sentences.push(capital(&format!(
            "{condition}{} must be presumed accessed too; that is not added to what records name.",
            list(&parts)
        )));
    }
    sentences
}

/// What is presumed besides, each kind in words.
fn presumed(totals: &Totals) -> Vec<String> {
    let mut presumed = totals.presumed.parts();
    let mut add = |n: u64, one: &str, many: &str, around: [&str; 2]| {
        if n > 0 {
            presumed.push(format!("{}{}{}", around[0], count(n, one, many), around[1]));
        }
    };
    let (containers, stores) = (totals.presumed_containers, totals.presumed_stores);
    add(containers, "whole folder", "whole folders", ["", ""]);
    add(
        stores,
        "whole mailbox or store",
        "whole mailboxes or stores",
        ["", " for a time"],
    );
    let rules = ("rule or forwarding", "rules or forwardings");
    add(
        totals.copying_rules,
        rules.0,
        rules.1,
        ["mail copied by ", ""],
    );
    add(
        totals.counted_unlisted,
        "item",
        "items",
        ["at least ", " counted and not named"],
    );
    presumed
}

fn open(brief: &Brief, names: &Names) -> Vec<String> {
    if brief.open.is_empty() {
        return vec![match brief.sessions.is_empty() {
            true => "No session is listed, so nothing was looked for that one put in place.".to_owned(),
            false => "Nothing is on record that a listed session put in place and nobody removed; what left no record cannot be excluded.".to_owned(),
        }];
    }
    // What hostile sessions left behind is told; what suspect ones did may be their owner's.
    let (hostile, suspect): (Vec<_>, Vec<_>) = brief
        .open
        .iter()
        .partition(|row| row.open.verdict == Verdict::Hostile);
    let mut sentences: Vec<String> = hostile
        .iter()
        .take(OPEN_MOST)
        .map(|row| in_place(row, names))
        .collect();
    if hostile.len() > OPEN_MOST {
        let rest = (hostile.len() - OPEN_MOST) as u64;
        sentences.push(format!(
            "{} put in place in hostile sessions {} not on record as removed either.",
            capital(&count(rest, "further thing", "further things")),
            verb(rest, "is", "are")
        ));
    }
    if !suspect.is_empty() {
        let n = suspect.len() as u64;
        let also = if hostile.is_empty() { "" } else { " either" };
        sentences.push(format!(
            "{} put in place in suspect sessions {} not on record as removed{also}; whether {} should be is for a determination.",
            capital(&count(n, "thing", "things")),
            verb(n, "is", "are"),
            verb(n, "it", "they"),
        ));
    }
    sentences
}

/// One thing still in place, as page one tells it.
fn in_place(row: &OpenRow, names: &Names) -> String {
    let open = &row.open;
    let object = match open.fact("name").or_else(|| open.fact("app_id")) {
        Some(name) if !crate::brief::names::is_id(name) => format!("\"{name}\""),
        Some(id) => names.called(id),
        None => called(&open.object, names),
    };
    let object = match (object.is_empty(), object.starts_with('"')) {
        (true, _) => String::new(),
        (false, true) => format!(" named {object}"),
        (false, false) => format!(" {object}"),
    };
    let store = match open.store.is_empty() || open.store == open.account {
        true => String::new(),
        false => format!(" in {}", open.store),
    };
    let copies = open.copies_mail_to();
    let copies = match copies.is_empty() {
        true => String::new(),
        false => format!(", copying mail to {}", list_of(&copies, 3)),
    };
    format!(
        "{}{object}{store}{copies}: since {}, in the name of {}.",
        capital(what(open.need)),
        day(open.since),
        who(&open.account),
    )
}

/// What a path, id or name is called: of a path its last part.
fn called(object: &str, names: &Names) -> String {
    let last = object.rsplit(['\\', '/']).next().unwrap_or(object);
    match last.is_empty() {
        true => String::new(),
        false if crate::brief::names::is_id(last) => names.called(last),
        false if last.contains('@') => last.to_owned(),
        false => format!("\"{last}\""),
    }
}

fn cut_off(brief: &Brief, names: &Names) -> Vec<String> {
    if brief.cut_off.is_empty() {
        return vec!["No step follows from what is on record.".to_owned()];
    }
    let mut sentences = vec![
        "First export the sources named below as still to be had. Nothing here is executed by this program; the exact commands stand under Cutting off.".to_owned(),
    ];
    let mut alike: Vec<Vec<&Step>> = Vec::new();
    for step in brief.cut_off.iter().filter(|step| step.hostile) {
        match alike
            .iter_mut()
            .find(|group| group[0].action == step.action)
        {
            Some(group) => group.push(step),
            None => alike.push(vec![step]),
        }
    }
    let shown = alike.iter().take(STEPS_MOST).enumerate();
    sentences.extend(shown.map(|(place, group)| step(place + 1, group, names)));
    let n_hostile: usize = alike.iter().skip(STEPS_MOST).map(Vec::len).sum();
    let n_suspect = brief.cut_off.iter().filter(|step| !step.hostile).count();
    if n_hostile > 0 {
        sentences.push(format!(
            "And {}.",
            count(n_hostile as u64, "further step", "further steps")
        ));
    }
    if n_suspect > 0 {
        let n = n_suspect as u64;
        sentences.push(format!(
            "{} for suspect sessions and known passwords {} for the owners' answers.",
            capital(&count(n, "step", "steps")),
            verb(n, "waits", "wait")
        ));
    }
    sentences
}

/// Steps that are alike, as one.
fn step(number: usize, group: &[&Step], names: &Names) -> String {
    let about: Vec<String> = group
        .iter()
        .map(|step| about(&step.about, names))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect();
    let about: Vec<&str> = about.iter().map(String::as_str).collect();
    let n_done = group
        .iter()
        .filter(|step| !step.on_record.is_empty())
        .count();
    let done = match n_done {
        0 => String::new(),
        n => format!(" (something of it is on record for {n} of {})", group.len()),
    };
    format!(
        "{number}. {}: {}{done}.",
        group[0].action,
        accounts(&about, NAMES_MOST)
    )
}

/// What a step is about, without an id beside a name and without the path of an object.
fn about(text: &str, names: &Names) -> String {
    let (object, store) = match text.rsplit_once(" in ") {
        Some((object, store)) if object.ends_with(['"', ')']) => (object, format!(" in {store}")),
        _ => (text, String::new()),
    };
    let named = object
        .split_once("\" (")
        .map(|(name, _)| format!("{name}\""));
    let bare = object.trim_matches('"');
    let called = match named {
        Some(named) => named,
        None if crate::brief::names::is_id(bare) => names.called(bare),
        None if object.starts_with('"') => called(bare, names),
        None => object.to_owned(),
    };
    format!("{called}{store}")
}

fn warn(brief: &Brief) -> Vec<String> {
    let mut sentences = Vec::new();
    let n = brief.warn.len() as u64;
    if n > 0 {
        let addresses: Vec<&str> = brief.warn.iter().map(|to| to.address.as_str()).collect();
        sentences.push(format!(
            "{} of messages sent in hostile sessions: {}.",
            capital(&count(n, "recipient", "recipients")),
            list_of(&addresses, NAMES_MOST)
        ));
    }
    let unnamed = brief.warn_unnamed.n_messages;
    if unnamed > 0 {
        let senders: Vec<&str> = brief
            .warn_unnamed
            .senders
            .iter()
            .map(String::as_str)
            .collect();
        sentences.push(format!(
            "{} sent in hostile sessions in the name of {} {} no recipient on record: a message trace or the sent items name them.",
            capital(&count(unnamed, "message", "messages")),
            accounts(&senders, NAMES_MOST),
            verb(unnamed, "has", "have"),
        ));
    }
    if sentences.is_empty() {
        sentences.push(
            "No message sent in a hostile session is on record; messages that left no record cannot be excluded.".to_owned(),
        );
    }
    sentences
}

fn unlisted(brief: &Brief) -> Vec<String> {
    let n = brief.ordinary_sessions;
    let answered: u64 = brief
        .method
        .determinations
        .iter()
        .map(|d| d.n_against)
        .sum();
    let n_silent = n.saturating_sub(answered);
    let mut sentences = vec![format!(
        "{} {} not listed: nothing on record raised {}.",
        capital(&count(n_silent, "session", "sessions")),
        verb(n_silent, "is", "are"),
        verb(n_silent, "it", "them")
    )];
    if answered > 0 {
        sentences.push(format!(
            "{} more {} not listed on the word of an analyst or owner: that, and what the records bear out against it, stands under Method.",
            capital(&grouped(answered)),
            verb(answered, "is", "are"),
        ));
    }
    sentences.push(
        "A session that is not listed is not cleared, and silence of these logs is no proof that nothing happened.".to_owned(),
    );
    sentences
}
