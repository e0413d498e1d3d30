//! Facts do not depend on the order of events, and identifiers join as they should.

use proptest::prelude::*;

use crate::event::event::{Event, Identity};
use crate::event::kind::{Kind, Outcome};
use crate::event::words;
use crate::tenant::facts::Facts;
use crate::tenant::learner::Learner;
use crate::tenant::lists::Lists;
use crate::vocab::card::Stream;
use crate::vocab::moment::{MINUTE, Moment};

fn identity(name: &str, object: &str, legacy: &str) -> Identity<'static> {
    Identity {
        name: name.to_owned().into(),
        object: object.to_owned().into(),
        legacy: legacy.to_owned().into(),
        ..Identity::default()
    }
}

/// Events from small pools, so that they meet each other in every table.
fn any_event() -> impl Strategy<Value = Event<'static>> {
    let kinds = prop::sample::select(vec![
        Kind::SignIn,
        Kind::ItemsRead,
        Kind::Consented,
        Kind::TokenIssued,
        Kind::MessageSent,
    ]);
    let outcomes = prop::sample::select(vec![Outcome::Succeeded, Outcome::WrongPassword]);
    let who = (0..6_u8, 0..4_u8, 0..4_u8);
    (kinds, outcomes, who, 0..40_000_i64, 0..5_u8, 0..3_u8).prop_map(
        |(kind, outcome, (name, object, legacy), minute, host, pair)| {
            let some = |n: u8, text: &str| {
                if n == 0 {
                    String::new()
                } else {
                    format!("{text}{n}")
                }
            };
            Event {
                kind,
                outcome,
                stream: Stream::SignInInteractive,
                at: Moment::from_micros(minute * MINUTE),
                actor: identity(
                    &some(name, "n@x.example"),
                    &some(object, "o"),
                    &some(legacy, "l"),
                ),
                address: format!("203.0.{host}.7").into(),
                client: crate::event::event::Client {
                    agent: "agent".into(),
                    ..Default::default()
                },
                application: crate::event::event::Application {
                    front: some(pair, "front").into(),
                    caller: some(pair, "caller").into(),
                    ..Default::default()
                },
                details: vec![(words::APP_ID.into(), some(pair, "caller").into())],
                ..Event::default()
            }
        },
    )
}

fn learned(events: &[Event<'static>]) -> Facts {
    let mut learner = Learner::new(Lists::default());
    events.iter().for_each(|event| learner.learn(event));
    learner.close()
}

proptest! {
    #[test]
    fn facts_do_not_depend_on_order_or_on_how_the_work_is_shared(
        events in prop::collection::vec(any_event(), 0..60),
        shift in 0..60_usize,
    ) {
        let whole = learned(&events);
        let mut turned = events.clone();
        turned.reverse();
        let place = shift.min(turned.len());
        turned.rotate_left(place);
        prop_assert_eq!(&whole, &learned(&turned));
        let (one, other) = turned.split_at(place);
        let mut first = Learner::new(Lists::default());
        one.iter().for_each(|event| first.learn(event));
        let mut second = Learner::new(Lists::default());
        other.iter().for_each(|event| second.learn(event));
        second.merge(first);
        prop_assert_eq!(&whole, &second.close());
    }
}

fn facts_of(identities: &[Identity<'static>]) -> Facts {
    let events: Vec<Event<'static>> = identities
        .iter()
        .map(|actor| Event {
            actor: actor.clone(),
            ..Event::default()
        })
        .collect();
    learned(&events)
}

#[test]
fn strong_ids_join_names_and_cases() {
    let facts = facts_of(&[
        identity("Mia@x.example", "o1", ""),
        identity("", "o1", "l1"),
        identity("mia@x.example", "", "l1"),
        identity("", "", "l1"),
    ]);
    for delivered in [identity("", "o1", "l1"), identity("", "", "l1")] {
        assert_eq!(facts.account_of(&delivered), "mia@x.example");
    }
    assert_eq!(facts.accounts()["mia@x.example"].len(), 3);
}

#[test]
fn one_name_with_two_object_ids_is_two_accounts() {
    let (one, other) = (
        identity("a@x.example", "o1", ""),
        identity("a@x.example", "o2", ""),
    );
    let facts = facts_of(&[one.clone(), other.clone(), identity("a@x.example", "", "")]);
    assert_eq!(facts.account_of(&one), "object:o1");
    assert_eq!(facts.account_of(&other), "object:o2");
    assert_eq!(facts.account_of_key("a@x.example"), None);
}

#[test]
fn placeholders_never_join() {
    let facts = facts_of(&[
        identity("a@x.example", "Not Available", "S-1-5-18"),
        identity("b@x.example", "Not Available", "S-1-5-18"),
    ]);
    assert_eq!(
        facts.account_of(&identity("a@x.example", "Not Available", "S-1-5-18")),
        "a@x.example"
    );
    assert_eq!(
        facts.account_of(&identity("b@x.example", "Not Available", "S-1-5-18")),
        "b@x.example"
    );
}
