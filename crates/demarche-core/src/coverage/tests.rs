//! The chart does not depend on the order of events, and rules of whole ledgers.

use proptest::prelude::*;

use crate::coverage::chart::Chart;
use crate::coverage::facts::{SourceFacts, Stated};
use crate::coverage::gap::GapKind;
use crate::coverage::ledger::{Coverage, Question, Silence};
use crate::coverage::missing::{CaseShape, Missing, missing};
use crate::event::event::{Event, Identity};
use crate::event::kind::{Kind, Outcome, Told};
use crate::event::words;
use crate::vocab::card::{Card, Retention, Stream};
use crate::vocab::moment::{DAY, HOUR, Moment};
use crate::vocab::place::{Place, SourceNumber};

static CARD: Card = Card {
    name: "trial",
    title: "the trial log",
    spec: "",
    streams: &[Stream::ItemAccess, Stream::Mailbox, Stream::MailAdmin],
    delay_minutes_max: 60,
    retention: &[Retention {
        licence: "basic",
        days: 90,
        assumed: true,
    }],
    row_caps: &[5000],
    export: "export it",
    realm: "",
    needed_for: "it names what was read",
    cannot_tell: &[],
    splits: false,
    relays: &[],
};

const STREAMS: [Stream; 3] = [Stream::ItemAccess, Stream::Mailbox, Stream::MailAdmin];
const KINDS: [Kind; 6] = [
    Kind::ItemsRead,
    Kind::MessageSent,
    Kind::AuditDisabled,
    Kind::AuditEnabled,
    Kind::AlertRaised,
    Kind::Other,
];

fn event(leaf: u64, at: i64, who: u8, kind: usize) -> Event<'static> {
    let name = format!("user{who}@example.org");
    Event {
        place: Place {
            source: SourceNumber(1),
            leaf,
            ..Place::default()
        },
        at: Moment::from_micros(at),
        stream: STREAMS[leaf as usize % 3],
        kind: KINDS[kind],
        operation: format!("op{}", kind * usize::from(who)).into(),
        actor: Identity {
            name: name.clone().into(),
            ..Identity::default()
        },
        store: Identity {
            name: if who == 3 { name.to_uppercase() } else { name }.into(),
            ..Identity::default()
        },
        throttled: if who == 7 { Told::Yes } else { Told::Unsaid },
        outcome: Outcome::Succeeded,
        details: vec![(words::RESULT_COUNT.into(), format!("{leaf}/{who}00").into())],
        ..Event::default()
    }
}

