//! Pages of a pack for humans: static, nothing loaded, no script.

use demarche_evidence::opening::{Content, Opening, Piece};
use serde_json::{Value, json};

use crate::disclose::Wish;
use crate::disclose::choose::Chosen;
use crate::disclose::withhold::Shown;
use crate::error::{Error, Result};
use crate::evidence::entries::kind;
use crate::evidence::log::Log;
use crate::evidence::told::Told;
use crate::render::figure::escaped;

/// What stands for a withheld value.
const HIDDEN: &str = "███";

/// The most bytes of one record printed on the page; its opening holds all of them.
const PRINTED_BYTES_MAX: usize = 16 * 1024;

/// What stands at the head of every page.
#[derive(Clone, Debug)]
pub struct Head {
    /// The mark of the Traffic Light Protocol.
    pub tlp: String,
    /// Origin of the log.
    pub origin: String,
    /// Its size before this disclosure.
    pub size: u64,
    /// Its root at that size.
    pub root: String,
    /// The key to compare with the one that came by another way.
    pub key: String,
}

impl Head {
    /// From the log before this disclosure.
    ///
    /// # Errors
    /// A checkpoint that is none.
    pub fn of(wish: &Wish, log: &Log<'_>) -> Result<Head> {
        let keys = [log.verifier_key().clone()];
        let opened = demarche_evidence::checkpoint::open(log.checkpoint(), &keys);
        let opened = opened.map_err(|cause| Error::run("the checkpoint").because(&cause))?;
        Ok(Head {
            tlp: format!("TLP:{}", wish.tlp),
            origin: opened.checkpoint.origin,
            size: opened.checkpoint.size,
            root: opened.checkpoint.root.to_string(),
            key: log.verifier_key().to_string(),
        })
    }
}

/// One page that says what this shows, what it does not, and how to check.
pub fn readme(head: &Head) -> String {
    format!(
        "{tlp}\n\n\
         WHAT THIS IS\n\
         Records of a case, each as it was sealed at intake, with proofs that lead from its bytes to\n\
         a checkpoint signed by the key of the case.\n\n\
         WHAT IT SHOWS\n\
         - that the bytes shown are those sealed when the source was taken in;\n\
         - at which place of which source they lie;\n\
         - that the pages here are those whose digest the case log holds (entry export.made).\n\n\
         WHAT IT DOES NOT SHOW\n\
         - that a claim is true: that is judgement, to be weighed by its reader;\n\
         - that the provider wrote these records: that is for who exported them (certificate-902.txt);\n\
         - that nothing was changed before intake;\n\
         - that something is absent: a proof of inclusion never shows absence;\n\
         - for a record marked \"cut after intake\": that the values shown are those of the record\n\
         \x20 sealed. Its cut was bound by an entry of the log when it was disclosed; whoever holds the\n\
         \x20 record can check it, an outsider cannot.\n\n\
         HOW TO CHECK\n\
         \x20 python3 verify/verify_pack.py --key VKEY PACK        (Python's standard library alone)\n\
         \x20 demarche verify PACK --key VKEY\n\
         \x20 sha256sum -c manifest-sha256.txt                     (that the files are whole)\n\
         Take VKEY from whoever holds the case, by another way than this pack. policy.txt names a key\n\
         to compare it with; by itself it proves nothing.\n\n\
         THE LOG BEFORE THIS DISCLOSURE\n\
         \x20 origin  {origin}\n\
         \x20 size    {size} entries\n\
         \x20 root    {root}\n\
         Keep these three lines: they show it if the log is ever written anew.\n",
        tlp = head.tlp,
        origin = head.origin,
        size = head.size,
        root = head.root
    )
}

/// The key to compare, as a tlog-policy.
pub fn policy(head: &Head) -> String {
    format!(
        "# Compare this key with the one that came to you by another way. A verifier refuses a\n\
         # policy that lies inside the pack it checks.\nlog {}\nquorum none\n",
        head.key
    )
}

/// Gaps of the last run without names: what the sources could not tell.
pub fn coverage(told: &Told) -> String {
    let declared = told.of(kind::COVERAGE_DECLARED).last();
    let gaps = declared.and_then(|(index, _)| told.value(index, "declared")?.as_array().cloned());
    let named = ["kind", "source", "stream", "from", "to"];
    let gaps: Vec<Value> = gaps
        .unwrap_or_default()
        .iter()
        .map(|gap| {
            let fields = named.map(|name| (name.to_owned(), gap[name].clone()));
            Value::Object(fields.into_iter().collect())
        })
        .collect();
    format!("{:#}\n", json!({ "gaps": gaps }))
}

