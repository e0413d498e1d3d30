//! Brief and truth of one tenant held against each other, record by record.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fs;

use serde_json::{Value, json};

use crate::report::tenant::rank;
use crate::seeds::Row;

/// What a case and its truth say.
pub struct Case {
    /// `brief.json`.
    pub brief: Value,
    /// `exposure.csv`.
    pub exposure: Vec<Row>,
    /// `timeline.csv`: the events of listed sessions.
    pub timeline: Vec<Row>,
    /// `truth.json`.
    pub truth: Value,
}

/// Kinds of gap that name hours in which records are missing.
const NAMED: [&str; 7] = [
    "silent-hours",
    "row-cap",
    "collector-window",
    "missing-rows",
    "throttled",
    "audit-disabled",
    "filtered-export",
];

/// The row of one tenant.
pub fn compare(case: &Case) -> Result<Value, String> {
    let truth = list(&case.truth["sessions"]);
    let seen = seen(case, &needles(&truth))?;
    let sessions = list(&case.brief["sessions"]);
    let verdict_of: HashMap<&str, &str> = sessions
        .iter()
        .map(|session| (text(session, "id"), text(session, "verdict")))
        .collect();
    let guilty = |session: &Value| {
        let of = seen.of.get(text(session, "id"));
        of.is_some_and(|of| {
            of.iter()
                .any(|(place, n)| *n > 0 && truth[*place]["verdict"] == "hostile")
        })
    };
    let false_hostile: Vec<Value> = sessions
        .iter()
        .filter(|session| session["verdict"] == "hostile" && !guilty(session))
        .map(told)
        .collect();
    let n_listed_ordinary = sessions.iter().filter(|session| !guilty(session)).count();
    let found: Vec<Value> = truth
        .iter()
        .enumerate()
        .map(|(place, session)| found(case, (place, session), &seen, &verdict_of))
        .collect();
    let (n_groups, false_groups) = groups(case, &seen, &truth);
    let wrong = wrong_items(case, &truth);
    let ordinary = case.brief["ordinary_sessions"].as_u64().unwrap_or(0);
    Ok(json!({
        "ordinary_sessions": ordinary + n_listed_ordinary as u64,
        "logins": case.truth["counts"]["ordinary_sessions"],
        "records": case.brief["accounting"].as_array().into_iter().flatten().filter_map(|source| source["records"].as_u64()).sum::<u64>(),
        "false_hostile": false_hostile,
        "wrong_items": wrong.0,
        "n_certain_hostile": wrong.1,
        "sessions": found,
        "groups": n_groups,
        "false_groups": false_groups,
        "gaps": gap_seconds(case),
        "presumed": presumed(case, &sessions),
    }))
}

