//! What a statement tells: first word, keys it names, where it copies from.

use std::borrow::Cow;

/// The most tokens looked at: a statement longer than that names no keys.
const TOKENS_MOST: usize = 4096;

/// The most bytes of a statement that names what was read.
const SHOWN_BYTES_MAX: usize = 512;

/// One token of SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Token<'a> {
    /// A bare word or number.
    Word(&'a str),
    /// A quoted name, quotes included.
    Name(&'a str),
    /// A string, quotes included.
    Text(&'a str),
    /// Anything else, one character.
    Mark(&'a str),
}

impl<'a> Token<'a> {
    fn is(self, word: &str) -> bool {
        matches!(self, Token::Word(text) | Token::Mark(text) if text.eq_ignore_ascii_case(word))
    }

    fn text(self) -> &'a str {
        match self {
            Token::Word(text) | Token::Name(text) | Token::Text(text) | Token::Mark(text) => text,
        }
    }
}

/// The tokens of a statement, comments left out; at most [`TOKENS_MOST`].
fn tokens(statement: &str) -> Vec<Token<'_>> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < statement.len() && tokens.len() < TOKENS_MOST {
        let rest = &statement[at..];
        let (token, used) = next(rest);
        tokens.extend(token);
        at += used;
    }
    tokens
}

/// The token a text begins with (none for white space and comments), and its length.
fn next(rest: &str) -> (Option<Token<'_>>, usize) {
    let Some(first) = rest.chars().next() else {
        return (None, 0);
    };
    if first.is_whitespace() {
        return (None, first.len_utf8());
    }
    if rest.starts_with("--") {
        return (None, rest.find('\n').unwrap_or(rest.len()));
    }
    if rest.starts_with("/*") {
        return (None, rest.find("*/").map_or(rest.len(), |at| at + 2));
    }
    match first {
        '\'' => quoted(rest, '\'', Token::Text),
        '"' => quoted(rest, '"', Token::Name),
        '$' => dollar(rest),
        _ if is_word(first) => {
            let end = rest
                .find(|c: char| !is_word(c) && c != '$')
                .unwrap_or(rest.len());
            (Some(Token::Word(&rest[..end])), end)
        }
        _ => (
            Some(Token::Mark(&rest[..first.len_utf8()])),
            first.len_utf8(),
        ),
    }
}

fn is_word(character: char) -> bool {
    character.is_alphanumeric() || matches!(character, '_' | '.')
}

/// A text in quotes, doubled quotes within it.
fn quoted<'a>(
    rest: &'a str,
    quote: char,
    token: fn(&'a str) -> Token<'a>,
) -> (Option<Token<'a>>, usize) {
    let bytes = rest.as_bytes();
    let mut at = 1;
    while at < bytes.len() {
        if bytes[at] == quote as u8 {
            if bytes.get(at + 1) != Some(&(quote as u8)) {
                return (Some(token(&rest[..=at])), at + 1);
            }
            at += 1;
        }
        at += 1;
    }
    (Some(token(rest)), rest.len())
}

/// `$1` is a word; `$tag$ … $tag$` is a text.
fn dollar(rest: &str) -> (Option<Token<'_>>, usize) {
    let inner = &rest[1..];
    let end = inner
        .find(|c: char| !c.is_alphanumeric() && c != '_')
        .unwrap_or(inner.len());
    let numbered = end > 0 && inner[..end].bytes().all(|byte| byte.is_ascii_digit());
    if numbered || !inner[end..].starts_with('$') {
        return (Some(Token::Word(&rest[..end + 1])), end + 1);
    }
    let tag = &rest[..end + 2];
    let close = rest[tag.len()..].find(tag);
    let length = close.map_or(rest.len(), |at| at + 2 * tag.len());
    (Some(Token::Text(&rest[..length])), length)
}

/// The first word in lower case; empty where there is none.
pub fn first_word(statement: &str) -> String {
    let first = tokens_few(statement, 1);
    first
        .first()
        .map_or(String::new(), |token| token.text().to_lowercase())
}

fn tokens_few(statement: &str, most: usize) -> Vec<Token<'_>> {
    let (mut tokens, mut at) = (Vec::new(), 0);
    while at < statement.len() && tokens.len() < most {
        let (token, used) = next(&statement[at..]);
        tokens.extend(token);
        at += used;
    }
    tokens
}

/// Whether a statement has a word outside quotes and comments.
pub fn has_word(statement: &str, word: &str) -> bool {
    tokens(statement).iter().any(|token| token.is(word))
}

