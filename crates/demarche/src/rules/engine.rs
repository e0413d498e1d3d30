//! The engine that runs public rules: the one file that knows `rsigma`.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};

use demarche_core::record::delivered::Delivered;
use demarche_core::source::Form;
use demarche_core::tenant::lists::Rule;
use demarche_core::vocab::moment::{Moment, SECOND};
use demarche_core::vocab::place::Place;
use demarche_store::intake::watch::Sighting;
use rsigma_eval::correlation_engine::{CorrelationConfig, CorrelationEngine};
use rsigma_eval::event::{Event, EventValue};
use rsigma_eval::fields::RuleFieldSet;
use rsigma_eval::{Engine as Detector, EvaluationResult};
use rsigma_parser::{Level, LogSource, SigmaCollection, SigmaRule};
use serde_json::Value;

use crate::rules::RuleFile;
use crate::rules::logs::{LOGS, log_of};
use crate::rules::record::{View, value_of};
use crate::rules::run::{Ran, Seen, Told};

/// Rules, compiled and routed to the logs that they are about.
pub struct Engine {
    /// One for each entry of [`LOGS`].
    detectors: Vec<Detector>,
    correlator: Option<CorrelationEngine>,
    /// What is known of each rule, correlations behind the others.
    rules: Vec<Known>,
    /// Numbers of rules by id, else title.
    numbers: BTreeMap<String, u32>,
    /// Rules that a correlation counts, by number.
    counted: BTreeSet<u32>,
    /// Files and documents that are no rules, with why.
    refused: Vec<(String, String)>,
}

/// One rule, whatever became of it.
struct Known {
    /// How the judgement knows it.
    rule: Rule,
    /// The log it is about, in its own words.
    about: String,
    /// That log by place in [`LOGS`]; `None` where none here is it, or for a correlation.
    log: Option<usize>,
    /// Whether it counts hits of others.
    correlation: bool,
    /// Fields that it asks for, and whether any record had them.
    fields: Vec<(String, AtomicBool)>,
}

impl Known {
    /// What came of the rule.
    fn told(&self, n_hits: u64, records_of: &dyn Fn(&[&str]) -> u64) -> Told {
        let log = self.log.and_then(|log| LOGS.get(log));
        let rule = Rule {
            n_hits,
            n_records: log.map_or(0, |log| records_of(log.cards)),
            ..self.rule.clone()
        };
        let (state, why) = self.state(&rule);
        Told {
            about: self.about.clone(),
            rule,
            state,
            why,
        }
    }

    fn state(&self, rule: &Rule) -> (&'static str, String) {
        let fields = self.fields.iter();
        let missing: Vec<&str> = fields
            .filter(|(_, met)| !met.load(Ordering::Relaxed))
            .map(|(name, _)| name.as_str())
            .collect();
        let said = format!("no record has {}", missing.join(", "));
        if rule.is_common() {
            let why = "it fires on one in twenty of the records of its log or more, on every second of few";
            return ("common", why.to_owned());
        }
        match (rule.n_hits, self.correlation, self.log) {
            (1.., _, _) => ("fired", String::new()),
            (_, true, _) => ("silent", String::new()),
            (_, _, None) => (
                "cannot_fire",
                "no log that is read here is this one".to_owned(),
            ),
            _ if rule.n_records == 0 => (
                "cannot_fire",
                "no source of this log was handed in".to_owned(),
            ),
            _ if !missing.is_empty() && missing.len() == self.fields.len() => ("cannot_fire", said),
            _ if missing.is_empty() => ("silent", String::new()),
            _ => ("silent", said),
        }
    }
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} rules", self.rules.len())
    }
}

impl Engine {
    /// Compiles rules.
    pub fn new(files: &[RuleFile]) -> Engine {
        let mut engine = Engine {
            detectors: LOGS.iter().map(|_| Detector::new()).collect(),
            correlator: None,
            rules: Vec::new(),
            numbers: BTreeMap::new(),
            counted: BTreeSet::new(),
            refused: Vec::new(),
        };
        let mut all = SigmaCollection::new();
        for file in files {
            match rsigma_parser::parse_sigma_yaml(&file.text) {
                Ok(parsed) => {
                    let why = parsed.errors.iter();
                    let refused = why.map(|why| (file.name.clone(), why.clone()));
                    engine.refused.extend(refused);
                    all.rules.extend(parsed.rules);
                    all.correlations.extend(parsed.correlations);
                    all.filters.extend(parsed.filters);
                }
                Err(why) => engine.refused.push((file.name.clone(), why.to_string())),
            }
        }
        engine.detect(&all);
        engine.correlate(&all);
        engine
    }