fn list(value: &Value) -> Vec<Value> {
    value.as_array().cloned().unwrap_or_default()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn told(session: &Value) -> Value {
    json!({"session": session["id"], "account": session["account"], "row": session["row"], "reason": session["reason"]})
}

/// Words of records that only an intruder's have: record ids and tokens, by session of the truth.
fn needles(truth: &[Value]) -> HashMap<String, usize> {
    let mut needles = HashMap::new();
    for (place, session) in truth.iter().enumerate() {
        let records = list(&session["items"])
            .into_iter()
            .chain(list(&session["actions"]));
        let records: Vec<String> = records.map(|one| text(&one, "record").to_owned()).collect();
        let plain = ["token_ids", "records"].map(|key| list(&session[key]));
        let plain = plain
            .into_iter()
            .flatten()
            .filter_map(|one| one.as_str().map(str::to_owned));
        needles.extend(
            records
                .into_iter()
                .chain(plain)
                .map(|needle| (needle, place)),
        );
    }
    needles
}

/// What the records of listed sessions hold.
#[derive(Default)]
struct Seen {
    /// For each listed session, how many of its records belong to which session of the truth.
    of: BTreeMap<String, BTreeMap<usize, usize>>,
    /// Every word of the truth that a record of a listed session holds.
    words: BTreeSet<String>,
}

fn seen(case: &Case, needles: &HashMap<String, usize>) -> Result<Seen, String> {
    let mut sources: HashMap<String, Vec<u8>> = HashMap::new();
    for source in list(&case.brief["accounting"]) {
        let path = text(&source, "path").to_owned();
        let bytes = fs::read(&path).map_err(|error| format!("{path}: {error}"))?;
        sources.insert(source["source"].to_string(), bytes);
    }
    let mut seen = Seen::default();
    for row in &case.timeline {
        let of = |name: &str| row.get(name).map_or("", String::as_str);
        let number = |name: &str| of(name).parse::<usize>().unwrap_or(0);
        let (from, length) = (number("offset"), number("length"));
        let Some(bytes) = sources
            .get(of("source"))
            .and_then(|bytes| bytes.get(from..from + length))
        else {
            return Err(format!("timeline.csv: no bytes at {} {from}", of("source")));
        };
        let entry = seen.of.entry(of("session").to_owned()).or_default();
        let known = known(bytes, needles);
        if let Some((_, place)) = known.first() {
            *entry.entry(*place).or_default() += 1;
        }
        seen.words
            .extend(known.into_iter().map(|(word, _)| word.to_owned()));
    }
    Ok(seen)
}

/// The words of a record that the truth knows, each with the session it belongs to.
fn known<'a>(bytes: &'a [u8], needles: &HashMap<String, usize>) -> Vec<(&'a str, usize)> {
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let words = bytes
        .split(|byte| !is_word(byte))
        .filter(|word| word.len() >= 22);
    words
        .filter_map(|word| std::str::from_utf8(word).ok())
        .filter_map(|word| Some((word, *needles.get(word)?)))
        .collect()
}

/// What became of one session of the truth.
fn found(
    case: &Case,
    what: (usize, &Value),
    seen: &Seen,
    verdict_of: &HashMap<&str, &str>,
) -> Value {
    let (place, session) = what;
    let mine: BTreeSet<&str> = seen
        .of
        .iter()
        .filter(|(_, of)| of.contains_key(&place))
        .map(|(id, _)| id.as_str())
        .collect();
    let verdict = mine
        .iter()
        .filter_map(|id| verdict_of.get(id))
        .max_by_key(|verdict| rank(verdict));
    let items = list(&session["items"]);
    let pairs = |wanted: &dyn Fn(&Value) -> bool| -> BTreeSet<(String, String)> {
        let named = items
            .iter()
            .filter(|item| item["removed"] != true && item["truncated"] != true && wanted(item));
        named
            .map(|item| {
                let mailbox = text(item, "mailbox").to_lowercase();
                (mailbox, text(item, "item").to_owned())
            })
            .collect()
    };
    let whole = pairs(&|_| true);
    // An item whose record lies in a session that is not listed is missed, not uncertain.
    let listed = pairs(&|item| seen.words.contains(text(item, "record")));
    let certain = |wanted: &[&str]| {
        let of = |row: &Row, name: &str| row.get(name).cloned().unwrap_or_default();
        let rows = case.exposure.iter().filter(|row| {
            of(row, "grade") == "certain"
                && mine.contains(of(row, "session").as_str())
                && wanted.contains(&of(row, "verdict").as_str())
        });
        let items: BTreeSet<(String, String)> = rows
            .map(|row| (of(row, "store").to_lowercase(), of(row, "item")))
            .collect();
        items.intersection(&whole).count()
    };
    json!({
        "id": session["id"],
        "account": session["account"],
        "truth": session["verdict"],
        "warranted": session["warranted"],
        "why": session["why"],
        "found": verdict.copied().unwrap_or("none"),
        "items": items.len(),
        "items_whole": whole.len(),
        "items_listed": listed.len(),
        "certain_hostile": certain(&["hostile"]),
        "certain_listed": certain(&["hostile", "suspect"]),
    })
}