/// The page: claims, records with ███ for what is withheld, how each is bound.
pub fn html(head: &Head, chosen: &Chosen, shown: &[Shown]) -> String {
    let mut body = String::new();
    body.push_str(&format!("<p class=\"tlp\">{}</p>\n", escaped(&head.tlp)));
    body.push_str("<h1>Records disclosed from a case</h1>\n");
    body.push_str(
        "<p>What this shows and what it does not is in README.txt. No page here says that a claim \
         is true.</p>\n",
    );
    claims(&mut body, chosen);
    let n_withheld: usize = shown.iter().map(|record| record.n_withheld).sum();
    body.push_str(&format!(
        "<h2>Records</h2>\n<p>{} records, {n_withheld} values withheld. The length of what is withheld \
         is not hidden: it is the record's length less what is shown.</p>\n",
        shown.len()
    ));
    shown.iter().for_each(|shown| record(&mut body, shown));
    body.push_str(&format!(
        "<h2>The log before this disclosure</h2>\n<pre>origin  {}\nsize    {} entries\nroot    {}</pre>\n",
        escaped(&head.origin),
        head.size,
        grouped(&head.root)
    ));
    body.push_str(&format!("<p class=\"tlp\">{}</p>\n", escaped(&head.tlp)));
    format!(
        "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <title>Records disclosed</title>\n<style>\n\
         body{{font:16px/1.5 sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}}\n\
         pre{{white-space:pre-wrap;overflow-wrap:anywhere;border:1px solid #999;padding:.5rem}}\n\
         .tlp{{background:#000;color:#ffc000;padding:.25rem .5rem;font-weight:bold;display:inline-block}}\n\
         .hidden{{background:#000;color:#000}}\n</style></head><body>\n{body}</body></html>\n"
    )
}

fn claims(body: &mut String, chosen: &Chosen) {
    if chosen.asserted.is_empty() {
        return;
    }
    body.push_str("<h2>Claims and findings</h2>\n<ul>\n");
    for asserted in &chosen.asserted {
        let entries: Vec<String> = asserted.entries.iter().map(u64::to_string).collect();
        let sentence = match asserted.said["sentence"].as_str() {
            Some(sentence) => escaped(sentence),
            None => "The sentence stays concealed, because values are withheld.".to_owned(),
        };
        let absence = match &asserted.said["absence"] {
            Value::Null => "",
            _ => " It rests on absence, which no record of a pack can show: cannot decide.",
        };
        body.push_str(&format!(
            "<li>{sentence}{absence} (entry {}, {} records cited)</li>\n",
            entries.join(", "),
            asserted.n_cites
        ));
    }
    body.push_str("</ul>\n");
}

fn record(body: &mut String, shown: &Shown) {
    let opening = &shown.opening;
    body.push_str(&format!(
        "<h3>{}/{}</h3>\n<p>bytes {} to {} of its source; sealed by entry {}. {} values withheld.</p>\n",
        escaped(&opening.source),
        opening.leaf,
        opening.offset,
        opening.offset.saturating_add(opening.length),
        opening.entry,
        shown.n_withheld
    ));
    body.push_str(&format!("<p>{}</p>\n", binding(shown)));
    let printed = printed(shown.cut.as_ref().unwrap_or(opening));
    body.push_str(&format!("<pre>{printed}</pre>\n"));
}

/// When what is shown was bound.
fn binding(shown: &Shown) -> String {
    match (&shown.cut, &shown.opening.content) {
        (Some(cut), _) => format!(
            "Binding: cut after intake, bound by entry {}. Who holds the record can check it against \
             what was sealed; an outsider cannot.",
            cut.entry
        ),
        (None, Content::Split { .. }) => {
            "Binding: intake. The record was sealed value by value, before anybody chose what to withhold."
                .to_owned()
        }
        (None, _) => "Binding: intake. The record is shown whole, as it was sealed.".to_owned(),
    }
}

/// What is shown of a record, as HTML.
fn printed(opening: &Opening) -> String {
    let mut out = String::new();
    let mut n_bytes = 0;
    for piece in opening.pieces() {
        match piece {
            Piece::Withheld => out.push_str(HIDDEN),
            Piece::Bytes(bytes) => {
                let room = PRINTED_BYTES_MAX.saturating_sub(n_bytes);
                let part = bytes.get(..bytes.len().min(room)).unwrap_or_default();
                n_bytes += bytes.len();
                let text = String::from_utf8_lossy(part);
                let lines: Vec<String> = text.split('\n').map(escaped).collect();
                out.push_str(&lines.join("\n"));
            }
        }
    }
    if n_bytes > PRINTED_BYTES_MAX {
        out.push_str(&format!(
            "\n[{} bytes more in the opening]",
            n_bytes - PRINTED_BYTES_MAX
        ));
    }
    out
}

/// A digest in groups of four, for reading aloud.
fn grouped(digits: &str) -> String {
    let groups: Vec<String> = digits
        .as_bytes()
        .chunks(4)
        .map(|four| String::from_utf8_lossy(four).into_owned())
        .collect();
    groups.join(" ")
}
