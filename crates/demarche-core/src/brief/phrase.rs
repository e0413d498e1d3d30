//! Plain words: counts, lists, names and days as sentences need them.

use crate::vocab::moment::Moment;
pub use crate::vocab::number::grouped;

/// A count with its noun: `no messages`, `1 message`, `24 messages`.
pub fn count(n: u64, one: &str, many: &str) -> String {
    match n {
        0 => format!("no {many}"),
        1 => format!("1 {one}"),
        n => format!("{} {many}", grouped(n)),
    }
}

/// `is` or `are`, `was` or `were`: the form of a verb that goes with a count.
pub fn verb<'a>(n: u64, one: &'a str, many: &'a str) -> &'a str {
    if n == 1 { one } else { many }
}

/// Names in a sentence: `a`, `a and b`, `a, b and c`; of more than ten the rest is counted.
pub fn list(names: &[&str]) -> String {
    const MOST: usize = 10;
    match names {
        [] => "none".to_owned(),
        [one] => (*one).to_owned(),
        [init @ .., last] if names.len() <= MOST => format!("{} and {last}", init.join(", ")),
        _ => {
            let rest = (names.len() - MOST) as u64;
            let more = count(rest, "other", "others");
            format!("{} and {more}", names[..MOST].join(", "))
        }
    }
}

/// The first letter as a capital, for the start of a sentence.
pub fn capital(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}

/// Accounts in a sentence; a domain they share is said once: `ana and bo (both @example.org)`.
pub fn accounts(names: &[&str], most: usize) -> String {
    let domain = |name: &str| name.split_once('@').map(|(_, domain)| domain.to_owned());
    let shared = names.first().and_then(|name| domain(name));
    let shared = shared.filter(|shared| {
        names.len() > 1
            && names
                .iter()
                .all(|name| domain(name).as_ref() == Some(shared))
    });
    let bare: Vec<&str> = names
        .iter()
        .map(|name| match &shared {
            Some(_) => name.split_once('@').map_or(*name, |(front, _)| front),
            None => name,
        })
        .collect();
    let text = list_of(&bare, most);
    match shared {
        Some(domain) if names.len() == 2 => format!("{text} (both @{domain})"),
        Some(domain) => format!("{text} (all @{domain})"),
        None => text,
    }
}

/// Names in a sentence, at most so many; the rest is counted.
pub fn list_of(names: &[&str], most: usize) -> String {
    if names.len() <= most {
        return list(names);
    }
    let rest = (names.len() - most) as u64;
    format!(
        "{} and {}",
        names[..most].join(", "),
        count(rest, "other", "others")
    )
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// The day of a moment as people write it: `14 April 2021`.
pub fn day(at: Moment) -> String {
    let text = at.to_string();
    let part = |from: usize, to: usize| text.get(from..to).and_then(|part| part.parse().ok());
    match (text.get(..4), part(5, 7), part(8, 10)) {
        (Some(year), Some(month @ 1..=12), Some(day)) => {
            let (month, day): (usize, usize) = (month, day);
            format!("{day} {} {year}", MONTHS[month - 1])
        }
        _ => text,
    }
}

/// A moment to the minute as people write it, the zone named: `14 April 2021, 12:42 UTC`.
pub fn when(at: Moment) -> String {
    let text = at.to_string();
    match text.get(11..16) {
        Some(time) => format!("{}, {time} UTC", day(at)),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_read_as_people_write_them() {
        assert_eq!(count(0, "message", "messages"), "no messages");
        assert_eq!(count(1, "message", "messages"), "1 message");
        assert_eq!(count(60_000, "message", "messages"), "60,000 messages");
        assert_eq!(grouped(1_234_567), "1,234,567");
        assert_eq!(grouped(999), "999");
    }

    #[test]
    fn lists_read_as_people_write_them() {
        assert_eq!(list(&["a"]), "a");
        assert_eq!(list(&["a", "b", "c"]), "a, b and c");
        let many = ["x"; 12];
        assert_eq!(list(&many), "x, x, x, x, x, x, x, x, x, x and 2 others");
        assert_eq!(capital("éa"), "Éa");
    }

    #[test]
    fn a_shared_domain_is_said_once() {
        assert_eq!(accounts(&["a@x.org"], 5), "a@x.org");
        assert_eq!(
            accounts(&["a@x.org", "b@x.org"], 5),
            "a and b (both @x.org)"
        );
        assert_eq!(accounts(&["a@x.org", "b@y.org"], 5), "a@x.org and b@y.org");
        assert_eq!(
            accounts(&["a@x.org", "b@x.org", "c@x.org"], 2),
            "a, b and 1 other (all @x.org)"
        );
    }

    #[test]
    fn times_read_as_people_write_them() {
        let at = Moment::parse_iso("2021-04-04T12:42:51Z").unwrap();
        assert_eq!(when(at), "4 April 2021, 12:42 UTC");
        assert_eq!(day(at), "4 April 2021");
    }
}
