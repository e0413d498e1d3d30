//! Every innocent explanation by its name, and every combination of the table.

use crate::event::event::Event;
use crate::event::kind::{ActorKind, Kind};
use crate::event::words;
use crate::finding::determination::{Determination, Expected};
use crate::finding::story::{
    AWAY, CHROME, FIREFOX, HOME, RELAY, Story, act, event, moment, read, sign_in, wrong,
};
use crate::vocab::address::Block;
use crate::vocab::grade::Verdict;

const NONE: [&str; 0] = [];
const PEOPLE: [&str; 4] = ["ana", "ben", "cem", "dan"];

/// Wrong passwords on four accounts, three each, within minutes.
fn spray(day: i64, host: &str, agent: &str, rounds: i64) -> Vec<Event<'static>> {
    (0..rounds)
        .flat_map(|round| PEOPLE.map(|who| wrong(moment(day, 12, round), who, host, agent)))
        .collect()
}

fn hiding_rule(day: i64, hour: i64) -> Event<'static> {
    let details = [(words::NAME, "."), (words::DELETES, "true")];
    act(Kind::RuleSet, moment(day, hour, 5), "ana", &details).from(AWAY, FIREFOX)
}

#[test]
fn row_2_spray_then_success_with_the_same_fingerprint() {
    let story = Story::of(&PEOPLE)
        .with(spray(25, HOME, FIREFOX, 3))
        .with([sign_in(moment(25, 12, 9), "ana", HOME, FIREFOX)]);
    assert_eq!(story.listed(), ["hostile 2 ana"]);
}

#[test]
fn row_2_the_same_address_with_another_client_ties_nothing() {
    let story = Story::of(&PEOPLE)
        .with(spray(25, HOME, FIREFOX, 3))
        .with([sign_in(moment(25, 12, 9), "ana", HOME, CHROME)]);
    assert_eq!(story.listed(), NONE);
}

#[test]
fn row_2_a_few_mistyped_passwords() {
    let success = || [sign_in(moment(25, 12, 9), "ana", AWAY, FIREFOX)];
    let nine = spray(25, AWAY, FIREFOX, 3).into_iter().take(9);
    assert_eq!(Story::of(&PEOPLE).with(nine).with(success()).listed(), NONE);
    let two = spray(25, AWAY, FIREFOX, 9).into_iter();
    let two = two.filter(|e| e.actor.name.starts_with(['a', 'b']));
    assert_eq!(Story::of(&PEOPLE).with(two).with(success()).listed(), NONE);
    let slow: Vec<Event<'static>> = (0..12)
        .map(|n| wrong(moment(25, n, 0), PEOPLE[n as usize % 4], AWAY, FIREFOX))
        .collect();
    assert_eq!(Story::of(&PEOPLE).with(slow).with(success()).listed(), NONE);
}

#[test]
fn row_2_people_behind_one_address_who_mistype() {
    let typed = PEOPLE.map(|who| sign_in(moment(25, 12, 30), who, HOME, FIREFOX));
    let story = || {
        Story::of(&PEOPLE)
            .with(spray(25, HOME, FIREFOX, 3))
            .with(typed.clone())
    };
    assert_eq!(story().listed(), NONE);
    let name = "people behind one address who mistype";
    assert_eq!(story().test("password-spray", name), ["holds"]);
}

#[test]
fn row_2_a_client_that_people_here_use() {
    let story = Story::of(&PEOPLE)
        .with(spray(25, HOME, CHROME, 3))
        .with([sign_in(moment(25, 12, 9), "ana", HOME, CHROME)]);
    assert_eq!(story.listed(), NONE);
}

#[test]
fn row_2_the_providers_own_relay() {
    let story = || {
        Story::of(&PEOPLE)
            .with(spray(25, RELAY, FIREFOX, 3))
            .with([sign_in(moment(25, 12, 9), "ana", RELAY, FIREFOX)])
    };
    assert_eq!(story().listed(), NONE);
    let name = "the provider's own relay";
    assert_eq!(story().test("password-spray", name), ["not_tested"]);
}

