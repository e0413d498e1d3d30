//! Networks and their operators: what one record states holds for others.

use crate::event::event::Event;
use crate::event::kind::Kind;
use crate::finding::story::{
    AWAY, CHROME, FIREFOX, HOME, HOSTING, Story, act, event, moment, sign_in, wrong,
};
use crate::vocab::card::Stream;

const NONE: [&str; 0] = [];
const PEOPLE: [&str; 4] = ["ana", "ben", "cem", "dan"];
/// A network of the same operator as [`AWAY`].
const BESIDE: &str = "100.64.9.7";
const OPERATOR: u32 = 64_501;

/// A spray over four accounts and its success with ana's password.
fn sprayed() -> Vec<Event<'static>> {
    let rounds =
        (0..3).flat_map(|round| PEOPLE.map(|who| wrong(moment(25, 12, round), who, HOME, FIREFOX)));
    let success = sign_in(moment(25, 12, 9), "ana", HOME, FIREFOX);
    rounds.chain([success]).collect()
}

fn stated(mut event: Event<'static>, number: u32) -> Event<'static> {
    event.network_number = number;
    event
}

fn telephone() -> Event<'static> {
    sign_in(moment(33, 9, 0), "ana", AWAY, "Outlook-iOS/2.0")
}

#[test]
fn row_4_beside_row_2_is_not_the_owners_telephone_on_a_carrier_that_people_here_use() {
    let told = |others: Vec<Event<'static>>| {
        let story = Story::of(&PEOPLE).with(sprayed()).with([telephone()]);
        story.with(others).listed()
    };
    assert_eq!(told(Vec::new()), ["hostile 2 ana", "hostile 4 ana"]);
    // The carrier of that network is on record once, and ben came from another network of it.
    let carrier = vec![
        stated(sign_in(moment(34, 9, 0), "cem", AWAY, CHROME), OPERATOR),
        stated(sign_in(moment(3, 9, 0), "ben", BESIDE, CHROME), OPERATOR),
    ];
    assert_eq!(told(carrier), ["hostile 2 ana"]);
}

#[test]
fn row_4_beside_row_2_is_not_a_device_the_directory_knows_unless_it_is_registered_anew() {
    let told = |others: Vec<Event<'static>>| {
        let mut own = telephone();
        own.client.device = "D-1".into();
        let story = Story::of(&PEOPLE).with(sprayed()).with([own]);
        story.with(others).listed()
    };
    assert_eq!(told(Vec::new()), ["hostile 2 ana"]);
    let registered = event(Kind::DeviceAdded, moment(26, 9, 0), "ana", |e| {
        e.stream = Stream::Directory;
    });
    let anew = told(vec![registered]);
    assert!(anew.contains(&"hostile 4 ana".to_owned()), "{anew:?}");
}

#[test]
fn row_4_beside_row_6_needs_no_more_than_before() {
    let mut entry = telephone();
    entry.client.device = "D-1".into();
    let details = [(crate::event::words::DELETES, "true")];
    let mut rule = act(Kind::RuleSet, moment(33, 9, 5), "ana", &details);
    rule = rule.from(AWAY, "Outlook-iOS/2.0").within("s-33");
    let story = Story::of(&PEOPLE).with([entry.within("s-33"), rule]);
    assert_eq!(story.listed(), ["hostile 4 ana"]);
}

/// A rule that deletes, in a session from elsewhere, after a sign-in without ids.
fn entered_without_ids(day: i64, host: &str, agent: &str) -> Vec<String> {
    let mut entry = sign_in(moment(day, 9, 0), "ana", host, agent);
    entry.stream = Stream::SignInInteractive;
    let details = [(crate::event::words::DELETES, "true")];
    let rule = act(Kind::RuleSet, moment(day, 9, 5), "ana", &details);
    let story = Story::of(&PEOPLE).with([entry, rule.from(AWAY, FIREFOX).within("s-33")]);
    story.listed()
}

