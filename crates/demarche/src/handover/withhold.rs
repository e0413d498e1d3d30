//! Takes addresses of uninvolved persons out of every text, and counts them.

use std::collections::{BTreeMap, BTreeSet};

use demarche_core::brief::phrase::count;
use serde_json::Value;

use crate::view::{Action, Exposure, Indicator, TimelineRow, View};

/// Addresses withheld: each gets a number, so that a reader can tell two of them apart.
#[derive(Debug, Default)]
pub struct Withheld {
    keep: BTreeSet<String>,
    numbers: BTreeMap<String, usize>,
    n_times: u64,
}

impl Withheld {
    /// Nothing withheld yet; these addresses, lower case, stay.
    pub fn but(keep: BTreeSet<String>) -> Withheld {
        Withheld {
            keep,
            ..Withheld::default()
        }
    }

    /// What was withheld, in one sentence; none where nothing was.
    pub fn sentence(&self) -> Option<String> {
        (!self.numbers.is_empty()).then(|| {
            format!(
                "{} of other persons, {}; each is shown by a number that stays the same in this brief.",
                count(self.numbers.len() as u64, "address", "addresses"),
                count(self.n_times, "time", "times")
            )
        })
    }

    /// A text without addresses that are not to be shown.
    pub fn text(&mut self, text: &str) -> String {
        let mut out = String::with_capacity(text.len());
        let mut rest = text;
        while let Some((from, to)) = next_address(rest) {
            let address = rest[from..to].to_lowercase();
            out.push_str(&rest[..from]);
            if self.keep.contains(&address) {
                out.push_str(&rest[from..to]);
            } else {
                let next = self.numbers.len() + 1;
                let number = *self.numbers.entry(address).or_insert(next);
                self.n_times += 1;
                out.push_str(&format!("[address {number}]"));
            }
            rest = &rest[to..];
        }
        out.push_str(rest);
        out
    }

    /// Every text of a JSON value.
    pub fn value(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => *text = self.text(text),
            Value::Array(values) => values.iter_mut().for_each(|value| self.value(value)),
            Value::Object(fields) => fields.values_mut().for_each(|value| self.value(value)),
            _ => {}
        }
    }

    /// Every table of a view. Ids of messages look like addresses and are none: they stay.
    pub fn tables(&mut self, view: &mut View) {
        for row in &mut view.exposures {
            let Exposure {
                account,
                store,
                container,
                ..
            } = row;
            self.cells([account, store, container]);
        }
        for row in &mut view.actions {
            let Action {
                account,
                store,
                object,
                recipients,
                facts,
                ..
            } = row;
            self.cells([account, store, object, recipients, facts]);
        }
        for row in &mut view.timeline {
            let TimelineRow {
                message,
                account,
                store,
                ..
            } = row;
            self.cells([message, account, store]);
        }
        for row in &mut view.indicators {
            let Indicator { value, note, .. } = row;
            self.cells([value, note]);
        }
    }

    fn cells<const N: usize>(&mut self, cells: [&mut String; N]) {
        for cell in cells {
            *cell = self.text(cell);
        }
    }
}

/// Where the next mail address of a text lies: letters, an at sign, a domain with a dot.
fn next_address(text: &str) -> Option<(usize, usize)> {
    let local = |c: char| c.is_alphanumeric() || "!#$%&*+-/=?^_`{|}~.'".contains(c);
    let domain = |c: char| c.is_alphanumeric() || matches!(c, '.' | '-');
    let mut searched = 0;
    while let Some(at) = text[searched..].find('@').map(|at| at + searched) {
        let before = text[..at].chars().rev().take_while(|c| local(*c));
        let from = at - before.map(char::len_utf8).sum::<usize>();
        // A value behind `name=` begins after its sign.
        let from = text[from..at]
            .rfind('=')
            .map_or(from, |sign| from + sign + 1);
        // A quote before an address is not of it: commands quote what they name.
        let quotes = text[from..at].chars().take_while(|c| *c == '\'').count();
        let from = from + quotes;
        let after = text[at + 1..].chars().take_while(|c| domain(*c));
        let mut to = at + 1 + after.map(char::len_utf8).sum::<usize>();
        while text[..to].ends_with(['.', '-']) {
            to -= 1;
        }
        let is_address = from < at && to > at + 1 && text[at + 1..to].contains('.');
        if is_address {
            return Some((from, to));
        }
        searched = at + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn other_addresses_get_a_number_and_are_counted() {
        let mut withheld = Withheld::but(BTreeSet::from(["ana@example.org".to_owned()]));
        let text = "Ana@Example.org wrote to bo@x.example, Cé <cé@y.example> and bo@x.example.";
        assert_eq!(
            withheld.text(text),
            "Ana@Example.org wrote to [address 1], Cé <[address 2]> and [address 1]."
        );
        assert_eq!(
            withheld.text("forwards_to=d@z.example;"),
            "forwards_to=[address 3];"
        );
        assert_eq!(
            withheld.text("-UserId 'ana@example.org' -To 'd@z.example'"),
            "-UserId 'ana@example.org' -To '[address 3]'"
        );
        assert_eq!(withheld.text("a @ b, @x.org, x@y"), "a @ b, @x.org, x@y");
        let sentence = withheld.sentence().unwrap();
        assert!(
            sentence.starts_with("3 addresses of other persons, 5 times"),
            "{sentence}"
        );
    }
}
