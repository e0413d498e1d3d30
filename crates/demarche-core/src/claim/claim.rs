//! One claim: a sentence, and the records it rests on.

use crate::exposure::exposure::Caveat;
use crate::vocab::digest::content_id;
use crate::vocab::place::Place;

/// What a claim answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClaimKind {
    /// An account or store was used by someone who should not have been.
    Entered,
    /// A record names what was reached.
    Accessed,
    /// A record covers what was reached without naming it.
    Presumed,
    /// Nothing here can tell.
    Unknowable,
    /// Something was put in place and is not on record as removed.
    Open,
    /// A time of the clock.
    Clock,
}

impl ClaimKind {
    /// The word of this kind in tables and JSON.
    pub fn word(self) -> &'static str {
        match self {
            ClaimKind::Entered => "entered",
            ClaimKind::Accessed => "accessed",
            ClaimKind::Presumed => "presumed",
            ClaimKind::Unknowable => "unknowable",
            ClaimKind::Open => "open",
            ClaimKind::Clock => "clock",
        }
    }
}

/// A sentence with the records that bear it.
///
/// # Shape
/// Built only by [`Claim::borne`] and [`Claim::of_absence`]: a claim has at least one record,
/// or is marked as resting on absence and names the gaps or the ledger that permit it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claim {
    id: String,
    kind: ClaimKind,
    session: String,
    sentence: String,
    places: Vec<Place>,
    caveats: Vec<Caveat>,
    absence: Option<Vec<String>>,
}

/// What a claim says, before it is borne by anything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What it answers.
    pub kind: ClaimKind,
    /// The session it is about; empty where it is about none.
    pub session: String,
    /// What makes it this claim and no other, whatever its wording.
    pub about: Vec<String>,
    /// One sentence for a reader.
    pub sentence: String,
    /// Caveats that belong to it.
    pub caveats: Vec<Caveat>,
}

impl Claim {
    /// A claim that records bear; `None` without a record.
    pub fn borne(statement: Statement, places: &[Place]) -> Option<Claim> {
        if places.is_empty() {
            return None;
        }
        Some(Claim::made(statement, places.to_vec(), None))
    }

    /// A claim that rests on the absence of records, with the gaps or words that permit it;
    /// `places` may hold records that bear part of it. `None` where nothing permits it.
    pub fn of_absence(
        statement: Statement,
        permitted_by: Vec<String>,
        places: &[Place],
    ) -> Option<Claim> {
        if permitted_by.is_empty() {
            return None;
        }
        Some(Claim::made(statement, places.to_vec(), Some(permitted_by)))
    }

    /// The id derives from what the claim is about, never from its wording or from places that
    /// move with the order of sources: it keeps its meaning in every run of a case.
    fn made(statement: Statement, mut places: Vec<Place>, absence: Option<Vec<String>>) -> Claim {
        places.sort();
        places.dedup();
        let mut parts = vec![statement.kind.word(), statement.session.as_str()];
        parts.extend(statement.about.iter().map(String::as_str));
        let id = content_id('C', &parts);
        let mut caveats = statement.caveats;
        caveats.sort();
        caveats.dedup();
        Claim {
            id,
            kind: statement.kind,
            session: statement.session,
            sentence: statement.sentence,
            places,
            caveats,
            absence,
        }
    }

    /// `C-…`, from what it is about.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// What it answers.
    pub fn kind(&self) -> ClaimKind {
        self.kind
    }

    /// The session it is about; empty where it is about none.
    pub fn session(&self) -> &str {
        &self.session
    }

    /// One sentence for a reader.
    pub fn sentence(&self) -> &str {
        &self.sentence
    }

    /// The records that bear it, in order; a claim of absence may have none.
    pub fn places(&self) -> &[Place] {
        &self.places
    }

    /// Caveats that belong to it.
    pub fn caveats(&self) -> &[Caveat] {
        &self.caveats
    }

    /// What permits it where it rests on absence: such a claim cannot be checked from its
    /// records alone.
    pub fn absence(&self) -> Option<&[String]> {
        self.absence.as_deref()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn statement(sentence: &str) -> Statement {
        Statement {
            kind: ClaimKind::Accessed,
            session: "S-1".to_owned(),
            about: vec!["store".to_owned()],
            sentence: sentence.to_owned(),
            caveats: vec![Caveat(2), Caveat(1), Caveat(2)],
        }
    }

    #[test]
    fn a_claim_without_a_record_or_a_permit_cannot_be_built() {
        assert_eq!(Claim::borne(statement("x"), &[]), None);
        let nothing = Claim::of_absence(statement("x"), Vec::new(), &[Place::default()]);
        assert_eq!(nothing, None);
        let gaps = vec!["G-1".to_owned()];
        let absent = Claim::of_absence(statement("x"), gaps, &[]).unwrap();
        assert!(absent.absence().is_some());
    }

    #[test]
    fn its_id_is_what_it_is_about_and_not_how_it_is_said() {
        let place = |leaf| Place {
            leaf,
            ..Place::default()
        };
        let one = Claim::borne(statement("5 messages"), &[place(7)]).unwrap();
        let two = Claim::borne(statement("6 messages"), &[place(9), place(7), place(9)]).unwrap();
        assert_eq!(one.id(), two.id());
        assert_eq!(two.places(), [place(7), place(9)]);
        assert_eq!(two.caveats(), [Caveat(1), Caveat(2)]);
        assert_eq!(one.absence(), None);
    }
}