#[test]
fn row_4_beside_row_6_takes_a_sign_in_without_ids_from_the_same_address_and_device() {
    assert_eq!(
        entered_without_ids(33, AWAY, FIREFOX),
        ["hostile 4 ana"],
        "address, device and time tie it"
    );
    for (host, agent) in [(AWAY, CHROME), (BESIDE, FIREFOX)] {
        assert_eq!(entered_without_ids(33, host, agent), ["suspect 6 ana"]);
    }
}

#[test]
fn row_4_needs_a_fortnight_before_the_network_began_and_no_day_more() {
    assert_eq!(entered_without_ids(14, AWAY, FIREFOX), ["hostile 4 ana"]);
    assert_eq!(entered_without_ids(13, AWAY, FIREFOX), ["suspect 6 ana"]);
}

#[test]
fn row_3_accuses_the_first_network_where_the_second_lies_beside_the_owners() {
    const CARRIER: &str = "100.64.200.1";
    let use_of = |minute, host: &str, agent: &str| {
        let used = crate::finding::story::read(moment(25, 9, minute), "ana", host, ("", ""));
        used.from(host, agent).within("s-25")
    };
    let listed = |habit: &str| {
        let story = Story::of(&PEOPLE).with([
            sign_in(moment(3, 12, 0), "ana", habit, CHROME).within("s-3"),
            use_of(0, HOSTING, FIREFOX),
            use_of(5, BESIDE, CHROME),
            use_of(9, HOSTING, FIREFOX),
            use_of(12, BESIDE, CHROME),
        ]);
        let told = story.judged();
        let of = |host: &str| {
            let mut here = told.iter().filter(|(session, _)| {
                session.addresses.values.contains(host)
                    && session.session_ids.values.contains("s-25")
            });
            here.next()
                .map(|(_, judged)| judged.judgement.verdict.word())
        };
        (of(HOSTING), of(BESIDE))
    };
    assert_eq!(listed(CARRIER), (Some("hostile"), Some("suspect")));
    assert_eq!(listed(HOME), (Some("suspect"), Some("hostile")));
}

#[test]
fn row_3_of_two_new_networks_the_second_is_accused() {
    let use_of = |minute, host: &str, agent: &str| {
        let use_ = crate::finding::story::read(moment(25, 9, minute), "ana", host, ("", ""));
        use_.from(host, agent).within("s-25")
    };
    let story = Story::of(&PEOPLE).with([
        sign_in(moment(25, 8, 59), "ana", BESIDE, CHROME).within("s-25"),
        use_of(5, AWAY, FIREFOX),
        use_of(9, BESIDE, CHROME),
        use_of(12, AWAY, FIREFOX),
    ]);
    let judged = story.judged();
    let of = |host: &str| -> Vec<&str> {
        let here = judged.iter().filter(|(session, _)| {
            session.addresses.values.contains(host) && session.session_ids.values.contains("s-25")
        });
        here.map(|(_, judged)| judged.judgement.verdict.word())
            .collect()
    };
    assert_eq!((of(BESIDE), of(AWAY)), (vec!["suspect"], vec!["hostile"]));
}

/// Five of twelve accounts, every day for two weeks, from a network that began after a baseline.
fn new_way_out(n_accounts: usize) -> Vec<String> {
    let names: Vec<String> = (0..12).map(|n| format!("p{n}")).collect();
    let people: Vec<&str> = names.iter().map(String::as_str).collect();
    let days = 20..34;
    let from_there = days.flat_map(|day| {
        let some = names.iter().take(n_accounts);
        some.map(move |who| sign_in(moment(day, 15, 0), who, AWAY, FIREFOX))
            .collect::<Vec<_>>()
    });
    let mut listed = Story::of(&people).with(from_there).listed();
    listed.dedup();
    listed
}

#[test]
fn row_11_two_weeks_on_one_address_do_not_make_it_the_tenants_own() {
    let five: Vec<String> = (0..5).map(|n| format!("suspect 11 p{n}")).collect();
    assert_eq!(new_way_out(5), five);
    assert_eq!(new_way_out(12), NONE, "everybody's is a new office");
}