    fn detect(&mut self, all: &SigmaCollection) {
        let mut routed: Vec<Vec<&SigmaRule>> = vec![Vec::new(); LOGS.len()];
        for rule in &all.rules {
            let log = log_for(&rule.logsource);
            self.know(Known {
                rule: Rule {
                    title: rule.title.clone(),
                    id: rule.id.clone().unwrap_or_default(),
                    techniques: techniques(&rule.tags),
                    ..graded(rule.level)
                },
                about: about(&rule.logsource),
                log,
                correlation: false,
                fields: fields_of(rule),
            });
            if let Some(log) = log {
                routed[log].push(rule);
            }
        }
        for (detector, rules) in self.detectors.iter_mut().zip(routed) {
            let faults = detector.add_rules(rules.iter().copied());
            for (place, why) in faults {
                let title = rules.get(place).map_or("", |rule| rule.title.as_str());
                self.refused.push((title.to_owned(), why.to_string()));
            }
            for filter in &all.filters {
                // A filter of rules that are about another log finds none of them here.
                let _ = detector.apply_filter(filter);
            }
        }
    }

    fn correlate(&mut self, all: &SigmaCollection) {
        if all.correlations.is_empty() {
            return;
        }
        let mut correlator = CorrelationEngine::new(CorrelationConfig::default());
        for rule in &all.rules {
            // What cannot be compiled was refused above.
            let _ = correlator.add_rule(rule);
        }
        for correlation in &all.correlations {
            if let Err(why) = correlator.add_correlation(correlation) {
                self.refused
                    .push((correlation.title.clone(), why.to_string()));
                continue;
            }
            for (number, rule) in all.rules.iter().enumerate() {
                let names = [rule.id.as_ref(), rule.name.as_ref()];
                let counted = |wanted: &String| names.contains(&Some(wanted));
                if correlation.rules.iter().any(counted) {
                    self.counted.insert(number as u32);
                }
            }
            self.know(Known {
                rule: Rule {
                    title: correlation.title.clone(),
                    id: correlation.id.clone().unwrap_or_default(),
                    techniques: techniques(&correlation.tags),
                    ..graded(correlation.level)
                },
                about: format!("hits of {}", correlation.rules.join(", ")),
                log: None,
                correlation: true,
                fields: Vec::new(),
            });
        }
        self.correlator = Some(correlator);
    }

    fn know(&mut self, known: Known) {
        let number = self.rules.len() as u32;
        let key = key_of(&known.rule.id, &known.rule.title);
        self.numbers.entry(key).or_insert(number);
        self.rules.push(known);
    }

    /// What a record shows: the rules that fire on it, and its text where a correlation counts one.
    pub fn see(&self, form: &Form, record: &Delivered<'_>, at: Moment) -> Option<Sighting> {
        let about = |place: usize| {
            let log = LOGS.get(place);
            let routed = log.is_some_and(|log| log.cards.contains(&form.card.name));
            let detector = self.detectors.get(place);
            routed && detector.is_some_and(|detector| detector.rule_count() > 0)
        };
        let logs: Vec<usize> = (0..LOGS.len()).filter(|place| about(*place)).collect();
        if logs.is_empty() {
            return None;
        }
        let value = value_of(record)?;
        let mut numbers: Vec<u32> = logs
            .into_iter()
            .flat_map(|log| self.fired(log, &value))
            .collect();
        numbers.sort_unstable();
        numbers.dedup();
        let counted = numbers.iter().any(|number| self.counted.contains(number));
        (!numbers.is_empty()).then(|| Sighting {
            place: record.place,
            at,
            numbers,
            text: counted.then(|| value.to_string()),
        })
    }

    /// Numbers of the rules of a log that fire on a record.
    fn fired(&self, log: usize, value: &Value) -> Vec<u32> {
        let (Some(detector), Some(of)) = (self.detectors.get(log), LOGS.get(log)) else {
            return Vec::new();
        };
        let view = View { value, log: of };
        self.note_fields(log, &view);
        let hits = detector.evaluate(&view);
        hits.iter().filter_map(|hit| self.number_of(hit)).collect()
    }

    /// What came of all rules, once every record was seen; `records_of` counts those of cards.
    pub fn close(mut self, mut seen: Seen, records_of: &dyn Fn(&[&str]) -> u64) -> Ran {
        for (place, number) in self.correlated(&seen.kept) {
            *seen.counts.entry(number).or_default() += 1;
            let numbers = seen.hits.entry(place).or_default();
            if !numbers.contains(&number) {
                numbers.push(number);
            }
        }
        let counted = |number: usize| seen.counts.get(&(number as u32)).copied().unwrap_or(0);
        let rules = self.rules.iter().enumerate();
        let rules = rules.map(|(number, known)| known.told(counted(number), records_of));
        Ran {
            rules: rules.collect(),
            hits: seen.hits,
            refused: self.refused,
            n_unkept: seen.n_unkept,
        }
    }