/// Suspect groups, and those of them in which no intruder had a hand.
fn groups(case: &Case, seen: &Seen, truth: &[Value]) -> (usize, Vec<Value>) {
    let groups = list(&case.brief["suspects"]);
    let touched = |group: &Value| {
        let ids = list(&group["sessions"]);
        let accounts: BTreeSet<&str> = truth
            .iter()
            .map(|session| text(session, "account"))
            .collect();
        let by_record = ids
            .iter()
            .filter_map(Value::as_str)
            .any(|id| seen.of.get(id).is_some_and(|of| !of.is_empty()));
        // The owner's own part of a session that was stolen has the intruder's hand in it.
        let shared = truth
            .iter()
            .any(|session| session["shared_with_owner"] == true)
            && list(&group["accounts"])
                .iter()
                .filter_map(Value::as_str)
                .any(|account| accounts.contains(account));
        by_record || shared
    };
    let false_groups = groups.iter().filter(|group| !touched(group));
    let told = false_groups.map(|group| {
        let ids = list(&group["sessions"]);
        let listed = list(&case.brief["sessions"]);
        let rows: BTreeSet<u64> = listed.iter().filter(|session| ids.contains(&session["id"])).filter_map(|session| session["row"].as_u64()).collect();
        json!({"cause": group["cause"], "sessions": ids.iter().take(4).collect::<Vec<_>>(), "rows": rows})
    });
    (groups.len(), told.collect())
}

/// Items called certain in hostile sessions that no intruder read, and how many were so called.
fn wrong_items(case: &Case, truth: &[Value]) -> (Vec<Value>, usize) {
    let items = truth
        .iter()
        .filter(|session| session["verdict"] == "hostile")
        .flat_map(|session| list(&session["items"]));
    let all: BTreeSet<(String, String)> = items
        .map(|item| {
            (
                text(&item, "mailbox").to_lowercase(),
                text(&item, "item").to_owned(),
            )
        })
        .collect();
    let of = |row: &Row, name: &str| row.get(name).cloned().unwrap_or_default();
    let certain = case
        .exposure
        .iter()
        .filter(|row| of(row, "grade") == "certain" && of(row, "verdict") == "hostile");
    let named: BTreeSet<(String, String)> = certain
        .map(|row| (of(row, "store").to_lowercase(), of(row, "item")))
        .collect();
    let wrong = named
        .difference(&all)
        .map(|(store, item)| json!([store, item]))
        .collect();
    (wrong, named.len())
}

/// Seconds named as gaps, and for each kind of damage the seconds without their records, and how
/// many of them are named. Hours in which nothing would have been recorded are no damage.
fn gap_seconds(case: &Case) -> Value {
    let spans = |all: &[Value]| -> Vec<(i64, i64)> {
        let bounds = all
            .iter()
            .filter_map(|one| Some((seconds(text(one, "from"))?, seconds(text(one, "to"))?)));
        united(bounds.filter(|(from, to)| from < to).collect())
    };
    let named = list(&case.brief["gaps"]);
    let named: Vec<Value> = named
        .into_iter()
        .filter(|gap| NAMED.contains(&text(gap, "kind")))
        .collect();
    let named = spans(&named);
    let damage = list(&case.truth["damage"]);
    let felt: Vec<Value> = damage
        .into_iter()
        .filter(|one| one["records"].as_u64() > Some(0))
        .collect();
    let kinds: BTreeSet<&str> = felt.iter().map(|one| text(one, "kind")).collect();
    let of_kind = |kind: &str| {
        let mine: Vec<Value> = felt
            .iter()
            .filter(|one| text(one, "kind") == kind)
            .cloned()
            .collect();
        let mine = spans(&mine);
        json!({"damaged": length(&mine), "both": common(&named, &mine)})
    };
    let by_kind: BTreeMap<&str, Value> = kinds
        .into_iter()
        .map(|kind| (kind, of_kind(kind)))
        .collect();
    let all = spans(&felt);
    json!({
        "named": length(&named),
        "damaged": length(&all),
        "both": common(&named, &all),
        "by_kind": by_kind,
    })
}