/// The word behind another word, in lower case and without quotes: a role's name.
pub fn word_behind(statement: &str, words: &[&str]) -> String {
    let tokens = tokens_few(statement, 64);
    let place = tokens
        .iter()
        .position(|token| words.iter().any(|word| token.is(word)));
    let behind = place.and_then(|at| tokens.get(at + 1));
    behind.map_or(String::new(), |token| match token {
        Token::Name(name) => name.trim_matches('"').to_owned(),
        other => other.text().to_lowercase(),
    })
}

/// The table that `COPY table TO` names; `None` for a query, or a copy into the table.
pub fn copied_table(statement: &str) -> Option<String> {
    let tokens = tokens(statement);
    let mut tokens = tokens.into_iter();
    if !tokens.next()?.is("copy") {
        return None;
    }
    let mut table = String::new();
    let mut depth = 0_u32;
    for token in tokens {
        match token {
            Token::Mark("(") if table.is_empty() => return None,
            Token::Mark("(") => depth += 1,
            Token::Mark(")") => depth = depth.saturating_sub(1),
            _ if depth > 0 => {}
            _ if token.is("to") => return (!table.is_empty()).then_some(table),
            _ if token.is("from") => return None,
            Token::Word(name) => table.push_str(&name.to_lowercase()),
            Token::Name(name) => table.push_str(name.trim_matches('"')),
            Token::Mark(mark) => table.push_str(mark),
            Token::Text(_) => return None,
        }
    }
    None
}

/// The server's own look at a referenced row, which a foreign key asks for: no row leaves it.
pub fn is_key_check(statement: &str) -> bool {
    statement.starts_with("SELECT 1 FROM ONLY ")
        && statement.contains(" OPERATOR(pg_catalog.")
        && statement.trim_end().ends_with(" FOR KEY SHARE OF x")
}

/// The keys a statement names, as `id=3039`: a plain selection from one table, by equality, a
/// list or a range, and nothing that would leave rows out.
///
/// # Gaps
/// `None` for anything else, and where a parameter's value was not logged.
pub fn keys(statement: &str, parameters: &[String]) -> Option<String> {
    let tokens = tokens(statement);
    if tokens.len() == TOKENS_MOST || !tokens.first()?.is("select") {
        return None;
    }
    let plain = |word: &str| tokens.iter().filter(|token| token.is(word)).count();
    if plain("select") != 1 || plain("from") != 1 || plain("where") != 1 {
        return None;
    }
    let from = tokens.iter().position(|token| token.is("from"))?;
    let place = tokens.iter().position(|token| token.is("where"))?;
    // The table, and an alias.
    let between = tokens.get(from + 1..place)?;
    let one_table = between
        .iter()
        .all(|t| matches!(t, Token::Word(_) | Token::Name(_)))
        && (1..=3).contains(&between.len())
        && !between.iter().any(|token| token.is("join"));
    let end = tokens
        .iter()
        .position(|token| token.is("order"))
        .unwrap_or(tokens.len());
    let predicate = tokens.get(place + 1..end)?;
    let tail_is_plain = tokens[end..].iter().all(|token| {
        !["limit", "offset", "fetch", "for"]
            .iter()
            .any(|word| token.is(word))
    });
    (one_table && tail_is_plain).then(|| predicate_text(predicate, parameters))?
}