fn stolen(minutes: &[(i64, &str, &str)]) -> Vec<Event<'static>> {
    minutes
        .iter()
        .map(|(minute, host, agent)| {
            read(moment(25, 9, *minute), "ana", host, ("mail", ""))
                .from(host, agent)
                .within("s-25")
        })
        .collect()
}

#[test]
fn row_3_interleaved_from_a_network_new_to_the_tenant() {
    let story = || {
        let minutes = [
            (0, HOME, CHROME),
            (5, AWAY, FIREFOX),
            (9, HOME, CHROME),
            (12, AWAY, FIREFOX),
        ];
        Story::of(&PEOPLE).with(stolen(&minutes))
    };
    // The owner's part of the session id is not the intruder's.
    assert_eq!(story().listed(), ["hostile 3 ana", "suspect 3 ana"]);
    let hostile = story()
        .judged()
        .into_iter()
        .find(|(_, judged)| judged.judgement.verdict == Verdict::Hostile);
    let (session, _) = hostile.unwrap();
    assert!(session.addresses.values.contains(AWAY) && !session.addresses.values.contains(HOME));
}

#[test]
fn row_3_roaming_is_one_after_the_other() {
    let minutes = [
        (0, HOME, CHROME),
        (5, HOME, CHROME),
        (30, AWAY, CHROME),
        (50, AWAY, CHROME),
    ];
    assert_eq!(Story::of(&PEOPLE).with(stolen(&minutes)).listed(), NONE);
}

#[test]
fn row_3_one_person_on_two_networks() {
    let phone = (0..20).map(|day| sign_in(moment(day, 18, 0), "ana", AWAY, FIREFOX));
    let minutes = [
        (0, HOME, CHROME),
        (5, AWAY, FIREFOX),
        (9, HOME, CHROME),
        (12, AWAY, FIREFOX),
    ];
    let story = Story::of(&PEOPLE).with(phone).with(stolen(&minutes));
    assert_eq!(story.listed(), NONE);
}

#[test]
fn row_3_relays_neither_split_nor_join() {
    let minutes = [
        (0, HOME, CHROME),
        (5, RELAY, ""),
        (9, HOME, CHROME),
        (12, RELAY, ""),
    ];
    let story = Story::of(&PEOPLE).with(stolen(&minutes));
    let judged = story.judged();
    let mine = judged
        .iter()
        .filter(|(session, _)| session.session_ids.values.contains("s-25"));
    assert_eq!(mine.count(), 1);
}

#[test]
fn row_3_applications_act_from_their_own_servers() {
    let story = |issued: bool| {
        let events = (0..6).map(|n| {
            let (host, app) = if n % 2 == 0 {
                (HOME, "app-1")
            } else {
                (AWAY, "app-2")
            };
            let app = if issued { "app-1" } else { app };
            let mut event = read(moment(25, 9, 5 * n), "ana", host, ("api", app)).within("s-25");
            if issued {
                event.kind = Kind::TokenIssued;
                event.items.clear();
            }
            event
        });
        Story::of(&PEOPLE).with(events.collect::<Vec<_>>())
    };
    let of_row_3 = |story: Story| {
        let judged = story.judged();
        let findings = judged.iter().flat_map(|(_, judged)| &judged.findings);
        findings.filter(|f| f.row.0 == 3).count()
    };
    assert_eq!(of_row_3(story(false)), 0, "two applications, two servers");
    assert_eq!(
        of_row_3(story(true)),
        0,
        "issuing states where a user once was"
    );
}

#[test]
fn row_4_is_a_lead_and_row_6_makes_it_hostile() {
    let entry = || sign_in(moment(25, 9, 0), "ana", AWAY, FIREFOX);
    assert_eq!(Story::of(&PEOPLE).with([entry()]).listed(), NONE);
    let story = Story::of(&PEOPLE).with([entry(), hiding_rule(25, 9)]);
    assert_eq!(story.listed(), ["hostile 4 ana"]);
}

#[test]
fn row_4_needs_the_same_session() {
    let entry = sign_in(moment(25, 9, 0), "ana", AWAY, FIREFOX);
    let story = Story::of(&PEOPLE).with([entry, hiding_rule(26, 12)]);
    assert_eq!(story.listed(), ["suspect 6 ana"]);
}

