//! Reads a case for one reader: filtered, joined with an inventory, and marked.

use std::collections::BTreeSet;
use std::path::Path;

use demarche_core::brief::phrase::grouped;

use crate::error::{Error, Result};
use crate::handover::audience::{Allowed, Audience};
use crate::handover::items::{self, Inventory, Joined};
use crate::handover::person;
use crate::handover::withhold::Withheld;
use crate::render::look::{Look, Zone};
use crate::view::{self, View};

/// What is asked for.
#[derive(Debug)]
pub struct Wish {
    /// The reader.
    pub audience: Audience,
    /// What may be shown although it is left out otherwise.
    pub allowed: BTreeSet<Allowed>,
    /// Text on every page.
    pub marking: String,
    /// A zone beside UTC.
    pub zone: Option<Zone>,
    /// What is known of messages.
    pub inventory: Option<Inventory>,
}

/// A case as one reader may see it.
pub struct Prepared {
    /// What it says.
    pub view: View,
    /// How it looks.
    pub look: Look,
    /// Every distinct item, for `items.csv` and `retrieve.csv`.
    pub items: Vec<items::JoinedItem>,
}

impl Prepared {
    /// Whether nothing listed is of the person whom the brief is for.
    pub fn is_about_nobody(&self) -> bool {
        self.look.of_person
            && self.view.sessions.is_empty()
            && self.view.exposures.is_empty()
            && self.view.attempts.is_empty()
    }
}

/// Reads the case and takes out what the reader may not see.
///
/// # Errors
/// A folder that is no case.
pub fn prepare(dir: &Path, name: &str, wish: Wish) -> Result<Prepared> {
    let mut view = view::read::case(dir, name)?;
    let mut left_out = Vec::new();
    let joined = wish
        .inventory
        .as_ref()
        .map(|inventory| items::join(&view, inventory));
    if let Audience::Person(account) = &wish.audience {
        left_out.extend(person::only(&mut view, account));
    }
    let mut joined = joined.map(|joined| match &wish.audience {
        Audience::Person(account) => of_person(joined, account),
        _ => joined,
    });
    if wish.audience != Audience::Internal {
        left_out.push(
            "Contents of records: they are part of no brief, and stay with the case.".to_owned(),
        );
        if !wish.audience.may_see(Allowed::Subjects, &wish.allowed)
            && let Some(joined) = &mut joined
        {
            left_out.extend(without_subjects(joined));
        }
        if !wish.audience.may_see(Allowed::Addresses, &wish.allowed) {
            let mut withheld = Withheld::but(kept(&view, &wish.audience));
            view = without_addresses(view, &mut withheld)?;
            if let Some(joined) = &mut joined {
                for item in &mut joined.items {
                    if let Some(known) = &mut item.item {
                        known.from = withheld.text(&known.from);
                        known.to = withheld.text(&known.to);
                    }
                }
            }
            left_out.extend(withheld.sentence());
        }
    }
    let items = match &joined {
        Some(joined) => joined.items.clone(),
        None => items::distinct(&view),
    };
    let of_person = matches!(wish.audience, Audience::Person(_));
    let audience = match wish.audience {
        Audience::Internal => String::new(),
        audience => audience.words(),
    };
    let look = Look {
        marking: wish.marking,
        audience,
        left_out,
        of_person,
        zone: wish.zone,
        items: joined,
    };
    Ok(Prepared { view, look, items })
}

/// Addresses that a reader may see: of those the case is about.
fn kept(view: &View, audience: &Audience) -> BTreeSet<String> {
    if let Audience::Person(account) = audience {
        return BTreeSet::from([account.clone()]);
    }
    let sessions = view.sessions.iter();
    let accounts = sessions.flat_map(|row| row.stores.iter().chain([&row.account]));
    let tried = view.attempts.iter().flat_map(|row| &row.accounts);
    let stores = view.exposures.iter().map(|row| &row.store);
    let all = accounts.chain(tried).chain(stores);
    all.map(|name| name.to_lowercase()).collect()
}

fn without_addresses(mut view: View, withheld: &mut Withheld) -> Result<View> {
    let bug = |cause: serde_json::Error| Error::run("cannot filter the brief").because(&cause);
    let mut value = serde_json::to_value(&view).map_err(bug)?;
    withheld.value(&mut value);
    withheld.tables(&mut view);
    let filtered: View = serde_json::from_value(value).map_err(bug)?;
    Ok(View {
        case: view.case,
        exposures: view.exposures,
        actions: view.actions,
        timeline: view.timeline,
        indicators: view.indicators,
        ..filtered
    })
}

fn without_subjects(joined: &mut Joined) -> Option<String> {
    let mut n_items: u64 = 0;
    for item in joined
        .items
        .iter_mut()
        .filter_map(|item| item.item.as_mut())
    {
        if !item.subject.is_empty() || !item.attachments.is_empty() {
            n_items += 1;
        }
        item.subject.clear();
        item.attachments.clear();
    }
    (n_items > 0).then(|| {
        let items = if n_items == 1 { "item" } else { "items" };
        format!(
            "Subjects and names of attachments of {} {items}.",
            grouped(n_items)
        )
    })
}

/// What an inventory says of one person's items alone.
fn of_person(mut joined: Joined, account: &str) -> Joined {
    joined
        .items
        .retain(|item| item.store.eq_ignore_ascii_case(account));
    joined.classes = items::classes(&joined.items, &joined.own);
    let n_named = joined
        .items
        .iter()
        .filter(|item| item.item.is_some())
        .count();
    joined.sentences = vec![format!(
        "Of {} of your exposed items an inventory names {}.",
        grouped(joined.items.len() as u64),
        grouped(n_named as u64)
    )];
    joined
}