fn closed(events: &[Event<'static>], facts: SourceFacts) -> Coverage {
    let mut chart = Chart::default();
    events.iter().for_each(|event| chart.learn(event));
    chart.close(&[facts], &Stated::default())
}

fn facts(records: u64) -> SourceFacts {
    SourceFacts {
        number: SourceNumber(1),
        path: "trial.csv".to_owned(),
        card: Some(&CARD),
        records,
        distinct: records,
        acquired: true,
        ..SourceFacts::default()
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn order_does_not_matter(
        seeds in prop::collection::vec((0..90 * DAY, 0..40_u8, 0..KINDS.len()), 1..200),
        turn in 0..200_usize,
    ) {
        let events: Vec<_> = seeds
            .iter()
            .enumerate()
            .map(|(leaf, (at, who, kind))| event(leaf as u64, *at, *who, *kind))
            .collect();
        let mut turned = events.clone();
        turned.rotate_left(turn % events.len());
        let split = turned.len() / 2;
        turned[..split].reverse();
        prop_assert_eq!(closed(&events, facts(200)), closed(&turned, facts(200)));
    }
}

/// Five accounts that read something every hour for four weeks.
fn busy() -> Vec<Event<'static>> {
    (0..28 * 24)
        .flat_map(|hour| {
            (0..9).map(move |who| event(hour * 9 + u64::from(who), hour as i64 * HOUR + 1, who, 0))
        })
        .map(|event| Event {
            stream: Stream::ItemAccess,
            throttled: Told::Unsaid,
            details: Vec::new(),
            ..event
        })
        .collect()
}

fn question(account: &str, from_day: i64, to_day: i64) -> Question {
    Question {
        stream: Stream::ItemAccess,
        account: account.to_owned(),
        from: Moment::from_micros(from_day * DAY),
        to: Moment::from_micros(to_day * DAY),
        ..Question::default()
    }
}

#[test]
fn silence_is_said_only_where_nothing_is_missing() {
    let whole = closed(&busy(), facts(7000));
    let asked = question("user2@example.org", 3, 5);
    assert!(matches!(whole.silence(&asked), Silence::NotShown { .. }));
    let beyond = question("user2@example.org", 26, 40);
    assert!(matches!(whole.silence(&beyond), Silence::Unknowable { .. }));

    let mut holed = busy();
    holed.retain(|event| !(4 * 24 + 3..4 * 24 + 9).contains(&event.at.hour()));
    let holed = closed(&holed, facts(7000));
    let silent: Vec<_> = holed
        .gaps
        .iter()
        .filter(|gap| gap.kind == GapKind::SilentHours)
        .collect();
    assert_eq!(silent.len(), 1, "{silent:?}");
    let Silence::Unknowable { gaps, .. } = holed.silence(&asked) else {
        panic!("a hole of six hours lies over the question");
    };
    assert_eq!(gaps, [silent[0].id.clone()]);

    let nobody_stated = SourceFacts {
        acquired: false,
        ..facts(7000)
    };
    let unstated = closed(&busy(), nobody_stated);
    assert!(matches!(
        unstated.silence(&asked),
        Silence::Unknowable { .. }
    ));

    let capped = closed(&busy(), facts(5000));
    assert!(matches!(capped.silence(&asked), Silence::Unknowable { .. }));
}

#[test]
fn a_gap_keeps_its_id_when_sources_are_renumbered() {
    let ids = |number: u32| {
        let mut events = busy();
        events
            .iter_mut()
            .for_each(|event| event.place.source = SourceNumber(number));
        let facts = SourceFacts {
            number: SourceNumber(number),
            ..facts(5000)
        };
        let gaps = closed(&events, facts).gaps;
        gaps.into_iter()
            .map(|gap| gap.id)
            .collect::<std::collections::BTreeSet<_>>()
    };
    assert_eq!(ids(1), ids(7));
}

static SHORT: Card = Card {
    name: "ledger",
    title: "the issuer's ledger",
    streams: &[Stream::Issuance],
    retention: &[
        Retention {
            licence: "free",
            days: 7,
            assumed: false,
        },
        Retention {
            licence: "paid",
            days: 30,
            assumed: true,
        },
    ],
    realm: "",
    needed_for: "it alone lists tokens",
    ..CARD
};

/// What is missing on a day, beside a trial log of four weeks; days are since the epoch.
fn missing_on(now: Option<i64>, since: i64, licence: Option<&str>) -> Vec<Missing> {
    let sources = [facts(7000)];
    let mut stated = Stated::default();
    if let Some(licence) = licence {
        stated
            .licences
            .insert("ledger".to_owned(), licence.to_owned());
    }
    let day = |day: i64| Moment::from_micros(day * DAY);
    let coverage = closed(&busy(), facts(7000));
    missing(
        &coverage,
        &CaseShape {
            sources: &sources,
            cards: &[&CARD, &SHORT],
            stated: &stated,
            since: Some(day(since)),
            now: now.map(day),
        },
    )
}

#[test]
fn what_is_missing_says_until_when_it_can_be_had() {
    let day = |day: i64| Some(Moment::from_micros(day * DAY));
    let row = |missing: &Missing| (missing.expires, missing.expired, missing.assumed);
    let on = |now, licence| {
        let missing = missing_on(now, 0, licence);
        assert_eq!(missing.len(), 1, "{missing:?}");
        assert_eq!(missing[0].source, "ledger");
        row(&missing[0])
    };
    assert_eq!(on(Some(28), None), (day(30), false, true));
    assert_eq!(on(Some(28), Some("free")), (day(28), false, false));
    // Without a clock it is no earlier than the newest record.
    let last = closed(&busy(), facts(7000)).last;
    assert_eq!(on(None, Some("free")), (last, false, false));
    let (_, expired, _) = on(Some(60), None);
    assert!(expired, "the last of four weeks is past thirty days");
}

#[test]
fn time_before_the_first_record_is_missing_while_it_is_kept() {
    let sources = |now| -> Vec<String> {
        let missing = missing_on(Some(now), -40, None);
        missing.into_iter().map(|missing| missing.source).collect()
    };
    assert_eq!(
        sources(29),
        ["ledger", "trial"],
        "ninety days reach back to then"
    );
    assert_eq!(
        sources(88),
        ["trial", "ledger"],
        "two days are left of it, and the ledger is gone"
    );
    assert_eq!(sources(95), ["ledger"], "all of it is past ninety days");
}
