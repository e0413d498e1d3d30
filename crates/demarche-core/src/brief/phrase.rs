//! Plain words: counts, lists and names as sentences need them.

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

/// A number with its thousands apart: `60,000`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
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
}