#[test]
fn row_4_too_short_a_baseline() {
    let story = || {
        let mut story = Story::of(&PEOPLE);
        story.events.retain(|event| event.at >= moment(12, 0, 0));
        story.with([
            sign_in(moment(20, 9, 0), "ana", AWAY, FIREFOX),
            hiding_rule(20, 9),
        ])
    };
    assert_eq!(story().listed(), ["suspect 6 ana"]);
    let name = "too short a baseline";
    assert_eq!(story().test("new-network-and-device", name), ["not_tested"]);
}

#[test]
fn row_4_a_known_device_or_network_is_not_new() {
    for (host, agent) in [(AWAY, CHROME), (HOME, FIREFOX)] {
        let entry = sign_in(moment(25, 9, 0), "ana", host, agent);
        let mut rule = hiding_rule(25, 9);
        rule = rule.from(host, agent);
        let story = Story::of(&PEOPLE).with([entry, rule]);
        assert_eq!(story.listed(), ["suspect 6 ana"], "{host} {agent}");
    }
}

#[test]
fn row_4_after_row_2_within_14_days() {
    let story = |day: i64| {
        Story::of(&PEOPLE)
            .with(spray(25, HOME, FIREFOX, 3))
            .with([
                sign_in(moment(25, 12, 9), "ana", HOME, FIREFOX),
                sign_in(moment(day, 9, 0), "ana", AWAY, "curl/8.1"),
            ])
            .listed()
    };
    assert_eq!(story(38), ["hostile 2 ana", "hostile 4 ana"]);
    assert_eq!(story(41), ["hostile 2 ana"]);
}

#[test]
fn row_4_an_expected_network_is_not_new() {
    let entry = sign_in(moment(25, 9, 0), "ana", AWAY, FIREFOX);
    let mut story = Story::of(&PEOPLE).with([entry, hiding_rule(25, 9)]);
    story.expected.push(Expected {
        networks: vec![Block::parse("203.0.113.0/24").unwrap()],
        ..Expected::default()
    });
    assert_eq!(story.listed(), ["suspect 6 ana"]);
}

/// A sign-in from elsewhere and a rule that hides, with what the owner confirmed.
fn with_expected(first_day: i64, expected: Expected) -> Vec<String> {
    let entry = sign_in(moment(25, 9, 0), "ana", AWAY, FIREFOX);
    let mut story = Story::of(&PEOPLE).with([entry, hiding_rule(25, 9)]);
    let first = moment(first_day, 0, 0);
    story.events.retain(|event| event.at >= first);
    story.expected.push(expected);
    story.listed()
}

#[test]
fn expected_a_single_address_or_an_agent_will_do() {
    let none = Expected::default;
    assert_eq!(with_expected(0, none()), ["hostile 4 ana"]);
    let address = Expected {
        networks: vec![Block::parse(AWAY).unwrap()],
        ..none()
    };
    assert_eq!(with_expected(0, address.clone()), ["suspect 6 ana"]);
    let agent = Expected {
        programs: vec!["firefox/87".to_owned()],
        ..none()
    };
    assert_eq!(with_expected(0, agent), ["suspect 6 ana"]);
    let of_another = Expected {
        account: "ben@example.org".to_owned(),
        ..address
    };
    assert_eq!(with_expected(0, of_another), ["hostile 4 ana"]);
}

#[test]
fn expected_stands_in_for_a_missing_baseline() {
    let whole = Expected {
        networks: vec![Block::parse("198.51.100.0/24").unwrap()],
        programs: vec!["chrome".to_owned()],
        ..Expected::default()
    };
    let half = Expected {
        programs: Vec::new(),
        ..whole.clone()
    };
    // Ten days of logs: nothing can be new, unless the owner says what is theirs.
    assert_eq!(with_expected(15, Expected::default()), ["suspect 6 ana"]);
    assert_eq!(with_expected(15, half), ["suspect 6 ana"]);
    assert_eq!(with_expected(15, whole), ["hostile 4 ana"]);
}

