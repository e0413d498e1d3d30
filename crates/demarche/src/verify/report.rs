//! What a check came to, line by line.

use demarche_evidence::verify::{Faults, Outcome};

/// The most faults printed under a line.
const FAULTS_SHOWN: usize = 20;

/// One of the three lines.
#[derive(Clone, Debug, Default)]
pub struct Line {
    /// What was looked at, in one sentence without its verdict.
    pub seen: String,
    /// What is wrong.
    pub faults: Faults,
}

/// What became of the judgement.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Judgement {
    /// It was not run again, and why.
    #[default]
    NotAsked,
    /// A pack holds no sources, so nobody can run it again from there.
    NotInPack,
    /// It was run again and came out the same, over so many outputs.
    Same(usize),
    /// It was run again and came out otherwise.
    Differs(Vec<String>),
    /// It could not be run again.
    CannotRun(String),
}

/// How a claim or finding stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// Every record it cites is here and opens.
    Open,
    /// It rests on absence, which only the sources can show.
    RestsOnAbsence,
    /// A record it cites is not here.
    RecordMissing,
    /// A record it cites is not what was sealed.
    RecordAltered,
}

/// One claim or finding of the log that was not withdrawn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stated {
    /// The entry that asserts it, its first part.
    pub entry: u64,
    /// Whether it is a finding; else it is a claim.
    pub is_finding: bool,
    /// Its id, where it is revealed.
    pub id: String,
    /// Its sentence, where it is revealed.
    pub sentence: String,
    /// How many records it cites.
    pub n_cites: usize,
    /// How it stands.
    pub standing: Standing,
}

/// The whole of a check.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Origin, size and root of the checkpoint, if one could be opened.
    pub head: Option<demarche_evidence::checkpoint::Checkpoint>,
    /// Who cosigned, and when they say they did, in seconds since 1970.
    pub cosigned: Vec<(String, u64)>,
    /// Time stamps over earlier checkpoints, a sentence each.
    pub stamped: Vec<String>,
    /// First line.
    pub bytes: Line,
    /// Second line.
    pub log: Line,
    /// Third line.
    pub judgement: Judgement,
    /// Claims and findings.
    pub stated: Vec<Stated>,
    /// Whether it is of a case, which has pages that no entry binds.
    pub is_case: bool,
    /// Whether every source was here and hashed again.
    pub sources_whole: bool,
}

impl Judgement {
    /// What it makes of the check.
    pub fn outcome(&self) -> Outcome {
        match self {
            Judgement::NotAsked | Judgement::NotInPack | Judgement::Same(_) => Outcome::Holds,
            Judgement::Differs(_) => Outcome::Altered,
            Judgement::CannotRun(_) => Outcome::CannotDecide,
        }
    }

    fn text(&self) -> String {
        match self {
            Judgement::NotAsked => "not re-run (--rejudge runs it again)".to_owned(),
            Judgement::NotInPack => "not re-run: a pack holds no sources".to_owned(),
            Judgement::Same(n) => {
                format!("re-run with the same result: {n} outputs have the digests sealed")
            }
            Judgement::Differs(names) => {
                format!("re-run with another result: {}", names.join(", "))
            }
            Judgement::CannotRun(why) => format!("cannot decide: could not be re-run: {why}"),
        }
    }
}

impl Checked {
    /// The worst of the three lines.
    pub fn outcome(&self) -> Outcome {
        let lines = [self.bytes.faults.outcome(), self.log.faults.outcome()];
        let worst = lines.into_iter().max().unwrap_or(Outcome::Holds);
        worst.max(self.judgement.outcome())
    }

    /// The report for the terminal. It never says that a claim is true.
    pub fn text(&self) -> String {
        let mut out = String::new();
        if let Some(head) = &self.head {
            out.push_str(&format!("origin     {}\n", head.origin));
            out.push_str(&format!("size       {} entries\n", head.size));
            out.push_str(&format!("root       {}\n", head.root));
        }
        for (name, time) in &self.cosigned {
            out.push_str(&format!("cosigned   {name} at {}\n", utc(*time)));
        }
        for stamp in &self.stamped {
            out.push_str(&format!("stamped    {stamp}\n"));
        }
        line(&mut out, "bytes", "unaltered since intake", &self.bytes);
        line(
            &mut out,
            "log",
            "consistent with the checkpoints given",
            &self.log,
        );
        out.push_str(&format!("judgement  {}\n", self.judgement.text()));
        self.claims(&mut out);
        out.push_str(
            "not said   whether a claim is true; that the provider wrote these records; \
             what was changed before intake\n",
        );
        if self.is_case {
            out.push_str(
                "not said   whether brief.html and other pages say what brief.json says: \
                 demarche brief DIR writes them again from it\n",
            );
        }
        out
    }

    /// How claims and findings stand; those that rest on absence are named one by one.
    fn claims(&self, out: &mut String) {
        if self.stated.is_empty() {
            return;
        }
        let n = |standing| {
            let same = |stated: &&Stated| stated.standing == standing;
            self.stated.iter().filter(same).count()
        };
        out.push_str(&format!(
            "claims     {} with every cited record open, {} that rest on absence, {} with records missing, {} with records altered\n",
            n(Standing::Open),
            n(Standing::RestsOnAbsence),
            n(Standing::RecordMissing),
            n(Standing::RecordAltered)
        ));
        let shown_again = matches!(self.judgement, Judgement::Same(_)) && self.sources_whole;
        let verdict = if shown_again {
            "its sources are here and were judged again"
        } else {
            "cannot decide: its sources were not judged again"
        };
        let resting = |stated: &&Stated| stated.standing == Standing::RestsOnAbsence;
        for stated in self.stated.iter().filter(resting).take(FAULTS_SHOWN) {
            let name = if stated.id.is_empty() {
                "(concealed)"
            } else {
                &stated.id
            };
            out.push_str(&format!(
                "  absence  entry {} {name}: {verdict}\n",
                stated.entry
            ));
        }
        let n_resting = self.stated.iter().filter(resting).count();
        if n_resting > FAULTS_SHOWN {
            out.push_str(&format!(
                "  absence  and {} more\n",
                n_resting - FAULTS_SHOWN
            ));
        }
    }
}

/// One line and the faults under it.
fn line(out: &mut String, name: &str, holds: &str, line: &Line) {
    let verdict = match line.faults.outcome() {
        Outcome::Holds => holds,
        Outcome::Altered => "ALTERED",
        Outcome::CannotDecide => "cannot decide",
    };
    let seen = if line.seen.is_empty() {
        String::new()
    } else {
        format!(": {}", line.seen)
    };
    out.push_str(&format!("{name:<10} {verdict}{seen}\n"));
    let faults: Vec<String> = line.faults.iter().map(ToString::to_string).collect();
    for fault in faults.iter().take(FAULTS_SHOWN) {
        out.push_str(&format!("  {fault}\n"));
    }
    if faults.len() > FAULTS_SHOWN {
        out.push_str(&format!("  and {} more\n", faults.len() - FAULTS_SHOWN));
    }
}

/// Seconds since 1970 as a time.
pub(crate) fn utc(seconds: u64) -> String {
    let micros = i64::try_from(seconds)
        .unwrap_or(i64::MAX)
        .saturating_mul(1_000_000);
    demarche_core::vocab::moment::Moment::from_micros(micros).to_string()
}
