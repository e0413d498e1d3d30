//! Reads one batch of records: text, form, events, rows.

use demarche_core::event::event::Event;
use demarche_core::event::sink::{Met, Sink};
use demarche_core::record::delivered::{Delivered, Header};
use demarche_core::record::frame::Frame;
use demarche_core::record::problem::{Problem, ProblemKind};
use demarche_core::record::text::Encoding;
use demarche_core::source::{Fate, Form, passes_over, recognise};
use demarche_core::vocab::moment::Moment;
use demarche_core::vocab::place::Place;

use crate::intake::facts::Facts;
use crate::intake::text::record_text;
use crate::intake::watch::{Sighting, Watch};
use crate::intake::window::Window;
use crate::spill::rows::Rows;

/// Spans of one source that were cut and sealed, waiting to be read.
pub(crate) struct Batch {
    /// The bytes that the spans lie in.
    pub window: Window,
    /// What to read, in order.
    pub parts: Vec<Part>,
    /// Headers in order of their first record.
    pub headers: Vec<Header>,
    pub encoding: Encoding,
    pub frame: Frame,
    /// The form of the record before the first one, or what it was taken to be.
    pub form: &'static Form,
}

/// One span of a batch.
pub(crate) enum Part {
    Record {
        /// Where it begins in the window.
        from: usize,
        place: Place,
        /// Which of the batch's headers it stands under.
        header: usize,
    },
    /// Something wrong that was met while cutting.
    Problem(Problem),
}

/// A batch and what came of it.
pub(crate) struct Reading {
    pub batch: Batch,
    pub rows: Rows,
    pub facts: Facts,
    pub problems: Vec<Problem>,
    /// What who looks on noted, in order.
    pub sightings: Vec<Sighting>,
    /// The form of the last record.
    pub form: &'static Form,
}

impl Reading {
    /// Reads a batch into room that may hold an earlier one's rows.
    pub fn of(batch: Batch, mut rows: Rows, watch: Option<&dyn Watch>) -> Reading {
        rows.clear();
        let mut reading = Reading {
            form: batch.form,
            rows,
            facts: Facts::default(),
            problems: Vec::new(),
            sightings: Vec::new(),
            batch: Batch {
                window: Window::default(),
                parts: Vec::new(),
                headers: Vec::new(),
                ..batch
            },
        };
        for part in &batch.parts {
            match part {
                Part::Problem(problem) => reading.problems.push(problem.clone()),
                Part::Record {
                    from,
                    place,
                    header,
                } => {
                    let bytes = &batch.window[*from..*from + place.length as usize];
                    reading.record(bytes, *place, (&batch.headers[*header], watch));
                }
            }
        }
        reading.batch = batch;
        reading
    }

    /// The same batch, read with another form before its first record.
    pub fn again(self, form: &'static Form, watch: Option<&dyn Watch>) -> Reading {
        Reading::of(Batch { form, ..self.batch }, self.rows, watch)
    }

    fn record(
        &mut self,
        bytes: &[u8],
        place: Place,
        (header, watch): (&Header, Option<&dyn Watch>),
    ) {
        let (text, repaired) = self.batch.encoding.text(bytes);
        self.facts.repaired |= repaired;
        let text = record_text(self.batch.frame, &text);
        if !(self.form.fits)(&text, header) {
            match recognise(&text, header) {
                Some(form) => self.form = form,
                None if passes_over(self.form, &text) => {
                    self.rows.begin(self.form);
                    self.rows.end(place, false);
                    return;
                }
                None => {
                    self.facts.rejected += 1;
                    self.problems.push(Problem {
                        kind: ProblemKind::Unsupported,
                        place,
                        text: "a record of no known form amid others that are known".to_owned(),
                        salvaged: Vec::new(),
                    });
                    return;
                }
            }
        }
        self.facts.form(self.form.name, self.form.lossy);
        let delivered = Delivered {
            place,
            text: &text,
            header,
        };
        self.read(&delivered, watch);
    }

    /// Has one record read.
    fn read(&mut self, delivered: &Delivered<'_>, watch: Option<&dyn Watch>) {
        let n_problems = self.problems.len();
        let mut sink = RecordSink {
            watch,
            last: None,
            facts: &mut self.facts,
            rows: &mut self.rows,
            problems: &mut self.problems,
        };
        sink.rows.begin(self.form);
        let fate = (self.form.read)(delivered, &mut sink);
        if let (Some(watch), Some(at)) = (watch, sink.last) {
            let seen = watch.see(self.form, delivered, at);
            self.sightings.extend(seen);
        }
        self.rows.end(delivered.place, fate == Fate::Rejected);
        if fate == Fate::Rejected {
            self.facts.rejected += 1;
            if self.problems.len() == n_problems {
                self.problems.push(Problem {
                    kind: ProblemKind::Malformed,
                    place: delivered.place,
                    text: "could not be read as what its form promises".to_owned(),
                    salvaged: Vec::new(),
                });
            }
        }
    }
}

/// Takes the events of one record.
struct RecordSink<'s> {
    watch: Option<&'s dyn Watch>,
    /// When the last event was.
    last: Option<Moment>,
    facts: &'s mut Facts,
    rows: &'s mut Rows,
    problems: &'s mut Vec<Problem>,
}

impl Sink for RecordSink<'_> {
    fn event(&mut self, event: &Event<'_>) {
        self.last = Some(event.at);
        let Some(watch) = self.watch else {
            self.facts.event(event);
            self.rows.event(event);
            return;
        };
        let mut event = event.clone();
        watch.enrich(&mut event);
        self.facts.event(&event);
        self.rows.event(&event);
    }

    fn problem(&mut self, problem: Problem) {
        self.problems.push(problem);
    }

    fn met(&mut self, met: Met) {
        self.facts.met(met);
    }
}