#[test]
fn row_5_one_kind_is_a_lead_and_two_are_suspect() {
    let device_code = |host: &str, agent: &str| {
        let mut event = sign_in(moment(25, 9, 0), "ana", host, agent);
        event.client.grant = "deviceCode".into();
        event
    };
    assert_eq!(
        Story::of(&PEOPLE)
            .with([device_code(HOME, CHROME)])
            .listed(),
        NONE
    );
    let story = Story::of(&PEOPLE).with([device_code(AWAY, FIREFOX)]);
    assert_eq!(story.listed(), ["suspect 5 ana"]);
}

#[test]
fn row_5_new_address_country_and_agent_are_one() {
    let mut entry = sign_in(moment(25, 9, 0), "ana", AWAY, FIREFOX);
    entry.country = "ZZ".into();
    entry.network_number = 64_500;
    assert_eq!(Story::of(&PEOPLE).with([entry]).listed(), NONE);
}

#[test]
fn row_6_from_the_owners_usual_device_stays_suspect() {
    let mut rule = hiding_rule(25, 8);
    rule = rule.from(HOME, CHROME);
    let story = || {
        let morning = sign_in(moment(25, 8, 0), "ana", HOME, CHROME);
        Story::of(&PEOPLE).with([morning, rule.clone()])
    };
    assert_eq!(story().listed(), ["suspect 6 ana"]);
    let name = "the owner's own wish";
    assert_eq!(
        story().test("hiding-or-forwarding-rule", name),
        ["possible"]
    );
}

#[test]
fn row_6_the_providers_own_process() {
    let grant = [(words::TRUSTEE, "x"), (words::RIGHT, "FullAccess")];
    let mut granted = act(Kind::MailboxGranted, moment(25, 9, 0), "system", &grant);
    granted.actor_kind = ActorKind::System;
    assert_eq!(Story::of(&PEOPLE).with([granted]).listed(), NONE);
}

#[test]
fn row_6_a_rule_within_the_organisation_is_none() {
    let inside = [(words::FORWARDS_TO, "ben@example.org")];
    let rule = act(Kind::RuleSet, moment(25, 9, 0), "ana", &inside).from(HOME, CHROME);
    assert_eq!(Story::of(&PEOPLE).with([rule]).listed(), NONE);
    let outside = [(words::FORWARDS_TO, "x@elsewhere.example")];
    let rule = act(Kind::RuleSet, moment(25, 9, 0), "ana", &outside).from(HOME, CHROME);
    assert_eq!(Story::of(&PEOPLE).with([rule]).listed(), ["suspect 6 ana"]);
}

/// Mornings on which somebody administers others' accounts.
fn administration(who: &str) -> Vec<Event<'static>> {
    (3..8)
        .map(|day| {
            let details = [(words::TARGET, "cem@example.org")];
            act(Kind::PasswordChanged, moment(day, 8, 30), who, &details).from(HOME, CHROME)
        })
        .collect()
}

fn grant(who: &str, trustee: &str) -> Event<'static> {
    let details = [(words::TRUSTEE, trustee), (words::RIGHT, "FullAccess")];
    act(Kind::MailboxGranted, moment(25, 8, 30), who, &details).from(HOME, CHROME)
}

#[test]
fn row_6_daily_work_of_an_administrator() {
    let story = |trustee: &str| {
        Story::of(&PEOPLE)
            .with(administration("ana"))
            .with([grant("ana", trustee)])
    };
    assert_eq!(story("ben").listed(), NONE, "a colleague, by alias");
    assert_eq!(story("ben@example.org").listed(), NONE);
    assert_eq!(story("ben").test("mailbox-grant", "daily work"), ["holds"]);
    let nobody = ["suspect 6 ana"];
    assert_eq!(story("x@elsewhere.example").listed(), nobody);
    assert_eq!(story("ana").listed(), nobody, "to oneself");
    let layman = Story::of(&PEOPLE).with([grant("ana", "ben")]);
    assert_eq!(layman.listed(), nobody, "who never administered");
}

