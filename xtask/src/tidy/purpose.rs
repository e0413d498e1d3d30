//! Every file opens with a line that says what it is for.

use super::Fault;
use super::files::File;

const N_WORDS_MAX: usize = 15;

/// Checks the first sentence of a file.
pub fn check(file: &File) -> Option<Fault> {
    let fault = |text: String| Some(Fault::new(&file.path, 1, "purpose", text));
    let Some(first) = file
        .text
        .lines()
        .next()
        .and_then(|line| line.strip_prefix("//!"))
    else {
        return fault(
            "the first line is not `//!`; say in one line what the file is for".to_owned(),
        );
    };
    if first.trim().is_empty() {
        return fault("the first line says nothing; say what the file is for".to_owned());
    }
    let n_words = first_sentence(&file.text).split_whitespace().count();
    if n_words > N_WORDS_MAX {
        return fault(format!(
            "{n_words} words in the purpose line; at most {N_WORDS_MAX}"
        ));
    }
    None
}

/// The text of the first `//!` lines up to a full stop or a blank line.
fn first_sentence(text: &str) -> String {
    let mut sentence = String::new();
    for line in text.lines() {
        let Some(doc) = line.strip_prefix("//!") else {
            break;
        };
        let doc = doc.trim();
        if doc.is_empty() {
            break;
        }
        if let Some((end, _)) = doc.split_once(". ") {
            sentence.push_str(end);
            break;
        }
        sentence.push_str(doc);
        sentence.push(' ');
        if doc.ends_with(['.', ':']) {
            break;
        }
    }
    sentence
}