    /// The correlations that fire over records in order of time, with the record each fires on.
    fn correlated(&mut self, kept: &[Sighting]) -> Vec<(Place, u32)> {
        let Some(mut correlator) = self.correlator.take() else {
            return Vec::new();
        };
        let mut fired = Vec::new();
        for sighting in kept {
            let value = sighting.text.as_deref().map(serde_json::from_str::<Value>);
            let Some(Ok(value)) = value else { continue };
            let logs: BTreeSet<usize> = sighting
                .numbers
                .iter()
                .filter_map(|number| self.rules.get(*number as usize)?.log)
                .collect();
            for log in logs {
                let (Some(detector), Some(of)) = (self.detectors.get(log), LOGS.get(log)) else {
                    continue;
                };
                let view = View {
                    value: &value,
                    log: of,
                };
                let found = detector.evaluate(&view);
                let seconds = sighting.at.micros.div_euclid(SECOND);
                let results = correlator.process_with_detections(&view, found, seconds);
                let over = results.iter().filter(|result| result.is_correlation());
                fired.extend(over.filter_map(|one| Some((sighting.place, self.number_of(one)?))));
            }
        }
        fired
    }

    fn number_of(&self, result: &EvaluationResult) -> Option<u32> {
        let id = result.header.rule_id.as_deref().unwrap_or_default();
        let key = key_of(id, &result.header.rule_title);
        self.numbers.get(&key).copied()
    }

    /// Notes which fields of the log's rules a record has.
    fn note_fields(&self, log: usize, view: &View<'_>) {
        for known in self.rules.iter().filter(|known| known.log == Some(log)) {
            for (name, met) in &known.fields {
                if !met.load(Ordering::Relaxed) && view.field(name).is_some() {
                    met.store(true, Ordering::Relaxed);
                }
            }
        }
    }
}

fn key_of(id: &str, title: &str) -> String {
    if id.is_empty() { title } else { id }.to_owned()
}

fn graded(level: Option<Level>) -> Rule {
    Rule {
        level: level.map_or(String::new(), |level| level.as_str().to_owned()),
        notice: matches!(level, Some(Level::Informational | Level::Low)),
        ..Rule::default()
    }
}

fn techniques(tags: &[String]) -> Vec<String> {
    let ids = tags.iter().filter_map(|tag| tag.strip_prefix("attack.t"));
    ids.map(|id| format!("T{}", id.to_uppercase())).collect()
}

fn log_for(source: &LogSource) -> Option<usize> {
    let text = |part: &Option<String>| part.clone().unwrap_or_default();
    log_of(
        &text(&source.product),
        &text(&source.service),
        &text(&source.category),
    )
}

fn about(source: &LogSource) -> String {
    let parts = [&source.product, &source.service, &source.category];
    let stated: Vec<&str> = parts.into_iter().flatten().map(String::as_str).collect();
    stated.join(" ")
}

fn fields_of(rule: &SigmaRule) -> Vec<(String, AtomicBool)> {
    let mut alone = SigmaCollection::new();
    alone.rules.push(SigmaRule {
        fields: Vec::new(),
        ..rule.clone()
    });
    let fields = RuleFieldSet::collect(&alone, &[], false);
    let names = fields.names().map(str::to_owned);
    names.map(|name| (name, AtomicBool::new(false))).collect()
}

/// What a rule compares: the texts of a record's fields.
impl Event for View<'_> {
    fn get_field(&self, path: &str) -> Option<EventValue<'_>> {
        let mut values = self.field(path)?;
        if values.len() == 1 {
            return values.pop().map(owned);
        }
        Some(EventValue::Array(values.into_iter().map(owned).collect()))
    }

    fn any_string_value(&self, holds: &dyn Fn(&str) -> bool) -> bool {
        let mut any = false;
        texts(self.value, &mut |text| any |= holds(text));
        any
    }

    fn all_string_values(&self) -> Vec<Cow<'_, str>> {
        let mut all = Vec::new();
        texts(self.value, &mut |text| {
            all.push(Cow::Owned(text.to_owned()))
        });
        all
    }

    fn to_json(&self) -> Value {
        self.value.clone()
    }
}

fn owned(value: Value) -> EventValue<'static> {
    match value {
        Value::String(text) => EventValue::Str(Cow::Owned(text)),
        Value::Bool(bool) => EventValue::Bool(bool),
        Value::Null => EventValue::Null,
        Value::Number(number) => number.as_i64().map_or_else(
            || EventValue::Float(number.as_f64().unwrap_or(f64::NAN)),
            EventValue::Int,
        ),
        other => EventValue::Str(Cow::Owned(other.to_string())),
    }
}

fn texts(value: &Value, each: &mut dyn FnMut(&str)) {
    match value {
        Value::String(text) => each(text),
        Value::Array(list) => list.iter().for_each(|one| texts(one, each)),
        Value::Object(object) => object.values().for_each(|one| texts(one, each)),
        _ => {}
    }
}