#[test]
fn row_6_daily_work_is_done_from_where_the_account_always_is() {
    let away = grant("ana", "ben").from(HOME, FIREFOX);
    let story = Story::of(&PEOPLE).with(administration("ana")).with([away]);
    assert_eq!(story.listed(), ["suspect 6 ana"]);
    let entry = sign_in(moment(25, 8, 20), "ana", AWAY, FIREFOX);
    let taken_over = grant("ana", "ben").from(AWAY, FIREFOX);
    let story = Story::of(&PEOPLE)
        .with(administration("ana"))
        .with([entry, taken_over]);
    assert_eq!(story.listed(), ["hostile 4 ana"]);
}

#[test]
fn row_6_tidying_away_one_senders_mail() {
    let rule = |more: (&'static str, &'static str)| {
        let details = [
            (words::SENDER, "digest@news.example"),
            (words::DELETES, "true"),
            more,
        ];
        let rule = act(Kind::RuleSet, moment(25, 8, 5), "ana", &details).from(HOME, CHROME);
        Story::of(&PEOPLE).with([rule])
    };
    assert_eq!(rule((words::NAME, "News")).listed(), NONE);
    let hiding = ["suspect 6 ana"];
    assert_eq!(rule((words::MATCHES, "invoice")).listed(), hiding);
    assert_eq!(rule((words::SENDER, "ben@example.org")).listed(), hiding);
    let copies = (words::FORWARDS_TO, "x@elsewhere.example");
    assert_eq!(rule(copies).listed(), hiding);
}

fn consent(day: i64, who: &str, app: &str, name: &str, scopes: &str) -> Event<'static> {
    let details = [
        (words::APP_ID, app),
        (words::NAME, name),
        (words::SCOPE, scopes),
    ];
    let mut event = act(Kind::Consented, moment(day, 10, 0), who, &details);
    event.stream = crate::vocab::card::Stream::Directory;
    event
}

#[test]
fn row_7_an_imitated_publisher_makes_its_reads_hostile() {
    let story = Story::of(&PEOPLE).with([
        consent(25, "ana", "app-1", "we11known mail", "Mail.Read"),
        read(moment(26, 9, 0), "ana", RELAY, ("api", "app-1")),
        read(moment(26, 9, 0), "ben", RELAY, ("api", "app-1")),
    ]);
    // Ben never consented: his reads are not the application's by row 7.
    assert_eq!(story.listed(), ["hostile 7 ana", "suspect 7 ana"]);
}

#[test]
fn row_7_a_toolkits_exact_scopes() {
    let story = |scopes: &str| {
        Story::of(&PEOPLE)
            .with([
                consent(25, "ana", "app-1", "Notes", scopes),
                read(moment(26, 9, 0), "ana", RELAY, ("api", "app-1")),
            ])
            .listed()
    };
    assert_eq!(
        story("openid Mail.Send Mail.Read"),
        ["hostile 7 ana", "suspect 7 ana"]
    );
    assert_eq!(
        story("openid Mail.Read"),
        ["suspect 7 ana", "suspect 7 ana"]
    );
    assert_eq!(story("openid"), NONE);
}

#[test]
fn row_7_an_application_of_the_provider_or_the_owner() {
    let consented = consent(25, "ana", "own-app", "Explorer", "Mail.Read");
    assert_eq!(Story::of(&PEOPLE).with([consented]).listed(), NONE);
}

#[test]
fn row_7_consented_to_before() {
    let story = Story::of(&PEOPLE).with([
        consent(1, "ben", "app-1", "Notes", "Mail.Read"),
        consent(25, "ana", "app-1", "Notes", "Mail.Read"),
    ]);
    assert_eq!(story.listed(), ["suspect 7 ben"]);
}

#[test]
fn row_7_an_application_in_use_before_the_consent_on_record() {
    let used = read(moment(5, 9, 0), "ben", RELAY, ("api", "app-1"));
    let consented = consent(25, "ana", "app-1", "Notes", "Mail.Read");
    let later = read(moment(26, 9, 0), "ana", RELAY, ("api", "app-1"));
    let story = || Story::of(&PEOPLE).with([used.clone(), consented.clone(), later.clone()]);
    assert_eq!(story().listed(), NONE);
    let name = "consented to before";
    assert_eq!(story().test("first-consent", name), ["holds"]);
    // Use that began after weeks of logs came of a consent that is not here.
    let new = read(moment(22, 9, 0), "ben", RELAY, ("api", "app-1"));
    let story_of_new = Story::of(&PEOPLE).with([new, consented, later]);
    assert_eq!(story_of_new.listed(), ["suspect 7 ana", "suspect 7 ana"]);
    let imitated = consent(25, "ana", "app-1", "we11known mail", "Mail.Read");
    let story = Story::of(&PEOPLE).with([used, imitated]);
    assert!(story.listed().contains(&"suspect 7 ana".to_owned()));
}