/// Conditions joined by `and`, each `column = value`, `in (values)` or `between a and b`.
fn predicate_text(tokens: &[Token<'_>], parameters: &[String]) -> Option<String> {
    let mut rest = tokens;
    while let [before @ .., Token::Mark(";")] = rest {
        rest = before;
    }
    let mut said = String::new();
    while !rest.is_empty() {
        let column = match rest.first()? {
            Token::Word(name) | Token::Name(name) => *name,
            _ => return None,
        };
        let used = match rest.get(1..)? {
            [Token::Mark("="), value, ..] => {
                said.push_str(&format!("{column}={}", value_text(*value, parameters)?));
                3
            }
            [word, from, and, to, ..] if word.is("between") && and.is("and") => {
                let (from, to) = (value_text(*from, parameters)?, value_text(*to, parameters)?);
                said.push_str(&format!("{column} between {from} and {to}"));
                5
            }
            [word, Token::Mark("("), list @ ..] if word.is("in") => {
                let close = list.iter().position(|token| token.is(")"))?;
                said.push_str(&format!(
                    "{column} in ({})",
                    list_text(&list[..close], parameters)?
                ));
                4 + close
            }
            _ => return None,
        };
        rest = rest.get(used..)?;
        match rest {
            [] => {}
            [and, more @ ..] if and.is("and") && !more.is_empty() => {
                said.push_str(" and ");
                rest = more;
            }
            _ => return None,
        }
    }
    (!said.is_empty() && said.len() <= SHOWN_BYTES_MAX).then_some(said)
}

fn list_text(list: &[Token<'_>], parameters: &[String]) -> Option<String> {
    let mut values = Vec::new();
    for (place, token) in list.iter().enumerate() {
        match (place % 2, token) {
            (1, Token::Mark(",")) => {}
            (0, value) => values.push(value_text(*value, parameters)?),
            _ => return None,
        }
    }
    (!values.is_empty()).then(|| values.join(","))
}

/// A number, a string, or the logged value of a parameter.
fn value_text<'a>(token: Token<'a>, parameters: &'a [String]) -> Option<Cow<'a, str>> {
    match token {
        Token::Word(word) => {
            if let Some(number) = word.strip_prefix('$') {
                let place: usize = number.parse().ok()?;
                return parameters.get(place.checked_sub(1)?).map(Cow::from);
            }
            let number = word.starts_with(|c: char| c.is_ascii_digit());
            number.then_some(Cow::Borrowed(word))
        }
        Token::Text(text) => Some(Cow::Borrowed(text.trim_matches('\''))),
        Token::Name(_) | Token::Mark(_) => None,
    }
}

/// A statement as an item is called: on one line, and cut where it is long.
pub fn shown(statement: &str) -> String {
    let mut said = String::new();
    for word in statement.split_whitespace() {
        if !said.is_empty() {
            said.push(' ');
        }
        said.push_str(word);
        if said.len() > SHOWN_BYTES_MAX {
            break;
        }
    }
    if said.len() > SHOWN_BYTES_MAX {
        let mut end = SHOWN_BYTES_MAX;
        while !said.is_char_boundary(end) {
            end -= 1;
        }
        said.truncate(end);
        // Two long statements that begin alike stay two.
        said.push_str(&crate::vocab::digest::content_id('…', &[statement]));
    }
    said.trim_end_matches([';', ' ']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::{copied_table, has_word, keys, shown};

    #[test]
    fn keys_are_named_only_by_plain_conditions() {
        for (statement, expect) in [
            ("select * from personnel where id=3039", Some("id=3039")),
            (
                "SELECT name FROM hr.personnel p WHERE p.id = 'a''b';",
                Some("p.id=a''b"),
            ),
            (
                "select * from p where id in (1, 2,3)",
                Some("id in (1,2,3)"),
            ),
            (
                "select id from p where id between 1 and 40",
                Some("id between 1 and 40"),
            ),
            ("select * from p where id=$1 and x=$2", Some("id=7 and x=b")),
            ("select * from p where id=1 order by id", Some("id=1")),
            ("select * from p where id=1 or 1=1", None),
            ("select * from p where id=1 limit 1", None),
            ("select * from p, q where id=1", None),
            ("select * from p join q on p.id=q.id where p.id=1", None),
            ("select * from p where id in (select id from q)", None),
            ("select * from p where id > 5", None),
            ("select * from p where id=$3", None),
            ("select * from p where id=1 union table q", None),
            ("select * from p -- where id=1", None),
            ("update p set a=1 where id=1", None),
            ("", None),
        ] {
            let parameters = ["7".to_owned(), "b".to_owned()];
            assert_eq!(
                keys(statement, &parameters).as_deref(),
                expect,
                "{statement}"
            );
        }
    }

    #[test]
    fn a_copy_names_its_table_or_its_query() {
        for (statement, expect) in [
            (
                "COPY public.personnel (id, name) TO stdout;",
                Some("public.personnel"),
            ),
            ("copy \"HR\".personnel to stdout", Some("HR.personnel")),
            ("copy (select * from personnel) to stdout", None),
            ("copy personnel from stdin", None),
            ("select 1", None),
        ] {
            assert_eq!(copied_table(statement).as_deref(), expect, "{statement}");
        }
    }

    #[test]
    fn words_in_quotes_and_comments_are_no_words() {
        assert!(has_word("update p set a=1 returning *", "returning"));
        assert!(!has_word(
            "update p set a='returning' -- returning",
            "returning"
        ));
        assert!(!has_word(
            "select $x$ returning $x$ /* returning */",
            "returning"
        ));
        assert_eq!(shown("select\n  *\nfrom p;"), "select * from p");
        assert_ne!(
            shown(&format!("{}1", "é".repeat(600))),
            shown(&format!("{}2", "é".repeat(600)))
        );
    }
}
