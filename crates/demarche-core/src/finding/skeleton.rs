//! What a name looks like at a glance, for finding names that imitate others.

/// Letters and pairs that look like another, and what they look like. Applied in this order.
const PAIRS: [(&str, &str); 6] = [
    ("rn", "m"),
    ("vv", "w"),
    ("cl", "d"),
    ("cj", "g"),
    ("nn", "m"),
    ("ii", "u"),
];

/// Single characters that look like another: digits, and letters of other scripts.
const SINGLES: [(char, char); 44] = [
    ('0', 'o'),
    ('1', 'l'),
    ('3', 'e'),
    ('4', 'a'),
    ('5', 's'),
    ('7', 't'),
    ('8', 'b'),
    ('9', 'g'),
    ('$', 's'),
    ('@', 'a'),
    ('|', 'l'),
    ('!', 'l'),
    ('i', 'l'),
    ('\u{0131}', 'l'),
    ('\u{0430}', 'a'),
    ('\u{0435}', 'e'),
    ('\u{043e}', 'o'),
    ('\u{0440}', 'p'),
    ('\u{0441}', 'c'),
    ('\u{0443}', 'y'),
    ('\u{0445}', 'x'),
    ('\u{0456}', 'l'),
    ('\u{0458}', 'j'),
    ('\u{0455}', 's'),
    ('\u{043c}', 'm'),
    ('\u{043d}', 'h'),
    ('\u{0442}', 't'),
    ('\u{043a}', 'k'),
    ('\u{0432}', 'b'),
    ('\u{0501}', 'd'),
    ('\u{051b}', 'q'),
    ('\u{051d}', 'w'),
    ('\u{03bf}', 'o'),
    ('\u{03b1}', 'a'),
    ('\u{03bd}', 'v'),
    ('\u{03c1}', 'p'),
    ('\u{03c4}', 't'),
    ('\u{03b9}', 'l'),
    ('\u{03ba}', 'k'),
    ('\u{00e0}', 'a'),
    ('\u{00e9}', 'e'),
    ('\u{00ed}', 'l'),
    ('\u{00f3}', 'o'),
    ('\u{00fa}', 'u'),
];

/// The version of the tables above, printed beside what they decide.
pub const VERSION: &str = "skeleton-1";

/// A name as it looks at a glance: lower case, look-alikes replaced, all but letters left out.
pub fn skeleton(name: &str) -> String {
    let mut text = String::with_capacity(name.len());
    for c in name.chars().flat_map(char::to_lowercase).take(512) {
        let c = match c {
            // Full-width forms repeat the plain ones at a fixed distance.
            '\u{ff41}'..='\u{ff5a}' => char::from_u32(c as u32 - 0xff41 + 0x61).unwrap_or(c),
            _ => c,
        };
        let c = SINGLES
            .iter()
            .find(|(from, _)| *from == c)
            .map_or(c, |(_, to)| *to);
        if c.is_alphanumeric() {
            text.push(c);
        }
    }
    for (from, to) in PAIRS {
        text = text.replace(from, to);
    }
    text
}

/// The publisher a name imitates: it looks like the publisher's, at its beginning or in a whole
/// word of it, and is not written like it.
pub fn imitated<'a>(name: &str, publishers: &'a [String]) -> Option<&'a str> {
    let plain = plain(name);
    let seen = skeleton(name);
    publishers
        .iter()
        .filter(|publisher| publisher.chars().filter(|c| c.is_alphanumeric()).count() >= 5)
        .find(|publisher| {
            let known = skeleton(publisher);
            seen.starts_with(&known) && !plain.starts_with(&self::plain(publisher))
                || name.split(|c: char| !c.is_alphanumeric()).any(|word| {
                    skeleton(word) == known && self::plain(word) != self::plain(publisher)
                })
                || name
                    .split(|c: char| !c.is_alphanumeric())
                    .any(|word| is_slip(&self::plain(word), &self::plain(publisher)))
        })
        .map(String::as_str)
}

fn plain(name: &str) -> String {
    name.chars()
        .flat_map(char::to_lowercase)
        .filter(|c| c.is_alphanumeric())
        .collect()
}

/// Whether a long word is another with one letter wrong, missing, added or two exchanged.
fn is_slip(word: &str, publisher: &str) -> bool {
    let (a, b): (Vec<char>, Vec<char>) = (word.chars().collect(), publisher.chars().collect());
    if a == b || b.len() < 8 || a.len().abs_diff(b.len()) > 1 {
        return false;
    }
    let front = a.iter().zip(&b).take_while(|(x, y)| x == y).count();
    let back = a
        .iter()
        .rev()
        .zip(b.iter().rev())
        .take_while(|(x, y)| x == y)
        .count();
    let (rest_a, rest_b) = (
        a.len().saturating_sub(front + back),
        b.len().saturating_sub(front + back),
    );
    let one = rest_a <= 1 && rest_b <= 1;
    let exchanged = a.len() == b.len()
        && rest_a == 2
        && rest_b == 2
        && a[front] == b[front + 1]
        && a[front + 1] == b[front];
    one || exchanged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn look_alikes_are_seen_and_the_real_name_is_not() {
        let publishers = [
            "Microsoft".to_owned(),
            "Google".to_owned(),
            "Dropbox".to_owned(),
        ];
        let whom = |name: &str| imitated(name, &publishers);
        assert_eq!(whom("rnicrosoft_office"), Some("Microsoft"));
        assert_eq!(whom("Micr0soft Teams"), Some("Microsoft"));
        assert_eq!(whom("Mіcrosoft 365"), Some("Microsoft"), "Cyrillic i");
        assert_eq!(whom("Microsfot Office"), Some("Microsoft"), "exchanged");
        assert_eq!(whom("Micosoft"), Some("Microsoft"), "one missing");
        assert_eq!(whom("G00gle Drive"), Some("Google"));
        assert_eq!(whom("Microsoft Graph Explorer"), None);
        assert_eq!(whom("microsoft-teams"), None);
        assert_eq!(whom("Contoso Mail"), None);
        assert_eq!(whom("Dropbox"), None);
        assert_eq!(whom("Drop Box Sync"), None, "the same letters, apart");
        assert_eq!(whom("Goggle Maps"), None, "short words may be words");
    }
}