/// An administrator's consent for the whole tenant, and what the application then reads.
fn introduced(who: &str, name: &str, reach: &str) -> Story {
    let mut consented = consent(25, who, "app-1", name, "Mail.Read").from(HOME, CHROME);
    let reach = (words::REACH.into(), reach.to_owned().into());
    consented.details.push(reach);
    let read = |who: &str| read(moment(26, 9, 0), who, RELAY, ("api", "app-1"));
    Story::of(&PEOPLE)
        .with(administration("ben"))
        .with([consented, read("ana"), read("cem")])
}

#[test]
fn row_7_introduced_by_the_organisation() {
    assert_eq!(introduced("ben", "Journal", "tenant").listed(), NONE);
    let name = "introduced by the organisation";
    let story = introduced("ben", "Journal", "tenant");
    assert_eq!(story.test("first-consent", name), ["holds"]);
    // For one account, or by somebody who administers nothing, it is what it was.
    let one = introduced("ben", "Journal", "account").listed();
    assert!(one.contains(&"suspect 7 ben".to_owned()));
    let other = introduced("ana", "Journal", "tenant").listed();
    assert!(other.contains(&"suspect 7 ana".to_owned()));
    assert!(other.contains(&"suspect 7 cem".to_owned()));
    let imitated = introduced("ben", "we11known mail", "tenant").listed();
    assert!(imitated.contains(&"hostile 7 cem".to_owned()));
}

#[test]
fn row_7_introduced_from_a_new_place_is_no_routine() {
    let mut story = introduced("ben", "Journal", "tenant");
    for event in &mut story.events {
        if event.kind == Kind::Consented {
            event.address = AWAY.into();
        }
    }
    let listed = story.listed();
    assert!(listed.contains(&"suspect 7 ben".to_owned()));
    assert!(listed.contains(&"suspect 7 cem".to_owned()));
}

#[test]
fn row_7_too_short_a_baseline_of_the_tenant() {
    let early = |day| {
        Story::of(&PEOPLE)
            .with([consent(day, "ana", "app-1", "Notes", "Mail.Read")])
            .listed()
    };
    assert_eq!(early(0), NONE);
    assert_eq!(early(2), ["suspect 7 ana"]);
}

#[test]
fn row_7_a_consent_made_in_a_hostile_session() {
    let mut consented = consent(25, "ana", "app-1", "Notes", "Mail.Read");
    consented.at = moment(25, 9, 20);
    let story = Story::of(&PEOPLE).with([
        sign_in(moment(25, 9, 0), "ana", AWAY, FIREFOX),
        hiding_rule(25, 9),
        consented.from(AWAY, FIREFOX).within("s-25"),
        hiding_rule(25, 9).within("s-25"),
        read(moment(26, 9, 0), "ana", RELAY, ("api", "app-1")),
    ]);
    assert_eq!(story.listed(), ["hostile 4 ana", "hostile 7 ana"]);
}

const NEW_PAIR: (&str, &str) = ("front-9", "caller-9");

#[test]
fn row_10_one_store_is_suspect_and_two_are_hostile() {
    let one = Story::of(&PEOPLE).with([read(moment(25, 3, 0), "ana", AWAY, NEW_PAIR)]);
    assert_eq!(one.listed(), ["suspect 10 ana"]);
    let two = Story::of(&PEOPLE).with([
        read(moment(25, 3, 0), "ana", AWAY, NEW_PAIR),
        read(moment(27, 3, 0), "ben", AWAY, NEW_PAIR),
    ]);
    assert_eq!(two.listed(), ["hostile 10 ana", "hostile 10 ben"]);
}