fn length(spans: &[(i64, i64)]) -> i64 {
    spans.iter().map(|(from, to)| to - from).sum()
}

/// Seconds that lie in both.
fn common(some: &[(i64, i64)], others: &[(i64, i64)]) -> i64 {
    let each = some
        .iter()
        .flat_map(|one| others.iter().map(move |other| (one, other)));
    each.map(|(one, other)| (one.1.min(other.1) - one.0.max(other.0)).max(0))
        .sum()
}

fn united(mut spans: Vec<(i64, i64)>) -> Vec<(i64, i64)> {
    spans.sort_unstable();
    let mut out: Vec<(i64, i64)> = Vec::new();
    for (from, to) in spans {
        match out.last_mut() {
            Some(last) if from <= last.1 => last.1 = last.1.max(to),
            _ => out.push((from, to)),
        }
    }
    out
}

/// Seconds since 1970 of a text such as `2026-03-02T08:15:20Z`.
fn seconds(text: &str) -> Option<i64> {
    let part = |from: usize, to: usize| text.get(from..to)?.parse::<i64>().ok();
    let (year, month, day) = (part(0, 4)?, part(5, 7)?, part(8, 10)?);
    let (hour, minute, second) = (part(11, 13)?, part(14, 16)?, part(17, 19)?);
    // Days of the civil calendar, years beginning in March.
    let (y, m) = if month > 2 {
        (year, month - 3)
    } else {
        (year - 1, month + 9)
    };
    let days = y * 365 + y / 4 - y / 100 + y / 400 + (m * 153 + 2) / 5 + day - 1 - 719_468;
    Some(days * 86_400 + hour * 3600 + minute * 60 + second)
}

/// Items presumed in hostile sessions, and items that intruders read and no whole record names.
fn presumed(case: &Case, sessions: &[Value]) -> Value {
    let hostile = sessions
        .iter()
        .filter(|session| session["verdict"] == "hostile");
    let rows = hostile.flat_map(|session| list(&session["exposure"]["presumed"]));
    let n: u64 = rows.map(|row| row["items"].as_u64().unwrap_or(0)).sum();
    let items = list(&case.truth["sessions"])
        .into_iter()
        .flat_map(|session| list(&session["items"]));
    let hidden = items
        .filter(|item| item["removed"] == true || item["truncated"] == true)
        .count();
    json!({"items": n, "unlogged": hidden})
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_and_spans_add_up() {
        assert_eq!(seconds("1970-01-01T00:00:01Z"), Some(1));
        assert_eq!(seconds("2026-03-02T08:15:20Z"), Some(1_772_439_320));
        assert_eq!(seconds("2024-02-29T00:00:00Z"), Some(1_709_164_800));
        assert_eq!(united(vec![(5, 9), (1, 3), (2, 4)]), [(1, 4), (5, 9)]);
    }

    #[test]
    fn a_record_belongs_to_the_session_whose_id_it_holds() {
        let id = "00112233-4455-6677-8899-aabbccddeeff";
        let truth = [json!({"items": [{"record": id}], "token_ids": ["MyIRAFVEd2aImaq7zN3u_w"]})];
        let needles = needles(&truth);
        let of = |text: &'static str| {
            known(text.as_bytes(), &needles)
                .first()
                .map(|(_, place)| *place)
        };
        assert_eq!(
            of(r#"{"Id":"00112233-4455-6677-8899-aabbccddeeff"}"#),
            Some(0)
        );
        assert_eq!(of(r#"{"uti":"MyIRAFVEd2aImaq7zN3u_w"}"#), Some(0));
        assert_eq!(of(r#"{"Id":"00112233-4455-6677-8899-aabbccddeefe"}"#), None);
    }
}