#[test]
fn row_10_a_network_the_tenant_uses() {
    let reads = ["ana", "ben"].map(|who| read(moment(25, 3, 0), who, HOME, NEW_PAIR));
    assert_eq!(Story::of(&PEOPLE).with(reads).listed(), NONE);
    let relayed = ["ana", "ben"].map(|who| read(moment(25, 3, 0), who, RELAY, NEW_PAIR));
    assert_eq!(Story::of(&PEOPLE).with(relayed).listed(), NONE);
}

#[test]
fn row_10_an_application_the_directory_knows() {
    let mut added = consent(22, "dan", "caller-9", "Suite", "openid");
    added.kind = Kind::ApplicationAdded;
    let reads = ["ana", "ben"].map(|who| read(moment(25, 3, 0), who, AWAY, NEW_PAIR));
    assert_eq!(
        Story::of(&PEOPLE)
            .with([added])
            .with(reads.clone())
            .listed(),
        NONE
    );
    let mut silent = Story::of(&PEOPLE).with(reads);
    silent.coverage.speakers.clear();
    assert_eq!(
        silent.listed(),
        NONE,
        "without a directory log nothing is said"
    );
}

#[test]
fn row_10_too_short_a_baseline_of_the_tenant() {
    let mut story = Story::of(&PEOPLE);
    story.events.retain(|event| event.at >= moment(12, 0, 0));
    let reads = ["ana", "ben"].map(|who| read(moment(20, 3, 0), who, AWAY, NEW_PAIR));
    assert_eq!(story.with(reads).listed(), NONE);
}

#[test]
fn row_10_the_providers_background_reader() {
    let reads: Vec<Event<'static>> = (0..96)
        .map(|n| {
            let who = PEOPLE[n as usize % 4];
            read(moment(21 + n / 24, n % 24, 0), who, AWAY, NEW_PAIR)
        })
        .collect();
    assert_eq!(Story::of(&PEOPLE).with(reads).listed(), NONE);
}

/// Reads of many items within one session id, one record an hour.
fn reads_of(day: i64, n_hours: i64, n_items: usize, session: &str) -> Vec<Event<'static>> {
    (0..n_hours)
        .map(|hour| {
            let mut event = read(moment(day, hour, 0), "ana", HOME, ("mail", ""));
            let item = event.items[0].clone();
            event.items = vec![item; n_items];
            event.from(HOME, CHROME).within(session)
        })
        .collect()
}

#[test]
fn row_12_a_days_bulk_is_held_against_days() {
    // Five other people's days are enough to speak of peers.
    let people = ["ana", "ben", "cem", "dan", "eva", "fay"];
    let bulk = Story::of(&people).with(reads_of(25, 10, 30, "s-25"));
    assert_eq!(bulk.listed(), ["suspect 12 ana"]);
    // The same reads spread over the days of one long session are no bulk.
    let spread = (0..10).flat_map(|n| reads_of(20 + n, 1, 30, "s-25"));
    assert_eq!(Story::of(&people).with(spread).listed(), NONE);
}

#[test]
fn row_12_the_accounts_own_habit() {
    let people = ["ana", "ben", "cem", "dan", "eva", "fay"];
    let habit = (18..20).flat_map(|day| reads_of(day, 10, 30, &format!("s-{day}")));
    let story = Story::of(&people)
        .with(habit)
        .with(reads_of(25, 10, 30, "s-25"));
    let listed = story.listed();
    assert!(!listed.contains(&"suspect 12 ana".to_owned()), "{listed:?}");
}

#[test]
fn row_14_a_right_password_that_was_stopped_is_no_verdict() {
    let mut stopped = sign_in(moment(25, 9, 0), "ana", AWAY, FIREFOX);
    stopped.outcome = crate::event::kind::Outcome::Stopped;
    let judged = Story::of(&PEOPLE).with([stopped]).judged();
    let known = judged.iter().flat_map(|(_, judged)| &judged.findings);
    assert_eq!(known.filter(|f| f.kind == "password-known").count(), 1);
    assert!(
        judged
            .iter()
            .all(|(_, j)| j.judgement.verdict == Verdict::Ordinary)
    );
}

#[test]
fn row_14_a_second_factor_that_the_owner_then_passed_is_a_step_on_the_way_in() {
    let mut stopped = sign_in(moment(25, 9, 0), "ana", HOME, CHROME);
    stopped.outcome = crate::event::kind::Outcome::Stopped;
    // What was stopped has no session id; what then succeeds opens one.
    let passed = |host, agent| sign_in(moment(25, 9, 1), "ana", host, agent).within("s-25");
    let told = |passed| {
        let story = Story::of(&PEOPLE).with([stopped.clone(), passed]);
        story.test("password-known", "a step on the owner's way in")
    };
    assert_eq!(told(passed(HOME, CHROME)), ["possible"]);
    assert_eq!(told(passed(HOME, FIREFOX)), ["excluded"]);
    assert_eq!(told(passed(AWAY, CHROME)), ["excluded"]);
}

fn determined(verdict: Verdict) -> Determination {
    Determination {
        verdict,
        account: Some("ana@example.org".to_owned()),
        from: Some(moment(25, 0, 0)),
        by: "analyst".to_owned(),
        ..Determination::default()
    }
}

#[test]
fn row_1_ordinary_never_hides_rows_2_to_10() {
    let entry = sign_in(moment(25, 9, 0), "ana", AWAY, FIREFOX);
    let mut story = Story::of(&PEOPLE).with([entry, hiding_rule(25, 9)]);
    story.determinations.push(determined(Verdict::Ordinary));
    let judged = story.judged();
    let hostile = judged
        .iter()
        .find(|(_, j)| j.judgement.verdict == Verdict::Hostile);
    let conflicts = &hostile.unwrap().1.conflicts;
    assert_eq!(conflicts.len(), 1);
    assert!(!conflicts[0].applied);
}

#[test]
fn row_1_the_owners_answer_settles_a_suspect_and_what_speaks_against_it_is_printed() {
    let rule = act(
        Kind::RuleSet,
        moment(25, 9, 5),
        "ana",
        &[(words::DELETES, "true")],
    );
    let suspect = || Story::of(&PEOPLE).with([rule.clone().from(HOME, CHROME)]);
    assert_eq!(suspect().listed(), ["suspect 6 ana"]);
    let mut story = suspect();
    story.determinations.push(determined(Verdict::Ordinary));
    let judged = story.judged();
    let answered: Vec<_> = judged
        .iter()
        .filter(|(_, j)| !j.conflicts.is_empty())
        .collect();
    let [(_, one)] = answered.as_slice() else {
        panic!("{} sessions answered", answered.len());
    };
    assert_eq!(one.judgement.verdict, Verdict::Ordinary);
    assert_eq!(one.judgement.basis, "analyst");
    assert!(one.conflicts[0].applied);
    assert!(one.conflicts[0].why.contains("suspect by row 6"));
}

#[test]
fn row_1_hostile_stands_as_stated() {
    let mut story = Story::of(&PEOPLE).with([sign_in(moment(25, 9, 0), "ana", HOME, CHROME)]);
    story.determinations.push(determined(Verdict::Hostile));
    assert_eq!(story.listed(), ["hostile 1 ana"]);
}

#[test]
fn an_address_alone_that_reaches_two_accounts_needs_a_yes() {
    use crate::finding::determination::{Effect, preview};
    let determination = Determination {
        verdict: Verdict::Hostile,
        address: Block::parse(HOME),
        ..Determination::default()
    };
    let mut effect = Effect::default();
    for (session, judged) in Story::of(&PEOPLE).judged() {
        preview(
            &mut effect,
            &determination,
            &session,
            &judged.by_rule,
            &judged.findings,
        );
    }
    assert_eq!((effect.accounts.len(), effect.needs_yes), (4, true));
}

#[test]
fn quiet_habits_are_ordinary() {
    assert_eq!(Story::of(&PEOPLE).listed(), NONE);
    let visit = event(Kind::Browsed, moment(25, 9, 0), "ana", |_| ());
    assert_eq!(Story::of(&PEOPLE).with([visit]).listed(), NONE);
}
